/**
 * In which order waiting tickets can be granted, one after another, when everybody who does not wait goes on and in the
 * end gives back what it holds.
 *
 * [L4] The order of the queue is kept, except where keeping it would close a cycle.
 * [L5] What is left over waits for itself: a deadlock.
 */
import type { TicketId } from "../ids.ts";
import type { TicketWaits } from "./waiting.ts";

export interface Untangled {
  readonly order: readonly TicketWaits[];
  /** Who has to overtake whom. */
  readonly overtaking: readonly { readonly ticket: TicketId; readonly overtaken: readonly TicketId[] }[];
  readonly stuck: readonly TicketWaits[];
}

/** Plays the queue to its end. The waits are in the order of the queue. */
export function untangle(waits: readonly TicketWaits[]): Untangled {
  const left = new Set(waits);
  const open = new Map<string, number>();
  for (const { owner } of waits) open.set(owner, (open.get(owner) ?? 0) + 1);
  const isWaiting = (owner: string) => (open.get(owner) ?? 0) > 0;
  const order: TicketWaits[] = [];
  const overtaking: Untangled["overtaking"][number][] = [];
  for (;;) {
    const able = [...left].filter((one) => canGo(one, isWaiting));
    const inTurn = able.find((one) => overtakenBy(one, left, isWaiting).length === 0);
    const next = inTurn ?? able[0];
    if (!next) return { order, overtaking, stuck: [...left] };
    if (!inTurn) overtaking.push({ ticket: next.ticket.id, overtaken: overtakenBy(next, left, isWaiting) });
    left.delete(next);
    open.set(next.owner, (open.get(next.owner) ?? 1) - 1);
    order.push(next);
  }
}

/** Whether all that a ticket needs comes free when those who do not wait are done, the queue left aside. */
function canGo({ owner, holders, pools }: TicketWaits, isWaiting: (owner: string) => boolean): boolean {
  for (const holder of holders) if (isWaiting(holder)) return false;
  return pools.every((pool) => countIf(pool.holders, (one) => one !== owner && isWaiting(one)) < pool.size);
}

/** The tickets that still wait, come earlier in the queue, and would lose their turn. */
function overtakenBy(
  one: TicketWaits,
  left: ReadonlySet<TicketWaits>,
  isWaiting: (owner: string) => boolean,
): readonly TicketId[] {
  const overtaken: TicketId[] = [];
  const ahead = new Map(
    one.pools.map((pool) => [pool.pool, countIf(pool.holders, (by) => by !== one.owner && isWaiting(by))]),
  );
  for (const other of left) {
    if (other === one) break;
    if (other.owner === one.owner) continue;
    let loses = one.rivals.has(other.ticket.id);
    for (const { pool, size } of one.pools) {
      if (!other.pools.some((theirs) => theirs.pool === pool)) continue;
      const before = (ahead.get(pool) ?? 0) + 1;
      ahead.set(pool, before);
      if (before >= size) loses = true;
    }
    if (loses) overtaken.push(other.ticket.id);
  }
  return overtaken;
}

function countIf(owners: ReadonlySet<string>, picks: (owner: string) => boolean): number {
  let count = 0;
  for (const owner of owners) if (picks(owner)) count += 1;
  return count;
}
