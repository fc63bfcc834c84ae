/** Why a train judges as it does and why each submission in it waits, in words. */
import { usualMs } from "../../core/gate-pace.ts";
import type { Plan } from "../../core/plan/plan.ts";
import type { TrainMode } from "../../core/train-mode.ts";
import type { TrainReport, TrainWait } from "../../core/train-report.ts";
import type { Workspace } from "../../core/workspace.ts";

/** So few names are said; the rest is counted. */
const mostNames = 3;

/** What a submission waits for, as the end of a sentence about it. */
export function wordWait(wait: TrainWait): string {
  switch (wait.is) {
    case "landing":
      return "is landing";
    case "plan_paused":
      return "waits: its plan is paused";
    case "merging":
      return "is being merged";
    case "clash":
      return wait.of.length === 0
        ? "waits: it does not merge with what is ahead of it"
        : `waits for ${names(wait.of)}, which it does not merge with`;
    case "turn":
      return "waits its turn";
    case "gates":
      return "is in its gates";
    case "gate_slot":
      return "waits for a gate slot";
    case "judged_with":
      return `is judged with ${names(wait.of)}`;
    case "blame":
      return `failed; waits to see whether ${names(wait.of)} ${wait.of.length === 1 ? "is" : "are"} to blame`;
    case "goes_back":
      return "failed, and goes back to its agent";
    case "base":
      return "failed; waits to see whether the base fails too";
    case "red":
      return wait.of.length === 0
        ? "fails as expected; no node is left that could land with it"
        : `fails as expected; lands with ${names(wait.of)}${wait.of.length > 1 ? ", whichever passes first" : ""}`;
    case "dependency":
      return `waits for ${names(wait.of)}, which it stands on`;
    case "order":
      return `passed, and lands after ${names(wait.of)}`;
  }
}

/** How a train judges and why, in one line. */
export function wordMode(workspace: Workspace, plan: Plan, { choice }: TrainReport): string {
  const { mode, why, gain } = choice;
  const text = wayOf(mode);
  if (why === "configured") return `${text}, as interlock.yaml says`;
  if (why === "tries_alone") return `${text} for a moment, to see how long a gate takes alone`;
  const { gatePace, settings } = workspace;
  const gates = plan.train.flatMap((id) => plan.nodes.get(id)?.spec.gates ?? []);
  const known = [...new Set(gates)].flatMap((gate) => usualMs(gatePace, gate) ?? []);
  if (known.length === 0) return `${text}; no gate has ended yet`;
  const beside = settings.gates.parallel > 1 && gatePace.slowDown > 1.15;
  const facts = [
    `gates take ${roughly(Math.max(...known))}`,
    ...(beside ? [`${gatePace.slowDown.toFixed(1)} × as long beside each other`] : []),
    ...(settings.gates.parallel === 1 ? ["there is one gate slot"] : []),
  ];
  const fails = `${Math.round(plan.failureRate * 100)} % fail`;
  const promise = gain > 1.05 ? `: about ${gain.toFixed(1)} × one after another` : "";
  return `${text}, because ${facts.join(", ")} and ${fails}${promise}`;
}

export function wayOf({ is, size }: TrainMode): string {
  if (is === "batch") return `batches of ${size}`;
  return size === 1 ? "one after another" : `window of ${size}`;
}

function names(ids: readonly string[]): string {
  const shown = ids.length > mostNames ? [...ids.slice(0, mostNames - 1), `${ids.length - mostNames + 1} others`] : ids;
  return shown.length < 2 ? shown.join("") : `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
}

function roughly(ms: number): string {
  if (ms < 10_000) return `${(ms / 1_000).toFixed(1)} s`;
  return ms < 120_000 ? `${Math.round(ms / 1_000)} s` : `${Math.round(ms / 60_000)} min`;
}
