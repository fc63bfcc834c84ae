/**
 * Who decides, and until when: peers first, then who knows what it is about, then who sees the whole, then a person.
 *
 * [K5] A convergence ends: at its deadline those present decide; where nobody said anything, what is low or medium is settled by
 *      the rules, and what is more goes to the next level that has somebody. Only what is critical waits for a person.
 */
import type { AgentName, Instant, NodeRef, PlanId } from "../ids.ts";
import type { Settings } from "../settings.ts";
import { findNode, type Workspace } from "../workspace.ts";
import type { ArtifactRef } from "./artifact.ts";
import type { Conflict, Severity } from "./conflicts.ts";
import type { Level, Participant } from "./convergences.ts";

type Above = Exclude<Level, "peer">;

const above: Readonly<Record<Exclude<Level, "human">, readonly Above[]>> = {
  peer: ["expert", "architect", "human"],
  expert: ["architect", "human"],
  architect: ["human"],
};

/** What a vote weighs by the level of who casts it; evidence adds half. */
export const weightOf: Readonly<Record<Level, number>> = { peer: 1, expert: 2, architect: 3, human: 4 };

/** What each severity asks for. */
export const rules: Readonly<
  Record<
    Severity,
    {
      /** Whether it brings those concerned together, and pauses their nodes, without anybody asking. */
      readonly converges: boolean;
      /** What happens at a deadline when nobody has said anything. */
      readonly overdue: "settle" | "escalate";
      /** Whether nobody but a person may end it then. */
      readonly needsPerson: boolean;
    }
  >
> = {
  low: { converges: false, overdue: "settle", needsPerson: false },
  medium: { converges: false, overdue: "settle", needsPerson: false },
  high: { converges: true, overdue: "escalate", needsPerson: false },
  critical: { converges: true, overdue: "escalate", needsPerson: true },
};

const tenMinutes = 600_000;

/** How long each level has, in milliseconds. */
export function patience({ convergence }: Settings): number {
  return convergence?.deadline ?? tenMinutes;
}

/** A level, who is asked there that was not asked before, and until when. */
export interface Asked {
  readonly level: Level;
  readonly invited: readonly AgentName[];
  readonly due?: Instant;
}

/** The first level above this one that has somebody who was not asked yet; a person is always there. */
export function askAbove(
  workspace: Workspace,
  conflicts: readonly Conflict[],
  below: Exclude<Level, "human">,
  known: readonly Pick<Participant, "agent">[],
): Asked {
  const asked = new Set(known.map(({ agent }) => agent));
  for (const level of above[below]) {
    const invited = [...new Set(whoIs[level](workspace, conflicts))].filter((agent) => !asked.has(agent));
    const waitsForPerson = level === "human" && conflicts.some(({ severity }) => rules[severity].needsPerson);
    const due = waitsForPerson ? {} : { due: workspace.now + patience(workspace.settings) };
    if (invited.length > 0 || level === "human") return { level, invited, ...due };
  }
  throw new Error(`No such level: ${below}`);
}

const whoIs: Readonly<Record<Above, (workspace: Workspace, conflicts: readonly Conflict[]) => readonly AgentName[]>> = {
  expert: (workspace, conflicts) =>
    conflicts.flatMap(({ nodes, artifacts }) => [
      ...artifacts.flatMap((artifact) => authorsOf(workspace, artifact)),
      ...nodes.flatMap((ref) => neighboursOf(workspace, ref)),
    ]),
  architect: (workspace, conflicts) => architectsOf(workspace, new Set(conflicts.flatMap(({ plans }) => plans))),
  human: () => [],
};

/** Who published a contract's versions, the newest first. */
function authorsOf({ speculation }: Workspace, { kind, id }: ArtifactRef): readonly AgentName[] {
  const versions = kind === "contract" ? (speculation.contracts.get(id)?.versions ?? []) : [];
  return versions.map(({ by }) => by).reverse();
}

/** Who worked on what the node stands on, and on what stands on it. */
function neighboursOf(workspace: Workspace, { plan, node: id }: NodeRef): readonly AgentName[] {
  const node = findNode(workspace, plan, id);
  return [...(node?.spec.dependsOn ?? []), ...(node?.dependents ?? [])].flatMap(
    (next) => findNode(workspace, plan, next)?.times.agent ?? [],
  );
}

/** Who submitted the plans, and who worked on their nodes as an architect. */
function architectsOf({ plans }: Workspace, ids: ReadonlySet<PlanId>): readonly AgentName[] {
  return [...plans.values()].flatMap(({ id, header, nodes }) => {
    if (!ids.has(id)) return [];
    const roles = [...nodes.values()].filter(({ spec }) => /architect/i.test(spec.role ?? ""));
    return [header.by ?? [], roles.flatMap(({ times }) => times.agent ?? [])].flat();
  });
}
