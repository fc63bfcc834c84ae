/** What follows from the edges of a plan: who waits for how many, who is ready, and how long a chain hangs on each. */
import type { Instant, NodeId } from "../ids.ts";
import { isOver, type Node, satisfies } from "../node/node.ts";
import type { Workspace } from "../workspace.ts";
import type { Plan } from "./plan.ts";

/** Counted for a node without an estimate, so that it still weighs something in a chain. */
export const assumedMinutes = 10;

/**
 * Orders again the plans whose nodes or edges changed. Adding nodes only notes that this is due, because a plan of
 * many nodes arrives as one event a node.
 */
export function orderPlans(workspace: Workspace): void {
  if (workspace.unordered.size === 0) return;
  for (const id of workspace.unordered) {
    const plan = workspace.plans.get(id);
    if (plan) order(plan, workspace.now);
  }
  workspace.unordered.clear();
}

function order(plan: Plan, now: Instant): void {
  const nodes = [...plan.nodes.values()];
  for (const node of nodes) node.dependents.length = 0;
  for (const node of nodes) {
    node.unmet = 0;
    for (const id of node.spec.dependsOn) {
      const before = plan.nodes.get(id);
      before?.dependents.push(node.id);
      if (!before || !satisfies(before)) node.unmet += 1;
    }
  }
  for (const [id, minutes] of chains(plan)) {
    const node = plan.nodes.get(id);
    if (node) node.chain = minutes;
  }
  const waiting = nodes.filter(({ state }) => state.is === "pending" || state.is === "ready");
  plan.ready.clear();
  for (const node of waiting) settle(plan, node, now);
}

/** Puts a node that nobody works on where it belongs: among the ready ones, or back to waiting. */
export function settle(plan: Plan, node: Node, now: Instant): void {
  if (node.unmet > 0) {
    if (node.state.is === "ready") plan.ready.delete(node);
    node.state = { is: "pending" };
    return;
  }
  if (node.state.is !== "ready") node.state = { is: "ready", since: now };
  if (!landsByItself(node)) plan.ready.add(node);
  else if (!plan.reached.includes(node.id)) plan.reached.push(node.id);
}

/** Nobody is needed for a sync point, nor for a merge of the target unless it conflicted. */
function landsByItself(node: Node): boolean {
  return node.spec.kind === "sync" || (node.spec.merges !== undefined && !node.parked);
}

/** The node will hold nobody up any more: those that waited only for it become ready. */
export function passOn(plan: Plan, node: Node, now: Instant): void {
  for (const id of node.dependents) {
    const next = plan.nodes.get(id);
    if (!next) continue;
    next.unmet -= 1;
    if (next.unmet === 0 && next.state.is === "pending" && !isOver(next)) settle(plan, next, now);
  }
}

/** The minutes of the longest chain that starts with each node, dependents counted first. */
function chains(plan: Plan): ReadonlyMap<NodeId, number> {
  const result = new Map<NodeId, number>();
  const left = new Map([...plan.nodes.values()].map((node) => [node.id, node.dependents.length]));
  const open = [...plan.nodes.values()].filter((node) => node.dependents.length === 0);
  for (let node = open.pop(); node; node = open.pop()) {
    const behind = node.dependents.reduce((most, id) => Math.max(most, result.get(id) ?? 0), 0);
    result.set(node.id, (node.spec.estimateMinutes ?? assumedMinutes) + behind);
    for (const id of node.spec.dependsOn) {
      const before = plan.nodes.get(id);
      if (!before) continue;
      const rest = (left.get(id) ?? 0) - 1;
      left.set(id, rest);
      if (rest === 0) open.push(before);
    }
  }
  return result;
}
