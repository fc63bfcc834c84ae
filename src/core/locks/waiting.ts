/**
 * The part of the wait graph that locks make: which waiting tickets wait for whom. It is read from the state whenever it
 * is asked, never stored.
 */
import { nodeKey, type TicketId } from "../ids.ts";
import { PatternIndex } from "../pattern/pattern-index.ts";
import { type Settings, sizeOf } from "../settings.ts";
import type { Wish } from "./claim-events.ts";
import { holdersAgainst } from "./granting.ts";
import { type Locks, namesHeld, patternOf, type Ticket } from "./locks.ts";
import { compatible } from "./modes.ts";

/** What one ticket waits for, whatever the order of the queue. */
export interface TicketWaits {
  readonly ticket: Ticket;
  /** The key of the node that asked. */
  readonly owner: string;
  /** Keys of the nodes whose claims must all go first. */
  readonly holders: ReadonlySet<string>;
  /** Other nodes' tickets that it is incompatible with: whichever is first in the queue goes first. */
  readonly rivals: ReadonlySet<TicketId>;
  readonly pools: readonly PoolWait[];
}

/** One of the pool's values is enough, so only some of its holders must go first. */
export interface PoolWait {
  readonly pool: string;
  readonly size: number;
  readonly holders: ReadonlySet<string>;
}

/**
 * How tickets stand to the claims that are held and to each other, in the order in which they were given. What a node got
 * by one ticket and waits for with another still counts as waited for, because it may give it back.
 */
export function waitsAmong(locks: Locks, settings: Settings, tickets: readonly Ticket[]): readonly TicketWaits[] {
  const rivals = rivalsAmong(tickets, locks.ignoreCase);
  return tickets.map((ticket): TicketWaits => {
    const wishes = ticket.wants;
    const holders = wishes
      .filter(({ kind }) => kind !== "pool")
      .flatMap((wish) => [...holdersAgainst(locks, wish, ticket.by)].map(({ by }) => nodeKey(by)));
    const pools = wishes.filter(({ kind }) => kind === "pool").map(({ pattern }) => poolWait(locks, settings, pattern));
    return {
      ticket,
      owner: nodeKey(ticket.by),
      holders: new Set(holders),
      rivals: rivals.get(ticket.id) ?? new Set(),
      pools,
    };
  });
}

/** What it means to want a value of a pool. */
export function poolWait(locks: Locks, settings: Settings, pool: string): PoolWait {
  const size = sizeOf(settings.pools[pool]);
  return { pool, size, holders: new Set(namesHeld(locks, pool).map(({ by }) => nodeKey(by))) };
}

interface Asked {
  readonly id: TicketId;
  readonly owner: string;
  readonly wish: Wish;
}

function rivalsAmong(tickets: readonly Ticket[], ignoreCase: boolean): ReadonlyMap<TicketId, ReadonlySet<TicketId>> {
  const rivals = new Map<TicketId, Set<TicketId>>(tickets.map(({ id }) => [id, new Set()]));
  const paths = new PatternIndex<Asked>();
  const names = new Map<string, Asked[]>();
  const meet = (a: Asked, b: Asked) => {
    if (a.owner === b.owner || compatible(a.wish.mode, b.wish.mode)) return;
    rivals.get(a.id)?.add(b.id);
    rivals.get(b.id)?.add(a.id);
  };
  for (const { id, by, wants } of tickets) {
    for (const wish of wants) {
      const asked = { id, owner: nodeKey(by), wish };
      if (wish.kind === "path") {
        const pattern = patternOf(wish.pattern, ignoreCase);
        for (const { value } of paths.overlapping(pattern)) meet(asked, value);
        paths.add(pattern, asked);
      } else if (wish.kind === "name") {
        const others = names.get(wish.pattern) ?? [];
        for (const other of others) meet(asked, other);
        names.set(wish.pattern, [...others, asked]);
      }
    }
  }
  return rivals;
}
