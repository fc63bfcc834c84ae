/** What keeps nodes where they are while a convergence decides about them. [K3] */
import { type Instant, type NodeRef, nodeKey } from "../ids.ts";
import { dequeue } from "../locks/queue.ts";
import { setAside, settle } from "../plan/order.ts";
import { findNode, type Workspace } from "../workspace.ts";
import type { ConvergenceId } from "./convergences.ts";

/** Nobody gets the nodes, and they keep nobody else waiting. */
export function pause(workspace: Workspace, by: ConvergenceId, nodes: readonly NodeRef[]): void {
  for (const ref of nodes) {
    const node = findNode(workspace, ref.plan, ref.node);
    const plan = workspace.plans.get(ref.plan);
    if (!node || !plan) continue;
    node.pausedBy = [...(node.pausedBy ?? []), by];
    setAside(plan, node);
    node.passedOver = 0;
    dequeue(workspace.locks, (ticket) => ticket.by.attempt === 0 && nodeKey(ticket.by) === nodeKey(ref));
  }
}

/** The nodes are as they would be, but for other convergences. */
export function goOn(workspace: Workspace, by: ConvergenceId, nodes: readonly NodeRef[], at: Instant): void {
  for (const ref of nodes) {
    const node = findNode(workspace, ref.plan, ref.node);
    const plan = workspace.plans.get(ref.plan);
    const left = node?.pausedBy?.filter((id) => id !== by) ?? [];
    if (!node || !plan) continue;
    if (left.length > 0) node.pausedBy = left;
    else delete node.pausedBy;
    if (node.state.is === "ready") settle(plan, node, at);
  }
}
