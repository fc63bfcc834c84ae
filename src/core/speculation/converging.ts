/** Coming together over conflicts: opening, joining, saying what should be, and concluding. */
import { type AgentName, nodeKey } from "../ids.ts";
import { isRefusal, type Refusal } from "../refusal.ts";
import type { Workspace } from "../workspace.ts";
import type { Actor } from "./actor.ts";
import { artifactKey } from "./artifact.ts";
import { type Conflict, type ConflictId, distinct, openConflicts } from "./conflicts.ts";
import {
  type ConvergenceEvent,
  type Level,
  type OpenConvergence,
  openConvergences,
  pendingIn,
} from "./convergences.ts";
import { askAbove, patience, rules } from "./escalation.ts";
import { byVote, type ConflictStep, carryOut, type Settled, settle, settleByRules } from "./resolving.ts";
import { canBeOrdered, type DefaultGates, type Rework, type ReworkAsked } from "./rework.ts";
import { ahead, isTied } from "./voting.ts";

type Decided = readonly ConflictStep[] | Refusal;

/** Brings those concerned together over conflicts that nobody else has taken up; the rest of them is left where it is. */
export function openConvergence(
  workspace: Workspace,
  conflicts: readonly Conflict[],
  { agents, by }: { readonly agents: readonly AgentName[]; readonly by?: Actor },
): readonly ConvergenceEvent[] {
  const invited = [...new Set([...conflicts.flatMap((conflict) => conflict.agents), ...agents])];
  const level = "peer";
  return [
    {
      type: "ConvergenceOpened",
      conflicts: conflicts.map(({ id }) => id),
      nodes: distinct(conflicts.flatMap(({ nodes }) => nodes)),
      participants: invited.map((agent) => ({ agent, level })),
      level,
      due: workspace.now + patience(workspace.settings),
      ...(by ? { agent: by.agent } : {}),
    },
  ];
}

/** Says what should be; whoever says it is there from then on. */
export function sayInConvergence(
  convergence: OpenConvergence,
  by: Actor,
  { decisions, rework }: { readonly decisions: readonly string[]; readonly rework: readonly ReworkAsked[] },
): readonly ConvergenceEvent[] {
  return [{ type: "ConvergenceDecided", convergence: convergence.id, agent: by.agent, decisions, rework }];
}

/** Being there, so that what was decided at the deadline was decided with it. */
export function join(convergence: OpenConvergence, { agent }: Actor): readonly ConvergenceEvent[] {
  const { id, state } = convergence;
  const known = state.participants.find((one) => one.agent === agent);
  if (known && known.is !== "invited") return [];
  return [{ type: "ConvergenceJoined", convergence: id, agent, level: known?.level ?? "peer", is: "joined" }];
}

/** Asks somebody who was not asked yet. */
export function invite({ id, state }: OpenConvergence, agent: AgentName): readonly ConvergenceEvent[] {
  if (state.participants.some((one) => one.agent === agent)) return [];
  return [{ type: "ConvergenceJoined", convergence: id, agent, level: "peer", is: "invited" }];
}

/** Ends it with all that was said. With a lease only once everybody was heard; people may at any time. */
export function complete(
  workspace: Workspace,
  convergence: OpenConvergence,
  by: Actor,
  said: {
    readonly decisions: readonly string[];
    readonly rework: readonly ReworkAsked[];
    readonly gates: DefaultGates;
  },
): Decided {
  const { id, state } = convergence;
  const pending = pendingIn(convergence).filter((agent) => agent !== by.agent);
  if (by.attempt && !state.participants.some(({ agent }) => agent === by.agent))
    return { refused: "not_concerned", agent: by.agent };
  if (by.attempt && pending.length > 0) {
    const due = state.due === undefined ? {} : { due: state.due };
    return { refused: "convergence_pending", convergence: id, pending, ...due };
  }
  return conclude(workspace, convergence, { ...said, by: by.agent, because: "said" });
}

/** What happens at a deadline: those present decide, or the rules do, or somebody else is asked. [K5] */
export function moveOn(workspace: Workspace, convergence: OpenConvergence): Decided {
  const { state } = convergence;
  if (state.due === undefined || workspace.now < state.due) return { refused: "outdated" };
  const nothing = { decisions: [], rework: [], gates: {}, because: "overdue" } as const;
  if (state.decisions.length > 0) return conclude(workspace, convergence, nothing);
  const conflicts = openIn(workspace, convergence);
  const voted = conflicts.filter((conflict) => ahead(conflict) !== undefined);
  if (voted.length === conflicts.length) return conclude(workspace, convergence, nothing);
  const isUrgent = conflicts.some(({ severity }) => rules[severity].overdue === "escalate");
  if (!isUrgent || state.level === "human") return conclude(workspace, convergence, nothing);
  return escalate(workspace, convergence, state.level, "overdue");
}

/** Asks the next level that has somebody. */
export function escalate(
  workspace: Workspace,
  convergence: OpenConvergence,
  from: Exclude<Level, "human">,
  because: "overdue" | "tied",
): readonly ConvergenceEvent[] {
  const asked = askAbove(workspace, openIn(workspace, convergence), from, convergence.state.participants);
  return [{ type: "ConvergenceEscalated", convergence: convergence.id, ...asked, because }];
}

/** What has to be without anybody asking: serious conflicts bring together, ties go up, and what is decided is over. [K4] */
export function convergenceStep(workspace: Workspace): readonly ConflictStep[] {
  if (workspace.speculation.unsettled.size === 0) return [];
  const taken = new Set([...openConvergences(workspace)].flatMap((one) => one.conflicts));
  const loose = [...openConflicts(workspace)].filter(
    ({ id, severity, state }) => !taken.has(id) && (rules[severity].converges || state.awaits !== undefined),
  );
  const [first] = loose;
  if (first)
    return openConvergence(
      workspace,
      loose.filter((one) => one === first || touches(one, first)),
      { agents: [] },
    );
  for (const convergence of openConvergences(workspace)) {
    const left = openIn(workspace, convergence);
    if (left.length === 0) return [{ type: "ConvergenceCompleted", convergence: convergence.id, decisions: [] }];
    const isTie = left.some((conflict) => isTied(workspace, conflict));
    const { level } = convergence.state;
    if (isTie && level !== "human") return escalate(workspace, convergence, level, "tied");
  }
  return [];
}

/** The conflicts of a convergence that are not settled. */
export function openIn(
  { speculation }: Workspace,
  { conflicts }: { readonly conflicts: readonly ConflictId[] },
): readonly Conflict[] {
  return conflicts.flatMap((id) => {
    const conflict = speculation.conflicts.get(id);
    return conflict?.state.is === "open" ? [conflict] : [];
  });
}

/** Each conflict is settled by its votes, by what was said, or by the rules; what rework was asked for is ordered with the first. */
function conclude(
  workspace: Workspace,
  convergence: OpenConvergence,
  how: {
    readonly decisions: readonly string[];
    readonly rework: readonly ReworkAsked[];
    readonly gates: DefaultGates;
    readonly because: "said" | "overdue";
    readonly by?: AgentName;
  },
): Decided {
  const { state, id } = convergence;
  const decisions = [...new Set([...state.decisions.map(({ text }) => text), ...how.decisions])];
  const decision = decisions.join("\n");
  const conflicts = openIn(workspace, convergence);
  const { because, by, gates } = how;
  const settled = conflicts.map((conflict): Settled => {
    const option = decision === "" ? ahead(conflict) : undefined;
    if (option !== undefined) return byVote(workspace, conflict, option);
    if (decision === "" && because === "overdue") return settleByRules(workspace, conflict);
    return settle(workspace, conflict, { strategy: "manual", because, decision, ...(by === undefined ? {} : { by }) });
  });
  const [conflict = ""] = convergence.conflicts;
  // What was said before must not keep it open because of what became of its node since.
  const earlier = state.rework.filter((asked) => canBeOrdered(workspace, asked));
  const more = [...earlier, ...how.rework].map((asked): Rework => ({ asked, conflict, decision }));
  const steps = carryOut(workspace, settled, gates, more);
  if (isRefusal(steps)) return steps;
  const done: ConvergenceEvent = {
    type: "ConvergenceCompleted",
    convergence: id,
    decisions,
    ...(by === undefined ? {} : { agent: by }),
  };
  return [...steps, done];
}

/** Whether two conflicts are about some node or artifact in common. */
function touches(one: Conflict, other: Conflict): boolean {
  const names = ({ nodes, artifacts }: Conflict) => [
    ...nodes.map((ref) => `node:${nodeKey(ref)}`),
    ...artifacts.map(artifactKey),
  ];
  const known = new Set(names(one));
  return names(other).some((name) => known.has(name));
}
