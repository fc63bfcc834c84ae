/** What follows from the edges of a plan: who waits for how many, who is ready, and how long a chain hangs on each. */
import type { Instant, NodeId } from "../ids.ts";
import { dequeue } from "../locks/queue.ts";
import { type Node, satisfies } from "../node/node.ts";
import { isRed, letsBegin } from "../red-nodes.ts";
import { cede, leanersOf } from "../soft-edges.ts";
import type { Workspace } from "../workspace.ts";
import { minutesOf } from "./minutes.ts";
import type { Plan } from "./plan.ts";

/** Notes that a plan's order has to be found anew before its state is read. */
export function disorder(workspace: Workspace, plan: Plan, at: Instant): void {
  workspace.unordered.set(plan.id, at);
}

/**
 * Orders again the plans whose nodes or edges changed. Adding nodes only notes that this is due, because a plan of
 * many nodes arrives as one event a node.
 */
export function orderPlans(workspace: Workspace): void {
  if (workspace.unordered.size === 0) return;
  for (const [id, at] of workspace.unordered) {
    const plan = workspace.plans.get(id);
    if (!plan) continue;
    order(workspace, plan, at);
    cede(workspace.locks, plan);
    // A node that has to wait again keeps nobody else waiting.
    const { queue } = workspace.locks;
    if (queue.some(({ by }) => by.attempt === 0))
      dequeue(workspace.locks, ({ by }) => by.attempt === 0 && by.plan === id && !isReady(plan, by.node));
  }
  workspace.unordered.clear();
}

function isReady(plan: Plan, id: NodeId): boolean {
  return plan.nodes.get(id)?.state.is === "ready";
}

function order(workspace: Workspace, plan: Plan, at: Instant): void {
  const nodes = [...plan.nodes.values()];
  for (const node of nodes) {
    node.dependents.length = 0;
    node.unmet = node.spec.dependsOn.length;
  }
  for (const node of nodes) for (const id of node.spec.dependsOn) plan.nodes.get(id)?.dependents.push(node.id);
  plan.ready.clear();
  // What is skipped lets others go on only once what stands before it does.
  const done = nodes.filter((node) => satisfies(node) || isRed(node) || leanersOf(plan, node).length > 0);
  for (let node = done.pop(); node; node = done.pop()) done.push(...relieved(workspace, plan, node).filter(isSkipped));
  measureChains(plan, nodes);
  for (const node of nodes) if (isWaiting(node)) settle(plan, node, at);
}

/** Puts a node that nobody works on where it belongs: among the ready ones, or back to waiting. */
export function settle(plan: Plan, node: Node, now: Instant): void {
  if (node.unmet > 0) {
    setAside(plan, node);
    node.state = { is: "pending" };
    return;
  }
  if (node.state.is !== "ready") node.state = { is: "ready", since: now };
  if (node.pausedBy) setAside(plan, node);
  else if (landsByItself(node)) plan.reached.add(node.id);
  else plan.ready.add(node);
}

/** Takes a node out of what may be handed out or lands by itself. */
export function setAside(plan: Plan, node: Node): void {
  plan.ready.delete(node);
  plan.reached.delete(node.id);
}

/** Nobody is needed for a sync point, nor for a merge of the target unless it conflicted. */
function landsByItself(node: Node): boolean {
  return node.spec.kind === "sync" || (node.spec.merges !== undefined && !node.parked);
}

/** The node will hold nobody up any more: those that waited only for it become ready. */
export function passOn(workspace: Workspace, plan: Plan, node: Node, now: Instant): void {
  const done = [node];
  for (let one = done.pop(); one; one = done.pop()) {
    for (const next of relieved(workspace, plan, one)) {
      if (isSkipped(next)) done.push(next);
      else if (next.state.is === "pending") settle(plan, next, now);
    }
  }
}

/** Counts a node off for those that depend on it, and returns those that wait for nothing more. */
function relieved(workspace: Workspace, plan: Plan, node: Node): readonly Node[] {
  return node.dependents.flatMap((id) => {
    const next = plan.nodes.get(id);
    if (!next || !(satisfies(node) || letsBegin(workspace, plan, next, node))) return [];
    next.unmet -= 1;
    return next.unmet === 0 ? [next] : [];
  });
}

function isSkipped(node: Node): boolean {
  return node.state.is === "skipped";
}

function isWaiting(node: Node): boolean {
  return node.state.is === "pending" || node.state.is === "ready";
}

/** Finds the minutes of the longest chain that starts with each node, dependents first. */
function measureChains(plan: Plan, nodes: readonly Node[]): void {
  const left = new Map<Node, number>();
  const open: Node[] = [];
  for (const node of nodes) {
    if (node.dependents.length === 0) open.push(node);
    else left.set(node, node.dependents.length);
  }
  for (let node = open.pop(); node; node = open.pop()) {
    const behind = node.dependents.reduce((most, id) => Math.max(most, plan.nodes.get(id)?.chain ?? 0), 0);
    node.chain = behind + (isSkipped(node) ? 0 : minutesOf(node.spec));
    for (const id of node.spec.dependsOn) {
      const before = plan.nodes.get(id);
      if (!before) continue;
      const rest = (left.get(before) ?? 0) - 1;
      left.set(before, rest);
      if (rest === 0) open.push(before);
    }
  }
}
