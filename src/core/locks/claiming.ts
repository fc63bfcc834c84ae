/**
 * Asking for claims, waiting for them, and giving them back.
 *
 * [L2] A request is granted wholly or not at all.
 */
import { type NodeId, nodeKey, type PlanId, type TicketId } from "../ids.ts";
import type { Attempt } from "../lease.ts";
import type { Node } from "../node/node.ts";
import { matches } from "../pattern/match.ts";
import { isRefusal, type Refusal } from "../refusal.ts";
import { sizeOf } from "../settings.ts";
import { findNode, type Workspace } from "../workspace.ts";
import type { ClaimEvent, GrantedClaim, Wish } from "./claim-events.ts";
import { joinQueue, requeue } from "./deadlock.ts";
import { canonical, judge, notHeld } from "./granting.ts";
import { claimKey, heldBy, patternOf } from "./locks.ts";
import { allowsChange } from "./modes.ts";

interface OfAttempt {
  readonly plan: PlanId;
  readonly node: NodeId;
  readonly attempt: number;
}

export type ClaimCommand =
  | (OfAttempt & { readonly type: "ClaimResources"; readonly wants: readonly Wish[]; readonly wait: boolean })
  | (OfAttempt & {
      readonly type: "WithdrawTicket";
      readonly ticket: TicketId;
      /** What the slot has changed so far, in case the ticket was granted meanwhile. */
      readonly changedPaths?: readonly string[];
    })
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
  const pool = wants.find((wish) => wish.kind === "pool" && sizeOf(settings.pools[wish.pattern]) < 1);
  if (pool) return { refused: "unknown_pool", wish: pool };
  const by = { plan: attempt.plan, node: attempt.node, attempt: attempt.attempt };
  const verdict = judge(locks, settings, by, wants);
  const [convergence] = findNode(workspace, attempt.plan, attempt.node)?.pausedBy ?? [];
  if (convergence !== undefined && !("claims" in verdict && verdict.claims.length === 0))
    return { refused: "converging", convergence };
  if ("claims" in verdict) return granted(by, verdict.claims);
  const id = `t${locks.lastTicket + 1}`;
  const missing = canonical(notHeld(locks, by, wants));
  const asked = { id, by, wants: missing, since: workspace.now, place: Number.POSITIVE_INFINITY };
  const joining = joinQueue(workspace, asked);
  if (isRefusal(joining)) return joining;
  const { victims, before, requeued } = joining;
  if (victims.length === 0 && before.length > 0) {
    const inFront = judge(locks, settings, by, wants, locks.queue.find((ticket) => before.includes(ticket.id))?.place);
    if ("claims" in inFront) return granted(by, inFront.claims);
  }
  if (!wait) return { refused: "would_wait", blockers: verdict.blockers };
  return [...victims, { type: "ClaimsQueued", ...by, ticket: id, wants: missing, before }, ...requeued.map(requeue)];
}

/** Claims that are held already need no event. */
function granted(by: OfAttempt, claims: readonly GrantedClaim[]): readonly ClaimEvent[] {
  return claims.length > 0 ? [{ type: "ClaimsGranted", ...by, claims }] : [];
}

/** What can be granted now that something was given back: oldest first, each wholly. */
export function grantable(workspace: Workspace): ClaimEvent | undefined {
  const { locks, settings } = workspace;
  if (!locks.loosened) return undefined;
  for (const ticket of locks.queue) {
    if (ticket.by.attempt === 0) continue;
    const verdict = judge(locks, settings, ticket.by, ticket.wants, ticket.place);
    if ("claims" in verdict) return { type: "ClaimsGranted", ...ticket.by, claims: verdict.claims, ticket: ticket.id };
  }
  locks.loosened = false;
  return undefined;
}

/** Takes a ticket out of the queue, or gives back what it was granted meanwhile. */
export function withdraw(
  workspace: Workspace,
  attempt: Attempt,
  command: ClaimCommand & { type: "WithdrawTicket" },
): readonly ClaimEvent[] | Refusal {
  const { locks } = workspace;
  const { ticket, changedPaths = [] } = command;
  const by = { plan: attempt.plan, node: attempt.node, attempt: attempt.attempt };
  const settled = locks.settled.get(ticket);
  if (settled && nodeKey(settled.by) === nodeKey(by)) {
    const claims = "granted" in settled.outcome ? settled.outcome.granted : [];
    const held = new Set(heldBy(locks, by).map(claimKey));
    const patterns = claims.filter((one) => held.has(claimKey(one))).map(({ pattern }) => pattern);
    return releaseClaims(workspace, attempt, [...new Set(patterns)], changedPaths);
  }
  if (!locks.queue.some(({ id, by: owner }) => id === ticket && nodeKey(owner) === nodeKey(by)))
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
  if (patterns.length === 0) return [];
  const by = { plan: attempt.plan, node: attempt.node, attempt: attempt.attempt };
  const held = heldBy(workspace.locks, by);
  const names = new Set(held.map(({ pattern }) => pattern));
  const unknown = patterns.filter((pattern) => !names.has(pattern));
  if (unknown.length > 0) return { refused: "unknown_claim", patterns: unknown };
  const given = new Set(patterns);
  const covering = held.filter(({ kind, mode }) => kind === "path" && allowsChange(mode));
  const covers = (path: string, kept: boolean) =>
    covering.some(
      ({ pattern }) => given.has(pattern) !== kept && matches(patternOf(pattern, workspace.locks.ignoreCase), path),
    );
  const bare = changedPaths.filter((path) => covers(path, false) && !covers(path, true));
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
