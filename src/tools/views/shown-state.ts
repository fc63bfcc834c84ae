import type { NodeId } from "../../core/ids.ts";
import type { Node } from "../../core/node/node.ts";
import type { Plan } from "../../core/plan/plan.ts";

/** The states that callers see: the stored ones, and `blocked` for what waits for something that will not come. */
export const shownStates = [
  "pending",
  "ready",
  "leased",
  "submitted",
  "rework",
  "landed",
  "failed",
  "skipped",
  "cancelled",
  "blocked",
] as const;

export type ShownState = (typeof shownStates)[number];

/** The nodes that wait, directly or through others, for one that failed or was cancelled, with those causes. */
export function blockedNodes(plan: Plan): ReadonlyMap<NodeId, readonly NodeId[]> {
  const causes = new Map<NodeId, Set<NodeId>>();
  for (const node of plan.nodes.values()) {
    if (node.state.is !== "failed" && node.state.is !== "cancelled") continue;
    spread(plan, node, causes);
  }
  return new Map([...causes].map(([id, by]) => [id, [...by]]));
}

export function shownState(node: Node, blocked: ReadonlyMap<NodeId, unknown>): ShownState {
  return node.state.is === "pending" && blocked.has(node.id) ? "blocked" : node.state.is;
}

/** How many nodes of a plan are in each state; states without any are left out. */
export function countStates(plan: Plan): Readonly<Record<string, number>> {
  if (plan.status.is === "landed") return plan.status.nodes;
  const blocked = blockedNodes(plan);
  const counts: Record<string, number> = {};
  for (const node of plan.nodes.values()) {
    const state = shownState(node, blocked);
    counts[state] = (counts[state] ?? 0) + 1;
  }
  return counts;
}

/** A cause is kept for a few nodes only by name, so that a wide plan with many failures stays cheap. */
const mostCauses = 3;

function spread(plan: Plan, cause: Node, causes: Map<NodeId, Set<NodeId>>): void {
  const open = [...cause.dependents];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const known = causes.get(id);
    if (known && (known.has(cause.id) || known.size >= mostCauses)) continue;
    if (known) known.add(cause.id);
    else causes.set(id, new Set([cause.id]));
    open.push(...(plan.nodes.get(id)?.dependents ?? []));
  }
}
