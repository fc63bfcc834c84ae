/** Settling a conflict by one of the strategies, and what follows for the nodes on its sides. */
import type { AgentName } from "../ids.ts";
import type { Node } from "../node/node.ts";
import type { PlanEvent } from "../plan/plan-events.ts";
import { isRefusal, type Refusal } from "../refusal.ts";
import { refOf, type Workspace } from "../workspace.ts";
import type { Actor } from "./actor.ts";
import { type Conflict, type ConflictEvent, openConflicts, type Strategy, type Tally } from "./conflicts.ts";
import type { ConvergenceEvent } from "./convergences.ts";
import { type DefaultGates, orderRework, type Rework, type ReworkAsked, reworkMinutes } from "./rework.ts";
import { firstDone, sides, unmergeable } from "./suggestions.ts";
import { castVote, decided, tallyOf, type VoteCast } from "./voting.ts";

export type ConflictStep = ConflictEvent | ConvergenceEvent | PlanEvent;

/** How somebody wants a conflict settled. */
export interface Settlement {
  readonly strategy: Strategy;
  readonly decision: string;
  readonly vote?: { readonly option: string; readonly evidence: readonly string[] };
  readonly gates: DefaultGates;
}

/** A conflict that is settled, and the rework that follows. */
export interface Settled {
  readonly event: ConflictEvent;
  readonly rework: readonly Rework[];
}

type Decided = readonly ConflictStep[] | Refusal;

/** Settles it now, or notes what it will be settled by. */
export function resolve(workspace: Workspace, conflict: Conflict, by: Actor, how: Settlement): Decided {
  const nodes = sides(workspace, conflict);
  const [first] = nodes;
  const { strategy, decision, gates, vote } = how;
  const said = { strategy, because: "said", by: by.agent, decision } as const;
  if (strategy === "manual") return carryOut(workspace, [settle(workspace, conflict, said)], gates);
  if (strategy === "vote") {
    if (!vote) return { refused: "strategy_unfit", strategy, why: "no_option" };
    const cast = castVote(workspace, conflict, by, vote);
    const won = decided(workspace, conflict, cast);
    const after = won === undefined ? [] : carryOut(workspace, [byVote(workspace, conflict, won, cast)], gates);
    return isRefusal(after) ? after : [cast, ...after];
  }
  if (!first || nodes.length < 2) return { refused: "strategy_unfit", strategy, why: "one_side" };
  if (strategy === "first_completion") {
    const settled = byFirst(workspace, conflict);
    if (!settled) return [{ type: "FirstCompletionAwaited", conflict: conflict.id, agent: by.agent }];
    return carryOut(workspace, [settled], gates);
  }
  if (strategy === "priority")
    return carryOut(
      workspace,
      [settle(workspace, conflict, { ...said, keeps: [first], yields: nodes.slice(1) })],
      gates,
    );
  const why = unmergeable(nodes);
  if (why) return { refused: "strategy_unfit", strategy, why };
  const title = `Bring ${nodes.map(({ id }) => id).join(" and ")} together`;
  const estimateMinutes = Math.max(...nodes.map(reworkMinutes));
  const asked = { plan: first.plan, title, estimateMinutes, behind: nodes.map(({ id }) => id) };
  return carryOut(workspace, [settle(workspace, conflict, { ...said, keeps: nodes, asked: [asked] })], gates);
}

/** The events of what is settled, with its rework and with what else is to be gone over again. */
export function carryOut(
  workspace: Workspace,
  all: readonly Settled[],
  gates: DefaultGates,
  more: readonly Rework[] = [],
): Decided {
  const rework = orderRework(workspace, [...all.flatMap((one) => one.rework), ...more], gates);
  return isRefusal(rework) ? rework : [...all.map(({ event }) => event), ...rework];
}

/** What is settled because somebody was first after all; nothing while nobody is. */
export function settleFirst(workspace: Workspace): readonly ConflictStep[] {
  for (const conflict of openConflicts(workspace)) {
    if (conflict.state.awaits !== "first_completion") continue;
    const settled = byFirst(workspace, conflict);
    const steps = settled ? carryOut(workspace, [settled], {}) : [];
    if (!isRefusal(steps) && steps.length > 0) return steps;
  }
  return [];
}

/** Settles what nobody decided in time: by who is ahead where nodes stand against each other, else everything goes on. */
export function settleByRules(workspace: Workspace, conflict: Conflict): Settled {
  const nodes = sides(workspace, conflict);
  const done = firstDone(nodes);
  const kept = done ?? nodes[0];
  const isBetween = conflict.type === "file" || conflict.type === "decision" || conflict.type === "other";
  const overdue = { because: "overdue", decision: "" } as const;
  if (!isBetween || !kept || nodes.length < 2) return settle(workspace, conflict, { ...overdue, strategy: "manual" });
  const strategy = done ? "first_completion" : "priority";
  const sided = { keeps: [kept], yields: nodes.filter((one) => one !== kept) };
  return settle(workspace, conflict, { ...overdue, strategy, ...sided });
}

/** The option with most behind it, as the decision; where it names a side, that one is kept. */
export function byVote(workspace: Workspace, conflict: Conflict, option: string, cast?: VoteCast): Settled {
  const nodes = sides(workspace, conflict);
  const kept = nodes.find(({ plan, id }) => option === id || option === `${plan}/${id}`);
  const sided = kept ? { keeps: [kept], yields: nodes.filter((one) => one !== kept) } : {};
  const tally = tallyOf(conflict, cast);
  return settle(workspace, conflict, { strategy: "vote", because: "voted", decision: option, ...sided, tally });
}

/** Whoever yields goes over its work again. */
export function settle(
  workspace: Workspace,
  { id: conflict }: Conflict,
  outcome: {
    readonly strategy: Strategy;
    readonly because: (ConflictEvent & { type: "ConflictResolved" })["because"];
    readonly decision: string;
    readonly keeps?: readonly Node[];
    readonly yields?: readonly Node[];
    readonly asked?: readonly ReworkAsked[];
    readonly tally?: readonly Tally[];
    readonly by?: AgentName;
  },
): Settled {
  const { strategy, because, decision, keeps = [], yields = [], asked = [], tally = [], by } = outcome;
  const sides = { keeps: keeps.map(refOf), yields: yields.map(refOf) };
  const said = { strategy, decision, because, ...sides, tally, ...(by === undefined ? {} : { agent: by }) };
  const again = yields.filter(({ plan }) => workspace.plans.get(plan)?.status.is !== "landed");
  const text = decision || `${keeps.map(({ id }) => id).join(" and ")} stays as it is.`;
  return {
    event: { type: "ConflictResolved", conflict, ...said },
    rework: [...again.map(refOf), ...asked].map((one) => ({ asked: one, conflict, decision: text })),
  };
}

function byFirst(workspace: Workspace, conflict: Conflict): Settled | undefined {
  const nodes = sides(workspace, conflict);
  const first = firstDone(nodes);
  const yields = nodes.filter((node) => node !== first);
  const how = { strategy: "first_completion", because: "first", decision: "" } as const;
  return first && settle(workspace, conflict, { ...how, keeps: [first], yields });
}
