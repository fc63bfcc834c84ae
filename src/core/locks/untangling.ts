/**
 * In which order those who wait can get all they wait for, one after another, when everybody who does not wait goes on
 * and in the end gives back what it holds.
 *
 * Whoever waits gives nothing back before all its tickets are granted. And nobody ever overtakes a ticket that it is
 * incompatible with, so who waits for whom depends on the claims and the order of the queue, never on how long things take.
 *
 * [L4] The order of the queue is kept, except where keeping it would close a cycle.
 * [L5] What is left over waits for itself: a deadlock that no order of the queue resolves.
 */
import type { TicketId } from "../ids.ts";
import type { TicketWaits } from "./waiting.ts";

export interface Untangled {
  readonly order: readonly TicketWaits[];
  /** Who has to overtake whom. */
  readonly overtaking: readonly Overtaking[];
  readonly stuck: readonly TicketWaits[];
}

export interface Overtaking {
  readonly ticket: TicketId;
  readonly overtaken: readonly TicketId[];
}

/** Plays the queue to its end. The waits are in the order of the queue. */
export function untangle(waits: readonly TicketWaits[]): Untangled {
  const left = new Map<string, TicketWaits[]>();
  for (const one of waits) {
    const own = left.get(one.owner);
    if (own) own.push(one);
    else left.set(one.owner, [one]);
  }
  const queue = new Set(waits);
  const order: TicketWaits[] = [];
  const overtaking: Overtaking[] = [];
  for (;;) {
    const able = [...left].filter(([, own]) => own.every((one) => canGo(one, left)));
    const turns = able.map(([owner, own]) => ({ owner, own, past: own.flatMap((one) => overtakes(one, queue, left)) }));
    const next = turns.find(({ past }) => past.length === 0) ?? turns[0];
    if (!next) return { order, overtaking, stuck: [...queue] };
    overtaking.push(...next.past);
    left.delete(next.owner);
    for (const one of next.own) queue.delete(one);
    order.push(...next.own);
  }
}

/** Whether all that a ticket needs comes free when those who do not wait are done, the queue left aside. */
function canGo({ owner, holders, pools }: TicketWaits, waiting: ReadonlyMap<string, unknown>): boolean {
  for (const holder of holders) if (waiting.has(holder)) return false;
  return pools.every((pool) => countIf(pool.holders, (one) => one !== owner && waiting.has(one)) < pool.size);
}

/** The tickets that still wait, come earlier in the queue, and would lose their turn to this one. */
function overtakes(
  one: TicketWaits,
  queue: ReadonlySet<TicketWaits>,
  waiting: ReadonlyMap<string, unknown>,
): readonly Overtaking[] {
  const overtaken: TicketId[] = [];
  const ahead = new Map(
    one.pools.map(({ pool, holders }) => [
      pool,
      new Set([...holders].filter((holder) => holder !== one.owner && waiting.has(holder))),
    ]),
  );
  for (const other of queue) {
    if (other === one) break;
    if (other.owner === one.owner) continue;
    let loses = one.rivals.has(other.ticket.id);
    for (const { pool, size } of one.pools) {
      if (!other.pools.some((theirs) => theirs.pool === pool)) continue;
      const before = ahead.get(pool)?.add(other.owner);
      if (before && before.size >= size) loses = true;
    }
    if (loses) overtaken.push(other.ticket.id);
  }
  return overtaken.length > 0 ? [{ ticket: one.ticket.id, overtaken }] : [];
}

function countIf(owners: ReadonlySet<string>, picks: (owner: string) => boolean): number {
  let count = 0;
  for (const owner of owners) if (picks(owner)) count += 1;
  return count;
}
