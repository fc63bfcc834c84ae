/**
 * Who holds what, and who waits for what.
 *
 * [L1] No two live claims of different nodes overlap in incompatible modes.
 * [L2] A request is granted wholly or not at all.
 * [L4] Nobody overtakes an older wait that it is incompatible with, except to end a cycle.
 */
import { type AttemptRef, type Instant, type NodeRef, nodeKey, type TicketId } from "../ids.ts";
import { type Pattern, parsePattern } from "../pattern/parse.ts";
import { PatternIndex } from "../pattern/pattern-index.ts";
import type { CycleLink, GrantedClaim, Wish } from "./claim-events.ts";
import { compatible } from "./modes.ts";

/** A claim in somebody's hands. */
export interface Held extends GrantedClaim {
  readonly by: AttemptRef;
  readonly since: Instant;
}

/** A request that waits its turn. A ready node that was passed over too often has one too, without an attempt (0). */
export interface Ticket {
  readonly id: TicketId;
  readonly by: AttemptRef;
  readonly wants: readonly Wish[];
  readonly since: Instant;
  /** Its place in the queue; smaller goes first. */
  readonly place: number;
}

export interface Locks {
  readonly ignoreCase: boolean;
  /** By node, in the order in which they were granted. */
  readonly held: Map<string, Held[]>;
  readonly paths: PatternIndex<Held>;
  /** Pools and named things, by name. */
  readonly names: Map<string, Held[]>;
  /** Oldest first. */
  readonly queue: Ticket[];
  /** Tickets that were granted or refused, for whoever asks again, until their attempt is over. */
  readonly settled: Map<TicketId, SettledTicket>;
  lastTicket: number;
}

export interface SettledTicket {
  readonly by: AttemptRef;
  readonly outcome: { readonly granted: readonly GrantedClaim[] } | { readonly cycle: readonly CycleLink[] };
}

/** Something that stands in the way of a wish. */
export interface Blocker {
  readonly wish: Wish;
  readonly witness: string;
  readonly by: AttemptRef;
  readonly pattern: string;
  readonly mode: Wish["mode"];
  readonly since: Instant;
  /** Set when the blocker only waits as well, but is older. */
  readonly ticket?: TicketId;
}

export function noLocks(ignoreCase: boolean): Locks {
  return {
    ignoreCase,
    held: new Map(),
    paths: new PatternIndex(),
    names: new Map(),
    queue: [],
    settled: new Map(),
    lastTicket: 0,
  };
}

/** A pattern that was checked when it entered; a text that does not parse is a fault of ours. */
export function patternOf(text: string, ignoreCase: boolean): Pattern {
  const parsed = parsePattern(text, { ignoreCase });
  if ("problem" in parsed) throw new Error(`A pattern in the log does not parse: ${text}: ${parsed.problem}`);
  return parsed.pattern;
}

export function heldBy(locks: Locks, node: NodeRef): readonly Held[] {
  return locks.held.get(nodeKey(node)) ?? [];
}

/** The claims of other nodes that a wish is incompatible with, on paths. Pools are judged by `freeValue`. */
export function* holdersAgainst(locks: Locks, wish: Wish, asker: NodeRef): Generator<Blocker> {
  const own = nodeKey(asker);
  if (wish.kind === "path") {
    for (const { value, witness } of locks.paths.overlapping(patternOf(wish.pattern, locks.ignoreCase))) {
      if (nodeKey(value.by) === own || compatible(value.mode, wish.mode)) continue;
      yield blockerOf(wish, value, witness);
    }
    return;
  }
  if (wish.kind === "pool") return;
  for (const held of locks.names.get(wish.pattern) ?? []) {
    if (nodeKey(held.by) === own || compatible(held.mode, wish.mode)) continue;
    yield blockerOf(wish, held, wish.pattern);
  }
}

/** What others wait for and a wish is incompatible with, for tickets placed before `place`. Pools are counted, not compared. */
export function* waitersAgainst(locks: Locks, wish: Wish, asker: NodeRef, place: number): Generator<Blocker> {
  const own = nodeKey(asker);
  for (const ticket of locks.queue) {
    if (ticket.place >= place) return;
    if (nodeKey(ticket.by) === own) continue;
    for (const other of ticket.wants) {
      if (other.kind === "pool") continue;
      const witness = meeting(locks, wish, other);
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
  const index = new PatternIndex<Wish>();
  const { ignoreCase } = locks;
  index.add(patternOf(a.pattern, ignoreCase), a);
  for (const { witness } of index.overlapping(patternOf(b.pattern, ignoreCase))) return witness;
  return undefined;
}

export function grant(locks: Locks, by: AttemptRef, claims: readonly GrantedClaim[], since: Instant): void {
  const key = nodeKey(by);
  const all = locks.held.get(key) ?? [];
  locks.held.set(key, all);
  for (const claim of claims) {
    if (all.some((one) => one.kind === claim.kind && one.pattern === claim.pattern && one.mode === claim.mode))
      continue;
    const held: Held = { ...claim, by, since };
    all.push(held);
    if (held.kind === "path") locks.paths.add(patternOf(held.pattern, locks.ignoreCase), held);
    else locks.names.set(held.pattern, [...(locks.names.get(held.pattern) ?? []), held]);
  }
}

/** Takes back those of a node's claims that a test picks. */
export function release(locks: Locks, node: NodeRef, picks: (held: Held) => boolean): void {
  const key = nodeKey(node);
  const all = locks.held.get(key);
  if (!all) return;
  const kept = all.filter((held) => !picks(held));
  for (const held of all) {
    if (kept.includes(held)) continue;
    if (held.kind === "path") locks.paths.remove(patternOf(held.pattern, locks.ignoreCase), held);
    else dropName(locks.names, held);
  }
  if (kept.length > 0) locks.held.set(key, kept);
  else locks.held.delete(key);
}

export function enqueue(locks: Locks, ticket: Omit<Ticket, "place">, before: readonly TicketId[]): void {
  const at = locks.queue.findIndex(({ id }) => before.includes(id));
  const next = at < 0 ? undefined : locks.queue[at];
  const previous = locks.queue.at(at < 0 ? -1 : at - 1);
  const lower = at === 0 ? 0 : (previous?.place ?? 0);
  const place = next ? (lower + next.place) / 2 : lower + 1;
  locks.queue.splice(at < 0 ? locks.queue.length : at, 0, { ...ticket, place });
  locks.lastTicket = Math.max(locks.lastTicket, Number(ticket.id.slice(1)));
}

export function dequeue(locks: Locks, picks: (ticket: Ticket) => boolean): void {
  for (let i = locks.queue.length - 1; i >= 0; i -= 1) {
    const ticket = locks.queue[i];
    if (ticket && picks(ticket)) locks.queue.splice(i, 1);
  }
}

function dropName(names: Map<string, Held[]>, held: Held): void {
  const rest = (names.get(held.pattern) ?? []).filter((one) => one !== held);
  if (rest.length > 0) names.set(held.pattern, rest);
  else names.delete(held.pattern);
}

function blockerOf(wish: Wish, held: Held, witness: string): Blocker {
  const { by, pattern, mode, since } = held;
  return { wish, witness, by, pattern, mode, since };
}
