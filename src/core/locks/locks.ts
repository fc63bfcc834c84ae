/**
 * Who holds what, and who waits for what.
 *
 * [L1] No two live claims of different nodes overlap in incompatible modes.
 * [L6] A pool lends each of its values to one node at a time.
 */
import { type AttemptRef, type Instant, type NodeRef, nodeKey, type TicketId } from "../ids.ts";
import { type Pattern, parsePattern } from "../pattern/parse.ts";
import { PatternIndex } from "../pattern/pattern-index.ts";
import type { CycleLink, GrantedClaim, Wish } from "./claim-events.ts";
import type { HeldUp, Loan } from "./loans.ts";

/** A claim in somebody's hands. */
export interface Held extends GrantedClaim {
  readonly by: AttemptRef;
  readonly since: Instant;
  /** Its number among all grants, so that a snapshot brings the claims back in the order in which they were granted. */
  readonly grant: number;
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
  /** What gates hold, by run. */
  readonly loans: Map<string, Loan>;
  /** Gates that wait for what they use. */
  readonly heldUp: Map<string, HeldUp>;
  /** By a node that was handed in, those whom its claims on paths do not keep out; it follows from the plans. */
  readonly ceded: Map<string, ReadonlySet<string>>;
  lastTicket: number;
  lastGrant: number;
  /** How many hold a claim, by `claimKey`: a cheap way to see that what stood in the way still does. */
  readonly holders: Map<string, number>;
  /** Whether something was given back since the queue was last looked through; no part of the state. */
  loosened: boolean;
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
    loans: new Map(),
    heldUp: new Map(),
    ceded: new Map(),
    lastTicket: 0,
    lastGrant: 0,
    holders: new Map(),
    loosened: false,
  };
}

/** What a wish or claim is, whoever has it. */
export function claimKey({ kind, mode, pattern }: Pick<Wish, "kind" | "mode" | "pattern">): string {
  return `${kind} ${mode} ${pattern}`;
}

/** A pattern that was checked when it entered; a text that does not parse is a fault of ours. */
export function patternOf(text: string, ignoreCase: boolean): Pattern {
  const known = parsed[ignoreCase ? "folded" : "exact"];
  const before = known.get(text);
  if (before) return before;
  const now = parsePattern(text, { ignoreCase });
  if ("problem" in now) throw new Error(`A pattern in the log does not parse: ${text}: ${now.problem}`);
  if (known.size >= mostParsed) known.clear();
  known.set(text, now.pattern);
  return now.pattern;
}

/** The same patterns are asked about again and again, and reading one costs more than comparing it. */
const parsed = { exact: new Map<string, Pattern>(), folded: new Map<string, Pattern>() };
const mostParsed = 2_000;

/** Who holds a pool's values or a named thing: nodes, and gates that run. */
export function namesHeld(locks: Locks, name: string): readonly Held[] {
  const held = locks.names.get(name) ?? [];
  return locks.loans.size === 0
    ? held
    : [...held, ...[...locks.loans.values()].flatMap((loan) => claimsOf(loan, name))];
}

/** The holder of a loan is the run, not its node: it never waits for anything. */
function claimsOf({ plan, node, gate, since, lent }: Loan, name: string): readonly Held[] {
  const by = { plan, node: `${node} gate ${gate}`, attempt: 0 };
  return lent.filter(({ pattern }) => pattern === name).map((claim) => ({ ...claim, by, since, grant: 0 }));
}

export function heldBy(locks: Locks, node: NodeRef): readonly Held[] {
  return locks.held.get(nodeKey(node)) ?? [];
}

/** Gives claims to a node; what it holds already in the same mode is left as it is. */
export function grant(locks: Locks, by: AttemptRef, claims: readonly GrantedClaim[], since: Instant): void {
  if (claims.length === 0) return;
  const key = nodeKey(by);
  const all = locks.held.get(key) ?? [];
  const own = new Set(all.map(claimKey));
  for (const claim of claims) {
    const what = claimKey(claim);
    if (own.has(what)) continue;
    own.add(what);
    locks.lastGrant += 1;
    const held: Held = { ...claim, by, since, grant: locks.lastGrant };
    all.push(held);
    locks.holders.set(what, (locks.holders.get(what) ?? 0) + 1);
    if (held.kind === "path") {
      locks.paths.add(patternOf(held.pattern, locks.ignoreCase), held);
      continue;
    }
    const others = locks.names.get(held.pattern);
    if (others) others.push(held);
    else locks.names.set(held.pattern, [held]);
  }
  locks.held.set(key, all);
}

/** Takes back those of a node's claims that a test picks. */
export function release(locks: Locks, node: NodeRef, picks: (held: Held) => boolean): void {
  const key = nodeKey(node);
  const all = locks.held.get(key) ?? [];
  const kept = all.filter((held) => !picks(held));
  if (kept.length === all.length) return;
  locks.loosened = true;
  for (const held of all.filter(picks)) {
    if (held.kind === "path") locks.paths.remove(patternOf(held.pattern, locks.ignoreCase), held);
    else dropFrom(locks.names, held);
    const what = claimKey(held);
    const left = (locks.holders.get(what) ?? 1) - 1;
    if (left > 0) locks.holders.set(what, left);
    else locks.holders.delete(what);
  }
  if (kept.length > 0) locks.held.set(key, kept);
  else locks.held.delete(key);
}

function dropFrom(names: Map<string, Held[]>, held: Held): void {
  const rest = (names.get(held.pattern) ?? []).filter((one) => one !== held);
  if (rest.length > 0) names.set(held.pattern, rest);
  else names.delete(held.pattern);
}
