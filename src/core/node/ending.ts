/** How a node's attempt ends: what it held is free for others, its slot is emptied, and it leaves the train. */
import { leaveGrounds } from "../grounds.ts";
import { type CommitId, type Instant, nodeKey, type TreeId } from "../ids.ts";
import type { Attempt } from "../lease.ts";
import { release } from "../locks/locks.ts";
import { dequeue } from "../locks/queue.ts";
import { setAside } from "../plan/order.ts";
import type { Plan } from "../plan/plan.ts";
import { isInHands, retireSlot, type Slots } from "../slots.ts";
import { refOf, type Workspace } from "../workspace.ts";
import { attemptOf, isOver, type Node, workedOn } from "./node.ts";

/** Nothing more will happen to the node. */
export function over(workspace: Workspace, plan: Plan, node: Node, state: Node["state"], at: Instant): void {
  setAside(plan, node);
  if (!isOver(node)) plan.open -= 1;
  endAttempt(workspace, plan, node, state.is === "landed" || state.is === "failed" ? "free" : "quarantined", at);
  delete node.late;
  if (state.is === "landed") delete node.parkedOn;
  node.passedOver = 0;
  node.state = state;
}

/** Ends what the node has of an attempt, tickets included; leaves it pending. */
export function endAttempt(
  workspace: Workspace,
  plan: Plan,
  node: Node,
  slotThen: "free" | "quarantined",
  at: Instant,
): void {
  const attempt = attemptOf(node);
  const { locks, slots } = workspace;
  const key = nodeKey(refOf(node));
  stopWork(plan, node, at);
  leaveTrain(plan, node);
  release(locks, refOf(node), () => true);
  dequeue(locks, ({ by }) => nodeKey(by) === key);
  for (const [ticket, { by }] of locks.settled) if (nodeKey(by) === key) locks.settled.delete(ticket);
  if (!attempt) return;
  leaveGrounds(node, attempt.grounds);
  workspace.agents.get(attempt.agent)?.nodes.delete(key);
  if (isInHands(slots, attempt.slot, attempt)) giveSlotBack(slots, node, attempt, slotThen);
  node.state = { is: "pending" };
}

/** A slot that somebody may still be filling is put aside; what is in one that was never filled is nobody's work. */
function giveSlotBack(slots: Slots, node: Node, attempt: Attempt, slotThen: "free" | "quarantined"): void {
  const isBeingFilled = !attempt.slotReady && workedOn(node) !== undefined;
  const unfilled = isBeingFilled && slots.byName.get(attempt.slot)?.is === "preparing";
  const then = isBeingFilled && !unfilled ? "quarantined" : slotThen;
  retireSlot(slots, attempt.slot, attempt, then, { ...contentOf(node, attempt), ...(unfilled ? { unfilled } : {}) });
}

/** What the attempt's slot stands on, and what in it was handed in. */
export function contentOf(
  { state }: Node,
  { base, slotReady }: Attempt,
): { readonly base: CommitId; readonly safe?: TreeId } {
  if (state.is === "submitted") return { base, ...(state.submission ? { safe: state.submission.tree } : {}) };
  // Not filled anew since the node came back: taken for changes of the newer base, it would undo what landed in between.
  if (state.is === "rework" && !slotReady) return { base: state.submission.base, safe: state.submission.tree };
  return { base };
}

/** The clock of an attempt stops: it no longer counts as worked on. */
export function stopWork(plan: Plan, node: Node, at: Instant): void {
  const attempt = workedOn(node);
  if (!attempt) return;
  plan.live -= 1;
  const since = node.state.is === "rework" ? node.state.since : attempt.since;
  node.times.workedMs += Math.max(0, at - since);
}

export function leaveTrain(plan: Plan, node: Node): void {
  const place = plan.train.indexOf(node.id);
  if (place >= 0) plan.train.splice(place, 1);
}
