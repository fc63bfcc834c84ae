import type { WorkspaceCommand } from "../../../src/core/command.ts";
import type { Conflict } from "../../../src/core/speculation/conflicts.ts";
import type { Convergence } from "../../../src/core/speculation/convergences.ts";
import type { Reported } from "../../../src/core/speculation/reporting.ts";
import type { Settlement } from "../../../src/core/speculation/resolving.ts";
import type { ReworkAsked } from "../../../src/core/speculation/rework.ts";
import type { Scenario } from "../scenario.ts";

type Step = (s: Scenario) => WorkspaceCommand;

/** An agent reports that its node and those of the others cannot both be. */
export function reports(agent: string, others: readonly string[], fields: Partial<Reported> = {}): Step {
  const described = { type: "decision", severity: "high", description: "both define the id", artifacts: [] } as const;
  return (s) => ({
    type: "ReportConflict",
    by: { agent, attempt: s.attempt(agent) },
    reported: { ...described, agents: others, ...fields },
  });
}

/** Settles the newest conflict; `agent/` acts for its attempt, a bare name for the people of the workspace. */
export function resolves(who: string, how: Partial<Settlement> & Pick<Settlement, "strategy">): Step {
  return (s) => ({
    type: "ResolveConflict",
    ...acting(s, who),
    conflict: newestConflict(s).id,
    decision: "",
    gates: {},
    ...how,
  });
}

export function votes(who: string, option: string, ...evidence: readonly string[]): Step {
  return resolves(who, { strategy: "vote", vote: { option, evidence } });
}

export function says(who: string, decision: string, ...rework: readonly ReworkAsked[]): Step {
  return (s) => ({ type: "DecideInConvergence", ...inNewest(s, who), decisions: [decision], rework, gates: {} });
}

export function joins(who: string): Step {
  return (s) => ({ type: "JoinConvergence", ...inNewest(s, who) });
}

export function completes(who: string, decisions: readonly string[] = [], ...rework: readonly ReworkAsked[]): Step {
  return (s) => ({ type: "CompleteConvergence", ...inNewest(s, who), decisions, rework, gates: {} });
}

export function opens(who: string, conflicts: readonly string[], participants: readonly string[] = []): Step {
  return (s) => ({ type: "OpenConvergence", ...acting(s, who), conflicts, participants });
}

/** The steward looks when the deadline has passed. */
export function deadlinePasses(s: Scenario): WorkspaceCommand {
  const { id, state } = newestConvergence(s);
  if (state.is === "open" && state.due !== undefined) s.later(state.due - s.workspace.now);
  return { type: "MoveConvergenceOn", convergence: id };
}

export function newestConflict({ workspace }: Scenario): Conflict {
  return newest(workspace.speculation.conflicts);
}

export function newestConvergence({ workspace }: Scenario): Convergence {
  return newest(workspace.speculation.convergences);
}

function inNewest(s: Scenario, who: string) {
  return { ...acting(s, who), convergence: newestConvergence(s).id };
}

function acting(s: Scenario, who: string) {
  const agent = who.replace("/", "");
  return { by: { agent, ...(who === agent ? {} : { attempt: s.attempt(agent) }) } };
}

function newest<T>(all: ReadonlyMap<string, T>): T {
  const found = [...all.values()].at(-1);
  if (found === undefined) throw new Error("There is none");
  return found;
}
