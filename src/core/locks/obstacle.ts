import { type NodeRef, nodeKey, type TicketId } from "../ids.ts";
import type { Settings } from "../settings.ts";
import { freeValue, type Grantable } from "./granting.ts";
import { claimKey, type Locks, type Ticket } from "./locks.ts";

/**
 * One thing that stands in the way of a node that nobody works on. As long as it is there the node cannot be handed out,
 * which is far cheaper to see than to judge all that the node wants again.
 */
export type Obstacle =
  | { readonly is: "claim"; readonly key: string }
  | { readonly is: "ticket"; readonly id: TicketId }
  /** `own` is the node's place in the queue, from which it sees more of the pool than others. */
  | { readonly is: "pool"; readonly pool: string; readonly own?: TicketId };

/** Picks one of what a verdict found; the verdict must be about a node that holds nothing. */
export function obstacleIn(
  verdict: Extract<Grantable, { readonly short: unknown }>,
  own: TicketId | undefined,
): Obstacle | undefined {
  const blocker = verdict.blockers.find(({ wish }) => wish.kind !== "pool");
  if (blocker?.ticket !== undefined) return { is: "ticket", id: blocker.ticket };
  if (blocker) return { is: "claim", key: claimKey({ ...blocker, kind: blocker.wish.kind }) };
  const [pool] = verdict.short;
  return pool === undefined ? undefined : { is: "pool", pool, ...(own === undefined ? {} : { own }) };
}

export function isThere(locks: Locks, settings: Settings, obstacle: Obstacle): boolean {
  switch (obstacle.is) {
    case "claim":
      return locks.holders.has(obstacle.key) || isLent(locks, obstacle.key);
    case "ticket":
      return locks.queue.some(({ id }) => id === obstacle.id);
    case "pool": {
      const own = locks.queue.find(({ id }) => id === obstacle.own);
      if (obstacle.own !== undefined && !own) return false;
      return freeValue(locks, settings, obstacle.pool, own?.by, own?.place) === undefined;
    }
  }
}

function isLent({ loans }: Locks, key: string): boolean {
  for (const { lent } of loans.values()) if (lent.some((claim) => claimKey(claim) === key)) return true;
  return false;
}

/** The ticket of a node that nobody works on, if it was passed over too often. */
export function ticketInAdvance(locks: Locks, node: NodeRef): Ticket | undefined {
  const key = nodeKey(node);
  return locks.queue.find(({ by }) => by.attempt === 0 && nodeKey(by) === key);
}
