import { type Instant, type NodeRef, nodeKey } from "../ids.ts";
import { findNode, type Workspace } from "../workspace.ts";
import type { ClaimEvent } from "./claim-events.ts";
import { grant, type Held, heldBy, type Locks, noLocks, release } from "./locks.ts";
import { dequeue, enqueue } from "./queue.ts";

export function evolveClaims(workspace: Workspace, event: ClaimEvent, at: Instant): void {
  const { locks } = workspace;
  const by = { plan: event.plan, node: event.node, attempt: event.attempt };
  switch (event.type) {
    case "ClaimsGranted":
      grant(locks, by, event.claims, at);
      if (event.ticket === undefined) return;
      dequeue(locks, ({ id }) => id === event.ticket);
      locks.settled.set(event.ticket, { by, outcome: { granted: event.claims } });
      return;
    case "ClaimsQueued":
      // Whoever saw a ticket ahead of its own cannot rely on that any more.
      if (locks.queue.some(({ id }) => id === event.ticket))
        for (const plan of workspace.plans.values()) plan.ready.reconsider();
      enqueue(locks, { id: event.ticket, by, wants: event.wants, since: at }, event.before);
      if (event.attempt === 0) seeFromItsPlace(workspace, by);
      return;
    case "TicketEnded": {
      dequeue(locks, ({ id }) => id === event.ticket);
      const node = findNode(workspace, event.plan, event.node);
      if (event.attempt === 0) {
        if (node) node.passedOver = 0;
      } else if (event.why === "victim") locks.settled.set(event.ticket, { by, outcome: { cycle: event.cycle } });
      return;
    }
    case "ClaimsReleased": {
      const given = new Set(event.patterns);
      release(locks, by, ({ pattern }) => given.has(pattern));
      forgetGivenBack(locks, nodeKey(by));
      return;
    }
  }
}

/** What a pool keeps for those who wait is there for a node that waits too, and stands in its way before. */
function seeFromItsPlace(workspace: Workspace, by: NodeRef): void {
  const node = findNode(workspace, by.plan, by.node);
  if (node) workspace.plans.get(by.plan)?.ready.lookAgainAt(node);
}

/** A ticket of which nothing is held any more has no outcome to tell. */
function forgetGivenBack(locks: Locks, owner: string): void {
  for (const [ticket, { by, outcome }] of locks.settled) {
    if (nodeKey(by) !== owner || !("granted" in outcome) || outcome.granted.length === 0) continue;
    const held = new Set(heldBy(locks, by).map(({ pattern }) => pattern));
    if (!outcome.granted.some(({ pattern }) => held.has(pattern))) locks.settled.delete(ticket);
  }
}

/** The same claims and waits under another rule of comparison; what was granted before stays granted. */
export function refold(before: Locks, ignoreCase: boolean): Locks {
  const { queue, settled, loans, heldUp, ceded, lastTicket } = before;
  const after: Locks = { ...noLocks(ignoreCase), queue, settled, loans, heldUp, ceded, lastTicket, loosened: true };
  const claims = [...before.held.values()].flat().sort((a, b) => a.grant - b.grant);
  for (const claim of claims) regrant(after, claim);
  after.lastGrant = before.lastGrant;
  return after;
}

/** Puts a claim back as it was, under its old number. */
export function regrant(locks: Locks, { by, since, grant: number, ...claim }: Held): void {
  locks.lastGrant = number - 1;
  grant(locks, by, [claim], since);
}
