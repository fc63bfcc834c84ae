/**
 * Whether wishes can come true now, all of them, and what stands in the way if not.
 *
 * [L2] A request is granted wholly or not at all.
 * [L3] Everybody's wishes are taken in one canonical order.
 * [L4] Who waited longer is not overtaken.
 */
import { type NodeRef, nodeKey } from "../ids.ts";
import { overlap } from "../pattern/overlap.ts";
import type { Settings } from "../settings.ts";
import type { GrantedClaim, Wish } from "./claim-events.ts";
import { type Blocker, claimKey, type Held, heldBy, type Locks, namesHeld, patternOf, type Ticket } from "./locks.ts";
import { compatible } from "./modes.ts";

/** `short` names the pools that have nothing left to lend; their holders are among the blockers. */
export type Grantable =
  | { readonly claims: readonly GrantedClaim[] }
  | { readonly blockers: readonly Blocker[]; readonly short: readonly string[] };

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
  const blockers: Blocker[] = [];
  const claims: GrantedClaim[] = [];
  const short: string[] = [];
  for (const wish of canonical(notHeld(locks, asker, wishes))) {
    if (wish.kind === "pool") {
      const value = freeValue(locks, settings, wish.pattern, asker, place);
      if (value !== undefined) claims.push({ ...wish, value });
      else short.push(wish.pattern);
    } else claims.push(wish);
    for (const blocker of against(locks, settings, wish, asker, place)) {
      blockers.push(blocker);
      if (blockers.length >= mostBlockers) return { blockers, short };
    }
  }
  return blockers.length > 0 || short.length > 0 ? { blockers, short } : { claims };
}

/** One order for everybody, each wish once, and each pool once: nobody needs two values of one pool. */
export function canonical(wishes: readonly Wish[]): readonly Wish[] {
  const seen = new Set<string>();
  return [...wishes]
    .sort((a, b) => compareText(a.kind, b.kind) || compareText(a.pattern, b.pattern) || compareText(a.mode, b.mode))
    .filter((wish) => {
      const key = wish.kind === "pool" ? `pool ${wish.pattern}` : claimKey(wish);
      return !seen.has(key) && seen.add(key);
    });
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The wishes that are not fulfilled yet. */
export function notHeld(locks: Locks, asker: NodeRef, wishes: readonly Wish[]): readonly Wish[] {
  const held = heldBy(locks, asker);
  if (held.length === 0) return wishes;
  const keys = new Set(held.map((one) => (one.kind === "pool" ? `pool ${one.pattern}` : claimKey(one))));
  return wishes.filter((wish) => !keys.has(wish.kind === "pool" ? `pool ${wish.pattern}` : claimKey(wish)));
}

/** Everything that stands in the way of one wish. */
function* against(locks: Locks, settings: Settings, wish: Wish, asker: NodeRef, place: number): Generator<Blocker> {
  if (wish.kind !== "pool") {
    yield* holdersAgainst(locks, wish, asker);
    yield* waitersAgainst(locks, wish, asker, place);
    return;
  }
  if (freeValue(locks, settings, wish.pattern, asker, place) !== undefined) return;
  // The asker is not among them: who has a place wants no other.
  for (const held of namesHeld(locks, wish.pattern)) yield blockerOf(wish, held, wish.pattern);
  for (const { by, since, id } of waitingForPool(locks, wish.pattern, asker, place))
    yield { wish, witness: wish.pattern, by, pattern: wish.pattern, mode: wish.mode, since, ticket: id };
}

/** The claims of other nodes that a wish for a path or a name is incompatible with. */
export function* holdersAgainst(locks: Locks, wish: Wish, asker: NodeRef): Generator<Blocker> {
  const own = nodeKey(asker);
  if (wish.kind === "path") {
    for (const { value, witness } of locks.paths.overlapping(patternOf(wish.pattern, locks.ignoreCase))) {
      if (nodeKey(value.by) === own || compatible(value.mode, wish.mode)) continue;
      if (locks.ceded.get(nodeKey(value.by))?.has(own)) continue;
      yield blockerOf(wish, value, witness);
    }
    return;
  }
  for (const held of namesHeld(locks, wish.pattern)) {
    if (nodeKey(held.by) === own || compatible(held.mode, wish.mode)) continue;
    yield blockerOf(wish, held, wish.pattern);
  }
}

/** The tickets before `place` that a wish for a path or a name is incompatible with. */
function* waitersAgainst(locks: Locks, wish: Wish, asker: NodeRef, place: number): Generator<Blocker> {
  const own = nodeKey(asker);
  for (const ticket of locks.queue) {
    if (ticket.place >= place) return;
    if (nodeKey(ticket.by) === own) continue;
    for (const other of ticket.wants) {
      const witness = other.kind === "pool" ? undefined : meeting(locks, wish, other);
      if (witness === undefined) continue;
      const { by, since, id } = ticket;
      yield { wish, witness, by, pattern: other.pattern, mode: other.mode, since, ticket: id };
      break;
    }
  }
}

/** Where two wishes of different nodes are in each other's way, or nothing. */
function meeting(locks: Locks, a: Wish, b: Wish): string | undefined {
  if (a.kind !== b.kind || compatible(a.mode, b.mode)) return undefined;
  if (a.kind !== "path") return a.pattern === b.pattern ? a.pattern : undefined;
  return overlap(patternOf(a.pattern, locks.ignoreCase), patternOf(b.pattern, locks.ignoreCase));
}

/** The lowest value of a pool that is left when everybody who waited longer has got one, or nothing. */
export function freeValue(
  locks: Locks,
  settings: Settings,
  pool: string,
  asker: NodeRef | undefined,
  place: number = Number.POSITIVE_INFINITY,
): number | undefined {
  const size = settings.pools[pool];
  if (!size) return undefined;
  const [first, last] = "capacity" in size ? [1, size.capacity] : [size.from, size.to];
  const lent = namesHeld(locks, pool);
  let ahead = new Set(waitingForPool(locks, pool, asker, place).map(({ by }) => nodeKey(by))).size;
  if (last - first + 1 - lent.length <= ahead) return undefined;
  const taken = new Set(lent.map(({ value }) => value));
  for (let value = first; value <= last; value += 1) {
    if (taken.has(value)) continue;
    if (ahead === 0) return value;
    ahead -= 1;
  }
  return undefined;
}

/** The tickets before `place` that want a value of a pool and whose nodes have none. */
function waitingForPool(locks: Locks, pool: string, asker: NodeRef | undefined, place: number): readonly Ticket[] {
  const own = asker && nodeKey(asker);
  return locks.queue.filter(
    (ticket) =>
      ticket.place < place &&
      nodeKey(ticket.by) !== own &&
      ticket.wants.some((wish) => wish.kind === "pool" && wish.pattern === pool) &&
      !heldBy(locks, ticket.by).some((held) => held.kind === "pool" && held.pattern === pool),
  );
}

function blockerOf(wish: Wish, held: Held, witness: string): Blocker {
  const { by, pattern, mode, since } = held;
  return { wish, witness, by, pattern, mode, since };
}
