/**
 * How an attempt ends: handed in, given up, or fenced.
 *
 * [S1] What is handed in changes only paths that the attempt may write; with `scope: auto` what nobody holds is claimed.
 * [S2] Nothing of an older epoch changes anything, but for a late hand-in while nobody has taken the node since.
 */
import { isOutOfTheWay } from "../grounds.ts";
import type { CommitId, NodeId, PlanId, TreeId } from "../ids.ts";
import { nodeKey } from "../ids.ts";
import type { Attempt } from "../lease.ts";
import type { ClaimEvent, GrantedClaim } from "../locks/claim-events.ts";
import { wishesOf } from "../locks/claiming.ts";
import { judge } from "../locks/granting.ts";
import { type Blocker, heldBy, patternOf } from "../locks/locks.ts";
import { allowsChange } from "../locks/modes.ts";
import { literalPattern } from "../pattern/literal.ts";
import { matches } from "../pattern/match.ts";
import type { Plan } from "../plan/plan.ts";
import { isBound } from "../red-nodes.ts";
import type { Refusal } from "../refusal.ts";
import { isInHands, newSlot, type SlotEvent } from "../slots.ts";
import { isLanding } from "../train-ground.ts";
import { nodeByKey, refOf, type Workspace } from "../workspace.ts";
import { attemptOf, type Node } from "./node.ts";
import type { NodeEvent, ParkedWork } from "./node-events.ts";

interface OfAttempt {
  readonly plan: PlanId;
  readonly node: NodeId;
  readonly attempt: number;
}

export interface SubmitCommand extends OfAttempt {
  readonly type: "SubmitNode";
  readonly commit: CommitId;
  readonly tree: TreeId;
  /** The base that the changed paths were found against; another base by now makes the command outdated. */
  readonly base: CommitId;
  /** Every path whose content differs from the base, both names of a rename. */
  readonly paths: readonly string[];
  readonly summary: string;
  readonly outputs?: unknown;
  readonly tokens?: number;
  /** Its agent has not been shown that the node has to be gone over again. */
  readonly unheard?: boolean;
}

export interface GiveUpCommand extends OfAttempt {
  readonly type: "GiveUpNode";
  readonly reason: string;
  readonly retryable: boolean;
  readonly hint?: string;
  readonly parked?: ParkedWork;
  /** The node is not to blame, as when no worktree could be made or its agent was told to stop: no retry is used up. */
  readonly blameless?: boolean;
}

/** The attempt that a lease names, if it may still act, or the refusal that says what became of it. */
export function actingAttempt(node: Node, attempt: number): Attempt | Refusal {
  const current = attemptOf(node);
  if (current?.attempt === attempt) return current;
  return {
    refused: "stale_lease",
    state: node.state.is,
    ...(node.parked ? { parkedRef: node.parked.ref } : {}),
  };
}

export function submit(
  workspace: Workspace,
  plan: Plan,
  node: Node,
  command: SubmitCommand,
): readonly (NodeEvent | ClaimEvent)[] | Refusal {
  const late = lateAttempt(node, command.attempt);
  const acting = late ?? actingAttempt(node, command.attempt);
  if ("refused" in acting) return acting;
  if (node.state.is === "submitted") return { refused: "outdated" };
  if (acting.base !== command.base || isGettingParkedWork(node)) return { refused: "outdated" };
  const by = { plan: command.plan, node: command.node, attempt: command.attempt };
  const regained = late ? judge(workspace.locks, workspace.settings, by, node.late?.claims ?? []) : { claims: [] };
  if ("blockers" in regained)
    return { refused: "stale_lease", state: node.state.is, ...(node.parked ? { parkedRef: node.parked.ref } : {}) };
  // Who merges the target brings in what others changed there, whoever holds it here; the train sees what that meets.
  const changed = node.spec.merges === undefined ? command.paths : [];
  const scope = extraClaims(workspace, plan, by, changed, regained.claims);
  if ("refused" in scope) return scope;
  const claims = [...regained.claims, ...scope.claims];
  const { commit, tree, base, paths, summary, outputs, tokens } = command;
  const said = { summary, ...(outputs === undefined ? {} : { outputs }), ...(tokens === undefined ? {} : { tokens }) };
  const granted: readonly ClaimEvent[] = claims.length > 0 ? [{ type: "ClaimsGranted", ...by, claims }] : [];
  // What stands on a red node does not land without it, and a node that is to be red has to show that.
  const standsFirm = (acting.grounds ?? []).every(({ lost, node: id }) => !lost && isOutOfTheWay(plan, id));
  const isUnheard = command.unheard === true && workspace.speculation.rework.has(nodeKey(by));
  const mayLand = !node.pausedBy && !isUnheard && !isBound(plan, node) && standsFirm;
  const landsAtOnce = paths.length === 0 && mayLand && (node.spec.redGates?.length ?? 0) === 0;
  if (landsAtOnce) return [...granted, { type: "NodeLanded", ...by, commit: plan.tip, paths, ...said }];
  const facts = { commit, tree, base, paths, ...settled(node), ...said, ...(isUnheard ? { unheard: true } : {}) };
  return [...granted, { type: "NodeSubmitted", ...by, ...facts }];
}

/** While other work is put into its slot, what is there is half of something. */
function isGettingParkedWork({ state }: Node): boolean {
  return state.is === "leased" && state.attempt.content !== undefined && !state.attempt.slotReady;
}

/** What comes back with conflicts comes with the merge that has them. */
function settled({ state }: Node): { readonly settles?: CommitId } {
  if (state.is === "rework" && state.reason === "withdrawn" && state.submission.settles)
    return { settles: state.submission.settles };
  if (state.is !== "rework" || state.reason !== "conflict" || state.attempt.content === undefined) return {};
  return { settles: state.attempt.content };
}

/** A fenced attempt may still hand in while nobody has taken the node since. */
export function lateAttempt(node: Node, attempt: number): Attempt | undefined {
  if (node.state.is !== "ready" || node.late?.why === "cancelled") return undefined;
  return node.late?.attempt.attempt === attempt ? node.late.attempt : undefined;
}

/** Write claims for the changed paths that no claim of the attempt covers yet, or who is in the way. */
function extraClaims(
  workspace: Workspace,
  plan: Plan,
  by: OfAttempt,
  paths: readonly string[],
  regained: readonly GrantedClaim[],
): { readonly claims: readonly GrantedClaim[] } | Refusal {
  const { locks } = workspace;
  const own = [...heldBy(locks, by), ...regained]
    .filter(({ kind, mode }) => kind === "path" && allowsChange(mode))
    .map(({ pattern }) => patternOf(pattern, locks.ignoreCase));
  const bare = paths.filter((path) => !own.some((pattern) => matches(pattern, path)));
  const outside: { path: string; heldBy?: string }[] = [];
  const claims: GrantedClaim[] = [];
  for (const path of bare) {
    const { text } = literalPattern(path, { ignoreCase: locks.ignoreCase });
    const verdict = judge(locks, workspace.settings, by, [{ kind: "path", pattern: text, mode: "write" }], 0);
    if ("blockers" in verdict) outside.push({ path, ...holderAmong(workspace, verdict.blockers) });
    else if (plan.header.policy.scope === "strict") outside.push({ path });
    else claims.push(...verdict.claims);
  }
  return outside.length > 0 ? { refused: "out_of_claim", paths: outside } : { claims };
}

function holderAmong(workspace: Workspace, blockers: readonly Blocker[]): { readonly heldBy?: string } {
  const holders = blockers.flatMap(({ by }) => nodeByKey(workspace, nodeKey(by)) ?? []);
  const [heldBy] = holders.map((node) => `${attemptOf(node)?.agent} on ${nodeKey(refOf(node))}`);
  return heldBy === undefined ? {} : { heldBy };
}

/** What was handed in can be given up too, but not while it lands. */
export function giveUp(plan: Plan, node: Node, command: GiveUpCommand): readonly NodeEvent[] | Refusal {
  const acting = actingAttempt(node, command.attempt);
  if ("refused" in acting) return acting;
  if (isLanding(plan, node)) return { refused: "not_withdrawable", node: node.id, why: "landing" };
  const { attempt, reason, retryable, hint, parked, blameless } = command;
  const event: NodeEvent = {
    type: "NodeGivenUp",
    plan: plan.id,
    node: node.id,
    attempt,
    agent: acting.agent,
    reason,
    retryable,
    ...(hint === undefined ? {} : { hint }),
    ...(parked ? { parked } : {}),
    ...(blameless ? { blameless } : {}),
  };
  if (blameless) return [event];
  if (retryable && node.retriesUsed < node.spec.retries) return [event];
  return [event, { type: "NodeFailed", plan: plan.id, node: node.id, why: reason }];
}

/** The claims that a returned node needs again and that are still free; what others took meanwhile stays theirs. */
export function regainable(workspace: Workspace, node: Node): readonly GrantedClaim[] {
  return wishesOf(node, workspace.settings).flatMap((wish) => {
    const verdict = judge(workspace.locks, workspace.settings, refOf(node), [wish]);
    return "claims" in verdict ? verdict.claims : [];
  });
}

/** Who handed in late has no slot any more: that one was put aside when the attempt was fenced. */
export function newSlotIfGone({ slots }: Workspace, attempt: Attempt): readonly SlotEvent[] {
  if (isInHands(slots, attempt.slot, attempt)) return [];
  const { plan, node, attempt: number, slot: broken } = attempt;
  const { slot } = newSlot(slots);
  return [
    { type: "SlotReplaced", plan, node, attempt: number, slot, broken, why: "its attempt was ended from outside" },
  ];
}
