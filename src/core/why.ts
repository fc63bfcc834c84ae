/**
 * Why a node has not landed: what it waits for now, read from the state whenever somebody asks.
 *
 * [W1] Every node that can still land has at least one reason.
 */

import { excuseFor, unknownOnTip } from "./baseline.ts";
import { isStale, missingGround, standingOn } from "./grounds.ts";
import type { Instant, NodeId, PlanId } from "./ids.ts";
import { isSuspect } from "./lease.ts";
import { wishesOf } from "./locks/claiming.ts";
import { judge } from "./locks/granting.ts";
import { borrowable, heldUp, onBase } from "./locks/loans.ts";
import type { Blocker } from "./locks/locks.ts";
import { ticketInAdvance } from "./locks/obstacle.ts";
import { ticketsOf } from "./locks/queue.ts";
import { attemptOf, type Node, satisfies } from "./node/node.ts";
import { aloneOf } from "./node-gates.ts";
import { type Plan, parallelLimit } from "./plan/plan.ts";
import { isRed, isToBeRed, letsBegin, rescuersOf } from "./red-nodes.ts";
import { contractAwaited } from "./soft-edges.ts";
import { isOpen, pendingIn } from "./speculation/convergences.ts";
import type { Candidate } from "./train.ts";
import { groundOf } from "./train-ground.ts";
import { isProven, ownGates } from "./train-policy.ts";
import { findNode, refOf, type Workspace } from "./workspace.ts";

export interface Explained {
  readonly plan: PlanId;
  readonly node: NodeId;
  /** Set while it stands on what has not landed. */
  readonly speculative?: true;
  readonly waitsFor: readonly Reason[];
}

export interface Reason {
  readonly kind: ReasonKind;
  readonly what: string;
  /** The agent who has to act, where there is one. */
  readonly who?: string;
  readonly since?: Instant;
}

export type ReasonKind =
  /** Nodes that come first; the second kind goes on only when somebody revises the plan, and so does `failed`. */
  | "dependency"
  | "failed_dependency"
  | "failed"
  /** No version of it is ACTIVE yet, and the node can begin when one is. */
  | "contract"
  /** Its gates fail as expected: it lands with the first of those that depend on it; the second kind needs a revision too. */
  | "dependent"
  | "no_dependent"
  /** Somebody holds what it needs, or waited longer for it, or a pool has nothing left. */
  | "claim"
  | "older_wait"
  | "pool"
  /** It could be handed out: nobody asked yet, or nobody with what it requires. */
  | "agent"
  | "capability"
  | "max_parallel"
  | "plan_paused"
  /** It is paused until those whom a conflict concerns have decided. */
  | "convergence"
  /** An agent has it: at work, not heard of for a lease, about to get its worktree, or to rework it. */
  | "work"
  | "suspect_lease"
  | "worktree"
  | "rework_agent"
  /** It was handed in: others land first, or its candidate is built, judged or landed. */
  | "train"
  | "candidate"
  | "gate"
  | "landing";

export interface WhyOptions {
  readonly plan?: PlanId;
  readonly node?: NodeId;
  /** So many nodes at most are explained; 1,000 if nothing is said. */
  readonly limit?: number;
}

/** Explains the nodes that have not landed, in the order of plans and nodes. Skipped and cancelled ones wait for nothing. */
export function why(workspace: Workspace, options: WhyOptions = {}): readonly Explained[] {
  const { limit = 1000 } = options;
  const explained: Explained[] = [];
  for (const plan of workspace.plans.values()) {
    if (options.plan !== undefined && plan.id !== options.plan) continue;
    if (plan.open === 0 && plan.failed === 0) continue;
    const one = options.node === undefined ? undefined : plan.nodes.get(options.node);
    for (const node of options.node === undefined ? plan.nodes.values() : one ? [one] : []) {
      if (explained.length >= limit) return explained;
      const waitsFor = reasonsFor(workspace, plan, node);
      const speculative = standingOn(plan, node).length > 0 ? ({ speculative: true } as const) : {};
      if (waitsFor.length > 0) explained.push({ plan: plan.id, node: node.id, ...speculative, waitsFor });
    }
  }
  return explained;
}

function reasonsFor(workspace: Workspace, plan: Plan, node: Node): readonly Reason[] {
  switch (node.state.is) {
    case "pending":
      return [
        ...pausedReasons(plan),
        ...convergenceReasons(workspace, node),
        ...dependencyReasons(workspace, plan, node),
      ];
    case "ready":
      return readyReasons(workspace, plan, node, node.state.since);
    case "leased":
    case "rework":
      return [
        ...convergenceReasons(workspace, node),
        ...ticketReasons(workspace, node),
        ...attemptReasons(workspace, node, node.state),
      ];
    case "submitted":
      return trainReasons(workspace, plan, node, node.state);
    case "failed":
      return [{ kind: "failed", what: node.state.why }];
    case "landed":
    case "skipped":
    case "cancelled":
      return [];
  }
}

function pausedReasons({ id, status }: Plan): readonly Reason[] {
  return status.is === "paused" ? [{ kind: "plan_paused", what: `${id}: ${status.why}` }] : [];
}

/** A person is waited for where nobody else may end it. */
function convergenceReasons({ speculation }: Workspace, { pausedBy = [] }: Node): readonly Reason[] {
  return pausedBy.flatMap((id) => {
    const convergence = speculation.convergences.get(id);
    if (!convergence || !isOpen(convergence)) return [];
    const [agent] = pendingIn(convergence);
    const who = convergence.state.due === undefined ? "operator" : agent;
    const what = `${id}: ${convergence.conflicts.join(", ")}`;
    return [{ kind: "convergence", what, ...(who === undefined ? {} : { who }), since: convergence.since }];
  });
}

/** What a skipped node stands on counts for those behind it. */
function dependencyReasons(workspace: Workspace, plan: Plan, node: Node): readonly Reason[] {
  const reasons = new Map<NodeId, Reason>();
  const skipped = new Set<NodeId>();
  const open = node.spec.dependsOn.map((id) => ({ id, isDirect: true }));
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    const { id, isDirect } = one;
    const before = plan.nodes.get(id);
    if (skipped.has(id) || (before && (satisfies(before) || (isDirect && letsBegin(workspace, plan, node, before)))))
      continue;
    if (before?.state.is === "skipped") {
      skipped.add(id);
      open.push(...before.spec.dependsOn.map((next) => ({ id: next, isDirect: false })));
      continue;
    }
    const contract = isDirect && before ? contractAwaited(workspace, node, before) : undefined;
    reasons.set(id, dependencyReason(id, before, contract));
  }
  return [...reasons.values()].reverse();
}

/** Whoever works on what a contract speaks for is likely to publish it. */
function dependencyReason(id: NodeId, before: Node | undefined, contract?: string): Reason {
  const { is } = before?.state ?? { is: "gone" };
  if (is === "failed" || is === "cancelled" || is === "gone") return { kind: "failed_dependency", what: `${id} ${is}` };
  const attempt = before && attemptOf(before);
  const waited =
    contract === undefined ? { kind: "dependency" as const, what: id } : { kind: "contract" as const, what: contract };
  return { ...waited, ...(attempt ? { who: attempt.agent, since: attempt.since } : {}) };
}

function readyReasons(workspace: Workspace, plan: Plan, node: Node, since: Instant): readonly Reason[] {
  const { locks, settings } = workspace;
  const reasons = [...pausedReasons(plan), ...convergenceReasons(workspace, node)];
  if (plan.live >= parallelLimit(plan))
    reasons.push({ kind: "max_parallel", what: `${plan.live} nodes of ${plan.id} are being worked on` });
  const place = ticketInAdvance(locks, refOf(node))?.place;
  const verdict = judge(locks, settings, refOf(node), wishesOf(node, settings), place);
  if ("blockers" in verdict) reasons.push(...blockerReasons(workspace, verdict.blockers), ...shortReasons(verdict));
  if (reasons.length > 0) return reasons;
  if (node.spec.requires.length === 0) return [{ kind: "agent", what: "nobody has asked for it yet", since }];
  return [{ kind: "capability", what: node.spec.requires.join(", "), since }];
}

function ticketReasons(workspace: Workspace, node: Node): readonly Reason[] {
  const { locks, settings } = workspace;
  return ticketsOf(locks, refOf(node)).flatMap((ticket) => {
    const verdict = judge(locks, settings, ticket.by, ticket.wants, ticket.place);
    return "blockers" in verdict ? [...blockerReasons(workspace, verdict.blockers), ...shortReasons(verdict)] : [];
  });
}

function blockerReasons(workspace: Workspace, blockers: readonly Blocker[]): readonly Reason[] {
  return blockers.map(({ by, pattern, mode, since, ticket, wish }): Reason => {
    const holder = findNode(workspace, by.plan, by.node);
    const agent = holder && attemptOf(holder)?.agent;
    const kind = ticket !== undefined ? "older_wait" : wish.kind === "pool" ? "pool" : "claim";
    return { kind, what: `${mode} ${pattern} (${by.plan}/${by.node})`, ...(agent ? { who: agent } : {}), since };
  });
}

/** A pool without holders has been taken out of the config. */
function shortReasons({
  short,
  blockers,
}: {
  readonly short: readonly string[];
  readonly blockers: readonly Blocker[];
}) {
  const named = new Set(blockers.map(({ pattern }) => pattern));
  return short.filter((pool) => !named.has(pool)).map((pool): Reason => ({ kind: "pool", what: pool }));
}

function attemptReasons(
  { now }: Workspace,
  node: Node,
  state: Node["state"] & { is: "leased" | "rework" },
): readonly Reason[] {
  const { agent, slot, slotReady, since, until, lastSeen } = state.attempt;
  const reasons: Reason[] = [];
  if (isSuspect(state.attempt, now))
    reasons.push({ kind: "suspect_lease", what: "its agent is silent", who: agent, since: until });
  if (!slotReady) reasons.push({ kind: "worktree", what: slot, who: agent, since: lastSeen });
  if (state.is === "rework") reasons.push({ kind: "rework_agent", what: state.reason, who: agent, since: state.since });
  else reasons.push({ kind: "work", what: node.spec.title, who: agent, since });
  return reasons;
}

/** A gate waits for its turn or runs; or it waits for who has what it uses. */
function gateReasons(
  workspace: Workspace,
  plan: Plan,
  node: Node,
  candidate: Candidate,
  gate: string,
  since: Instant,
): readonly Reason[] {
  const isOnTip = unknownOnTip(plan, candidate).includes(gate);
  const running = isOnTip ? plan.runsOnTip.get(gate) : candidate.running.get(gate);
  const what = isOnTip ? onBase(gate) : gate;
  const waiting = running ? undefined : heldUp(workspace, { ...refOf(node), candidate: candidate.commit, gate: what });
  const verdict = waiting && borrowable(workspace, waiting.uses);
  const reason: Reason = { kind: "gate", what, since: running?.since ?? waiting?.since ?? since };
  return verdict && "blockers" in verdict
    ? [reason, ...blockerReasons(workspace, verdict.blockers), ...shortReasons(verdict)]
    : [reason];
}

function trainReasons(
  workspace: Workspace,
  plan: Plan,
  node: Node,
  state: Node["state"] & { is: "submitted" },
): readonly Reason[] {
  const { since, candidate } = state;
  const paused = candidate?.intended ? [] : pausedReasons(plan);
  if (paused.length > 0) return [...paused, { kind: "train", what: "its plan does not land anything", since }];
  if (node.pausedBy && !candidate?.intended) return convergenceReasons(workspace, node);
  if (isStale(plan, node))
    return [{ kind: "candidate", what: "it goes back: what it was begun on has changed", since }];
  if (node.unmet > 0) return dependencyReasons(workspace, plan, node);
  const missing = missingGround(plan, node);
  if (missing.length > 0) return missing.map((id) => dependencyReason(id, plan.nodes.get(id)));
  if (isRed(node) && !candidate?.intended) return dependentReasons(plan, node, since);
  const ground = groundOf(plan, node);
  const before = plan.train[plan.train.indexOf(node.id) - 1];
  if (!candidate || (!ground && !(isToBeRed(node) && candidate.alone)))
    return before === undefined
      ? [{ kind: "candidate", what: "its candidate is to be built", since }]
      : [{ kind: "train", what: before, since }];
  if (candidate.intended || (ground && isProven(plan, ground)))
    return [{ kind: "landing", what: candidate.commit, since }];
  const assumed = (ground ?? []).slice(0, -1).map((built): Reason => ({ kind: "train", what: built.node.id, since }));
  const isLeft = (gate: string) =>
    !candidate.passed.has(gate) && !candidate.red.has(gate) && !(ground && excuseFor(plan, ground, gate));
  const left = ownGates(plan, node).filter(isLeft);
  const own = aloneOf(node);
  const alone = own ? (node.spec.nodeGates ?? []).filter((gate) => !own.passed.has(gate)) : [];
  return [
    ...assumed,
    ...left.flatMap((gate) => gateReasons(workspace, plan, node, candidate, gate, since)),
    ...alone.flatMap((gate) => (own ? gateReasons(workspace, plan, node, own, gate, since) : [])),
  ];
}

function dependentReasons(plan: Plan, node: Node, since: Instant): readonly Reason[] {
  const rescuers = rescuersOf(plan, node);
  if (rescuers.length === 0)
    return [{ kind: "no_dependent", what: "it fails as expected, and no node is left that depends on it", since }];
  return rescuers.map((next): Reason => {
    const attempt = attemptOf(next);
    return { kind: "dependent", what: next.id, ...(attempt ? { who: attempt.agent } : {}), since };
  });
}
