/** Whether wishes can come true now, all of them, and what stands in the way if not. */
import { type AttemptRef, type NodeRef, nodeKey } from "../ids.ts";
import type { Settings } from "../settings.ts";
import type { GrantedClaim, Wish } from "./claim-events.ts";
import { type Blocker, type Held, heldBy, holdersAgainst, type Locks, waitersAgainst } from "./locks.ts";

export type Grantable = { readonly claims: readonly GrantedClaim[] } | { readonly blockers: readonly Blocker[] };

/** Enough for a person to act on; a wish for `**` on a busy workspace would name everybody. */
const mostBlockers = 20;

/**
 * Judges a request as a whole. What the node already holds is left out of the grant. `place` is its place in the queue:
 * only older waits stand before it.
 */
export function judge(
  locks: Locks,
  settings: Settings,
  asker: NodeRef,
  wishes: readonly Wish[],
  place: number = Number.POSITIVE_INFINITY,
): Grantable {
  const wanted = canonical(wishes.filter((wish) => !holds(locks, asker, wish)));
  const blockers: Blocker[] = [];
  const claims: GrantedClaim[] = [];
  const lent: number[] = [];
  for (const wish of wanted) {
    if (wish.kind === "pool") {
      const [value] = freeValues(locks, settings, wish.pattern, lent).slice(olderWaits(locks, wish, asker, place));
      if (value === undefined) blockers.push(...poolHolders(locks, wish, asker));
      else claims.push({ ...wish, value });
      if (value !== undefined) lent.push(value);
      continue;
    }
    claims.push(wish);
    for (const source of [holdersAgainst(locks, wish, asker), waitersAgainst(locks, wish, asker, place)]) {
      for (const blocker of source) {
        blockers.push(blocker);
        if (blockers.length >= mostBlockers) return { blockers };
      }
    }
  }
  return blockers.length > 0 ? { blockers } : { claims };
}

/** One order for everybody, so that two requests never take the same things in opposite order. */
export function canonical(wishes: readonly Wish[]): readonly Wish[] {
  const seen = new Set<string>();
  return [...wishes]
    .sort((a, b) => compareText(a.kind, b.kind) || compareText(a.pattern, b.pattern) || compareText(a.mode, b.mode))
    .filter((wish) => {
      const key = JSON.stringify([wish.kind, wish.pattern, wish.mode]);
      return !seen.has(key) && seen.add(key);
    });
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function holds(locks: Locks, asker: NodeRef, wish: Wish): boolean {
  return heldBy(locks, asker).some(
    (held) => held.kind === wish.kind && held.pattern === wish.pattern && held.mode === wish.mode,
  );
}

/** The values of a pool that nobody has, lowest first. */
function freeValues(locks: Locks, settings: Settings, pool: string, alsoTaken: readonly number[]): readonly number[] {
  const size = settings.pools[pool];
  if (!size) return [];
  const [first, last] = "capacity" in size ? [1, size.capacity] : [size.from, size.to];
  const taken = new Set([...(locks.names.get(pool) ?? []).map((held) => held.value), ...alsoTaken]);
  return Array.from({ length: last - first + 1 }, (_, i) => first + i).filter((value) => !taken.has(value));
}

/** How many places of a pool belong to those who have waited longer. */
function olderWaits(locks: Locks, wish: Wish, asker: NodeRef, place: number): number {
  const wanting = locks.queue.filter(
    (ticket) =>
      ticket.place < place &&
      nodeKey(ticket.by) !== nodeKey(asker) &&
      ticket.wants.some((other) => other.kind === "pool" && other.pattern === wish.pattern),
  );
  return wanting.length;
}

function poolHolders(locks: Locks, wish: Wish, asker: NodeRef): readonly Blocker[] {
  const others = (locks.names.get(wish.pattern) ?? []).filter(({ by }) => nodeKey(by) !== nodeKey(asker));
  return others.map(({ by, since, mode }: Held) => ({
    wish,
    witness: wish.pattern,
    by,
    pattern: wish.pattern,
    mode,
    since,
  }));
}

/** The attempts that must move before a request can be granted, each once. */
export function attemptsAmong(blockers: readonly Blocker[]): readonly AttemptRef[] {
  const byKey = new Map(blockers.map((blocker) => [nodeKey(blocker.by), blocker.by]));
  return [...byKey.values()];
}
