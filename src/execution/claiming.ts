import { type AgentName, type AttemptRef, nodeKey, type TicketId } from "../core/ids.ts";
import type { Wish } from "../core/locks/claim-events.ts";
import { claim, useWish } from "../core/locks/claiming.ts";
import { type Held, heldBy, type Ticket } from "../core/locks/locks.ts";
import { attemptOf, workedOn } from "../core/node/node.ts";
import { matches } from "../core/pattern/match.ts";
import { type Pattern, parsePattern } from "../core/pattern/parse.ts";
import { mayStandOnOthers } from "../core/red-nodes.ts";
import { isRefusal } from "../core/refusal.ts";
import { findNode, type Workspace } from "../core/workspace.ts";
import type { CallContext, Claimed, NamedBlocker, Refused } from "./answers.ts";
import type { Caller, ClaimRequest } from "./execution.ts";
import { diffTrees } from "./git/diff.ts";
import { mergeBase } from "./git/history.ts";
import { attemptBehind, type Hands, markOf } from "./hands.ts";
import { lookForQuestions } from "./reading-notices.ts";

/** Claims resources for an attempt, waiting in the queue for as long as the caller wants to. */
export async function claimResources(
  hands: Hands,
  caller: Caller,
  request: ClaimRequest,
  waitMs: number,
  call: CallContext,
): Promise<Claimed | Refused> {
  const { manager } = hands;
  await manager.refresh();
  const by = attemptBehind(hands, caller);
  if ("refused" in by) return by;
  const attempt = liveAttempt(manager.workspace, by);
  if (!attempt) return stale(manager.workspace, by);
  if (request.ticket !== undefined) return waitOn(hands, by, caller.agent, request.ticket, waitMs, call);
  const wants = wishesFrom(request, manager.workspace);
  if ("refused" in wants) return wants;
  if (request.dryRun) {
    const would = claim(manager.workspace, attempt, wants, false);
    if (!isRefusal(would)) {
      const event = would.find(({ type }) => type === "ClaimsGranted");
      const fresh = event?.type === "ClaimsGranted" ? event.claims : [];
      return { status: "granted", claims: [...alreadyHeld(manager.workspace, by, wants), ...fresh] };
    }
    if (would.refused !== "would_wait") return would;
    return {
      status: "queued",
      position: manager.workspace.locks.queue.length + 1,
      blockers: named(manager.workspace, would.blockers),
    };
  }
  const answer = await manager.execute(
    { type: "ClaimResources", ...by, wants, wait: true },
    markOf(call, caller.agent),
  );
  if (isRefusal(answer)) return answer;
  const queued = answer.events.find(({ event }) => event.type === "ClaimsQueued" && event.node === by.node)?.event;
  if (queued?.type === "ClaimsQueued") return waitOn(hands, by, caller.agent, queued.ticket, waitMs, call);
  return grantedFor(hands, by, wants);
}

async function waitOn(
  hands: Hands,
  by: AttemptRef,
  agent: AgentName,
  ticket: TicketId,
  waitMs: number,
  call: CallContext,
): Promise<Claimed | Refused> {
  const { manager, clock } = hands;
  const stop = clock.every(10_000, () => call.onWaiting?.("Waiting for the claims to become free."));
  const isAsked = await lookForQuestions(hands, agent);
  try {
    await manager.waitFor(
      (workspace) => !ticketIn(workspace, ticket) || isAsked(workspace) || undefined,
      waitMs,
      call.signal,
    );
  } finally {
    stop();
  }
  const { workspace } = manager;
  const settled = workspace.locks.settled.get(ticket);
  if (settled && nodeKey(settled.by) === nodeKey(by)) {
    if ("cycle" in settled.outcome) return { refused: "deadlock", cycle: settled.outcome.cycle };
    return grantedFor(hands, by, settled.outcome.granted);
  }
  const queued = ticketIn(workspace, ticket);
  if (!queued || nodeKey(queued.by) !== nodeKey(by)) {
    return liveAttempt(workspace, by) ? { refused: "unknown_ticket", ticket } : stale(workspace, by);
  }
  const attempt = liveAttempt(workspace, by);
  const would = attempt && claim(workspace, attempt, queued.wants, false);
  const blockers = would && isRefusal(would) && would.refused === "would_wait" ? named(workspace, would.blockers) : [];
  return { status: "queued", ticket, position: workspace.locks.queue.indexOf(queued) + 1, blockers };
}

/** Gives claims back, or takes a ticket out of the queue. */
export async function releaseResources(
  hands: Hands,
  caller: Caller,
  request: { readonly patterns?: readonly string[]; readonly ticket?: TicketId },
  call: CallContext,
): Promise<{ readonly released: readonly string[] } | Refused> {
  const { manager } = hands;
  await manager.refresh();
  const by = attemptBehind(hands, caller);
  if ("refused" in by) return by;
  const mark = markOf(call, caller.agent);
  const node = findNode(manager.workspace, by.plan, by.node);
  const attempt = node && workedOn(node);
  if (!node || attempt?.attempt !== by.attempt) return stale(manager.workspace, by);
  if (request.ticket !== undefined) {
    const changedPaths = await changedIn(hands, attempt);
    const answer = await manager.execute({ type: "WithdrawTicket", ...by, ticket: request.ticket, changedPaths }, mark);
    if (isRefusal(answer)) return answer;
    const gone = answer.events.flatMap(({ event }) =>
      event.type === "ClaimsReleased" && event.node === by.node ? event.patterns : [],
    );
    return { released: gone };
  }
  const held = heldBy(manager.workspace.locks, by);
  const patterns = (request.patterns ?? []).map((text) => canonicalText(text, manager.workspace, held));
  const changedPaths = await changedIn(hands, attempt, patterns);
  const answer = await manager.execute({ type: "ReleaseResources", ...by, patterns, changedPaths }, mark);
  if (isRefusal(answer)) return answer;
  return {
    released: answer.events.flatMap(({ event }) =>
      event.type === "ClaimsReleased" && event.node === by.node ? event.patterns : [],
    ),
  };
}

/** The paths that the attempt has changed so far, of those that matter for `patterns`. */
async function changedIn(
  { slots, manager }: Hands,
  { slot: name, base }: { readonly slot: string; readonly base: string },
  patterns?: readonly string[],
): Promise<readonly string[]> {
  const mayLookAlike = manager.workspace.locks.ignoreCase;
  if (patterns && !mayLookAlike && (await slots.isUntouched({ name, base, patterns }))) return [];
  const snapshot = await slots.snapshot({ name, base });
  return snapshot.is === "snapshot" ? snapshot.changes.map(({ path }) => path) : [];
}

/** Callers may spell a pattern differently from how it is held. */
function canonicalText(text: string, workspace: Workspace, held: readonly Held[]): string {
  if (held.some(({ pattern }) => pattern === text)) return text;
  const parsed = parsePattern(text, { ignoreCase: workspace.locks.ignoreCase });
  return "pattern" in parsed ? parsed.pattern.text : text;
}

function wishesFrom(request: ClaimRequest, workspace: Workspace): readonly Wish[] | Refused {
  const wishes: Wish[] = request.uses.map((name) => useWish(name, workspace.settings));
  for (const mode of ["write", "edit", "read", "watch"] as const) {
    for (const text of request[mode]) {
      const parsed = parsePattern(text, { ignoreCase: workspace.locks.ignoreCase });
      if ("problem" in parsed) return { refused: "bad_pattern", pattern: text, problem: parsed.problem };
      wishes.push({ kind: "path", pattern: parsed.pattern.text, mode });
    }
  }
  return wishes;
}

async function grantedFor(hands: Hands, by: AttemptRef, wants: readonly Wish[]): Promise<Claimed> {
  const { workspace } = hands.manager;
  const claims = alreadyHeld(workspace, by, wants);
  const landed = await landedSinceBase(hands, by);
  return {
    status: "granted",
    claims: claims.map((held) => {
      if (held.kind !== "path" || landed.length === 0) return held;
      const pattern = patternFor(held.pattern, workspace);
      return { ...held, changedSinceBase: pattern !== undefined && landed.some((path) => matches(pattern, path)) };
    }),
  };
}

function patternFor(text: string, workspace: Workspace): Pattern | undefined {
  const parsed = parsePattern(text, { ignoreCase: workspace.locks.ignoreCase });
  return "pattern" in parsed ? parsed.pattern : undefined;
}

/** What landed in the plan since the attempt's worktree was made: its files may be out of date there. */
async function landedSinceBase({ git, manager }: Hands, by: AttemptRef): Promise<readonly string[]> {
  const plan = manager.workspace.plans.get(by.plan);
  const attempt = liveAttempt(manager.workspace, by);
  if (!plan || !attempt || plan.tip === attempt.base) return [];
  // What had not landed when the work began has never been on the branch; what counts is what landed since it left there.
  const node = plan.nodes.get(by.node);
  const left =
    node && mayStandOnOthers(plan, node)
      ? ((await mergeBase(git, attempt.base, plan.tip)) ?? attempt.base)
      : attempt.base;
  return (await diffTrees(git, left, plan.tip)).map(({ path }) => path);
}

function alreadyHeld(workspace: Workspace, by: AttemptRef, wants: readonly Wish[]): readonly Held[] {
  return heldBy(workspace.locks, by).filter((held) =>
    wants.some(({ kind, pattern, mode }) => kind === held.kind && pattern === held.pattern && mode === held.mode),
  );
}

function ticketIn(workspace: Workspace, ticket: TicketId): Ticket | undefined {
  return workspace.locks.queue.find(({ id }) => id === ticket);
}

function liveAttempt(workspace: Workspace, by: AttemptRef) {
  const node = findNode(workspace, by.plan, by.node);
  const attempt = node && workedOn(node);
  return attempt?.attempt === by.attempt ? attempt : undefined;
}

function stale(workspace: Workspace, by: AttemptRef): Refused {
  const node = findNode(workspace, by.plan, by.node);
  return {
    refused: "stale_lease",
    state: node?.state.is ?? (workspace.plans.get(by.plan)?.status.is === "landed" ? "landed" : "gone"),
    ...(node?.parked ? { parkedRef: node.parked.ref } : {}),
  };
}

function named(workspace: Workspace, blockers: readonly NamedBlocker[]): readonly NamedBlocker[] {
  return blockers.map((blocker) => {
    const node = findNode(workspace, blocker.by.plan, blocker.by.node);
    const agent = node && attemptOf(node)?.agent;
    return agent ? { ...blocker, agent } : blocker;
  });
}
