/**
 * Plans that have landed leave the state, so that it does not grow with all that was ever done: nobody works on them any more, and
 * who asks for one can have it from the log.
 *
 * [D2] Of a plan that has landed only the number of its nodes stays; the events about it, alone, give them as they were.
 */
import { forgetTip } from "../baseline.ts";
import type { WorkspaceEvent } from "../event.ts";
import type { CommitId, PlanId, Position } from "../ids.ts";
import type { NodeState } from "../node/node.ts";
import type { Plan } from "./plan.ts";

/** Leaves of a plan that has landed what is asked for again and again. */
export function putAway(plan: Plan, commit: CommitId, at: Position): void {
  if (plan.status.is === "landed") {
    plan.status = { ...plan.status, commit };
    return;
  }
  const nodes: Partial<Record<NodeState["is"], number>> = {};
  for (const { state } of plan.nodes.values()) nodes[state.is] = (nodes[state.is] ?? 0) + 1;
  plan.status = { is: "landed", commit, nodes, at };
  plan.nodes.clear();
  plan.ready.clear();
  plan.reached.clear();
  plan.landings.length = 0;
  forgetTip(plan);
}

/** Whether an event is about this plan. */
export function isAboutPlan(event: WorkspaceEvent, plan: PlanId): boolean {
  if (!("plan" in event)) return false;
  return typeof event.plan === "string" ? event.plan === plan : event.plan.id === plan;
}
