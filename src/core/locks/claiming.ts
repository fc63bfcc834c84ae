/**
 * Asking for claims, waiting for them, and giving them back.
 *
 * [L2] A request is granted wholly or not at all.
 * [L5] No cycle of waits persists: the decision that would close one ends it.
 */
import { type NodeId, nodeKey, type PlanId, type TicketId } from "../ids.ts";
import type { Attempt } from "../lease.ts";
import type { Node } from "../node/node.ts";
import { matches } from "../pattern/match.ts";
import type { Refusal } from "../refusal.ts";
import { nodeByKey, refOf, type Workspace } from "../workspace.ts";
import type { ClaimEvent, CycleLink, GrantedClaim, Wish } from "./claim-events.ts";
import { judge } from "./granting.ts";
import { heldBy, patternOf, type Ticket } from "./locks.ts";
import { allowsChange } from "./modes.ts";
import { chainOfWaits, type Wait } from "./waiting.ts";

interface OfAttempt {
  readonly plan: PlanId;
  readonly node: NodeId;
  readonly attempt: number;
}

export type ClaimCommand =
  | (OfAttempt & { readonly type: "ClaimResources"; readonly wants: readonly Wish[]; readonly wait: boolean })
  | (OfAttempt & { readonly type: "WithdrawTicket"; readonly ticket: TicketId })
  | (OfAttempt & {
      readonly type: "ReleaseResources";
      readonly patterns: readonly string[];
      /** What the slot has changed so far, so that nobody gives up what protects a change. */
      readonly changedPaths: readonly string[];
    });

/** Grants, queues, or refuses; with `wait` false it grants or says who stands in the way. */
export function claim(
  workspace: Workspace,
  attempt: Attempt,
  wants: readonly Wish[],
  wait: boolean,
): readonly ClaimEvent[] | Refusal {
  const { locks, settings } = workspace;
  const pool = wants.find((wish) => wish.kind === "pool" && !settings.pools[wish.pattern]);
  if (pool) return { refused: "unknown_pool", wish: pool };
  const by = { plan: attempt.plan, node: attempt.node, attempt: attempt.attempt };
  const verdict = judge(locks, settings, by, wants);
  if ("claims" in verdict) return granted(by, verdict.claims);
  const asked: Ticket = {
    id: `t${locks.lastTicket + 1}`,
    by,
    wants,
    since: workspace.now,
    place: Number.POSITIVE_INFINITY,
  };
  const before = waitingForMe(workspace, asked);
  const first = locks.queue.find(({ id }) => before.includes(id));
  const placed = { ...asked, place: first?.place ?? asked.place };
  const second = judge(locks, settings, by, wants, placed.place);
  if ("claims" in second) return granted(by, second.claims);
  if (!wait) return { refused: "would_wait", blockers: second.blockers };
  return queueOrChooseVictim(workspace, placed, before);
}

/** Claims that are held already need no event. */
function granted(by: OfAttempt, claims: readonly GrantedClaim[]): readonly ClaimEvent[] {
  return claims.length > 0 ? [{ type: "ClaimsGranted", ...by, claims }] : [];
}

/** Older tickets whose owners wait for the asker anyway: standing behind them would wait for ever. */
function waitingForMe(workspace: Workspace, asked: Ticket): readonly TicketId[] {
  const me = nodeKey(asked.by);
  const owners = new Set(workspace.locks.queue.map(({ by }) => nodeKey(by)));
  owners.delete(me);
  const waiting = new Set([...owners].filter((owner) => chainOfWaits(workspace, owner, me)));
  return workspace.locks.queue.filter(({ by }) => waiting.has(nodeKey(by))).map(({ id }) => id);
}

function queueOrChooseVictim(
  workspace: Workspace,
  asked: Ticket,
  before: readonly TicketId[],
): readonly ClaimEvent[] | Refusal {
  const me = nodeKey(asked.by);
  const events: ClaimEvent[] = [];
  const spared = new Map(workspace.locks.queue.map((ticket) => [ticket.id, ticket]));
  const without: Workspace = { ...workspace, locks: { ...workspace.locks, queue: [...workspace.locks.queue] } };
  for (let cycle = chainOfWaits(without, me, me, asked); cycle; cycle = chainOfWaits(without, me, me, asked)) {
    const victim = victimOf(workspace, cycle);
    const spelled = spell(workspace, cycle);
    if (!victim || victim.id === asked.id) return { refused: "deadlock", cycle: spelled };
    spared.delete(victim.id);
    without.locks.queue.splice(
      without.locks.queue.findIndex(({ id }) => id === victim.id),
      1,
    );
    events.push({ type: "TicketEnded", ...victim.by, ticket: victim.id, why: "victim", cycle: spelled });
  }
  const { by, wants, id } = asked;
  return [
    ...events,
    { type: "ClaimsQueued", ...by, ticket: id, wants, before: before.filter((one) => spared.has(one)) },
  ];
}

/** Who gives way: the lowest priority, then whoever has worked least, then whoever asked last. */
function victimOf(workspace: Workspace, cycle: readonly Wait[]): Ticket | undefined {
  const tickets = cycle.flatMap(({ ticket }) => ticket ?? []);
  const worth = (ticket: Ticket) => {
    const node = nodeByKey(workspace, nodeKey(ticket.by));
    return [-(node?.spec.priority ?? 3), workedMs(workspace, node), -ticket.place] as const;
  };
  return tickets.sort((a, b) => compareWorth(worth(a), worth(b)))[0];
}

function compareWorth(a: readonly number[], b: readonly number[]): number {
  for (const [i, value] of a.entries()) if (value !== b[i]) return value < (b[i] ?? 0) ? -1 : 1;
  return 0;
}

function workedMs(workspace: Workspace, node: Node | undefined): number {
  if (!node || (node.state.is !== "leased" && node.state.is !== "rework")) return 0;
  return node.times.workedMs + workspace.now - node.state.attempt.since;
}

function spell(workspace: Workspace, cycle: readonly Wait[]): readonly CycleLink[] {
  return cycle.flatMap(({ from, ticket }) => {
    const node = nodeByKey(workspace, from);
    if (!node || !ticket) return [];
    const holds = heldBy(workspace.locks, refOf(node)).map(({ pattern }) => pattern);
    const agent = node.state.is === "leased" || node.state.is === "rework" ? node.state.attempt.agent : "";
    return [{ plan: node.plan, node: node.id, agent, holds, wants: ticket.wants.map(({ pattern }) => pattern) }];
  });
}

/** What can be granted now that something was given back: oldest first, each wholly. */
export function grantable(workspace: Workspace): ClaimEvent | undefined {
  for (const ticket of workspace.locks.queue) {
    if (ticket.by.attempt === 0) continue;
    const verdict = judge(workspace.locks, workspace.settings, ticket.by, ticket.wants, ticket.place);
    if ("claims" in verdict) return { type: "ClaimsGranted", ...ticket.by, claims: verdict.claims, ticket: ticket.id };
  }
  return undefined;
}

export function withdraw(workspace: Workspace, attempt: Attempt, ticket: TicketId): readonly ClaimEvent[] | Refusal {
  const by = { plan: attempt.plan, node: attempt.node, attempt: attempt.attempt };
  const settled = workspace.locks.settled.get(ticket);
  if (settled && nodeKey(settled.by) === nodeKey(by)) {
    const patterns = "granted" in settled.outcome ? settled.outcome.granted.map(({ pattern }) => pattern) : [];
    return [{ type: "ClaimsReleased", ...by, patterns }];
  }
  if (!workspace.locks.queue.some(({ id, by: owner }) => id === ticket && nodeKey(owner) === nodeKey(by)))
    return { refused: "unknown_ticket", ticket };
  return [{ type: "TicketEnded", ...by, ticket, why: "withdrawn", cycle: [] }];
}

/** Gives claims back, unless one of them is all that covers a change in the slot. */
export function releaseClaims(
  workspace: Workspace,
  attempt: Attempt,
  patterns: readonly string[],
  changedPaths: readonly string[],
): readonly ClaimEvent[] | Refusal {
  const by = { plan: attempt.plan, node: attempt.node, attempt: attempt.attempt };
  const held = heldBy(workspace.locks, by);
  const unknown = patterns.filter((pattern) => !held.some((one) => one.pattern === pattern));
  if (unknown.length > 0) return { refused: "unknown_claim", patterns: unknown };
  const { ignoreCase } = workspace.locks;
  const covers = (path: string, picks: (pattern: string) => boolean) =>
    held.some(
      (one) =>
        one.kind === "path" &&
        allowsChange(one.mode) &&
        picks(one.pattern) &&
        matches(patternOf(one.pattern, ignoreCase), path),
    );
  const bare = changedPaths.filter(
    (path) =>
      covers(path, (pattern) => patterns.includes(pattern)) && !covers(path, (pattern) => !patterns.includes(pattern)),
  );
  if (bare.length > 0) return { refused: "changed_path", paths: bare };
  return [{ type: "ClaimsReleased", ...by, patterns }];
}

/** The claims that a node asks for before anybody works on it. */
export function wishesOf(node: Node, settings: Workspace["settings"]): readonly Wish[] {
  const { writes, edits, reads, watches, uses } = node.spec;
  const paths = (patterns: readonly string[], mode: Wish["mode"]) =>
    patterns.map((pattern): Wish => ({ kind: "path", pattern, mode }));
  return [
    ...paths(writes, "write"),
    ...paths(edits, "edit"),
    ...paths(reads, "read"),
    ...paths(watches, "watch"),
    ...uses.map((name) => useWish(name, settings)),
  ];
}

/** A pool's name asks for one of its places; anything else is a thing that one attempt has at a time. */
export function useWish(name: string, settings: Workspace["settings"]): Wish {
  return { kind: settings.pools[name] ? "pool" : "name", pattern: name, mode: "write" };
}
