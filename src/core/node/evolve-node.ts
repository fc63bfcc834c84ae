import { forgetTip, learnTip } from "../baseline.ts";
import { type Ground, groundsAfter, takeOver } from "../grounds.ts";
import type { CommitId, Instant } from "../ids.ts";
import { nodeKey } from "../ids.ts";
import type { Attempt } from "../lease.ts";
import { grant, type Held, heldBy, release } from "../locks/locks.ts";
import { allowsChange, endsAtSubmission } from "../locks/modes.ts";
import { dequeue } from "../locks/queue.ts";
import { nodeMoved } from "../losing-ground.ts";
import { disorder, passOn, setAside, settle } from "../plan/order.ts";
import type { Plan } from "../plan/plan.ts";
import type { Recorded } from "../recorded.ts";
import { hasToWait, isRed } from "../red-nodes.ts";
import { takeSlot } from "../slots.ts";
import { isBeforeSoft } from "../soft-edges.ts";
import type { Submission } from "../train.ts";
import { waiting } from "../train-ground.ts";
import { refOf, type Workspace } from "../workspace.ts";
import { contentOf, endAttempt, leaveTrain, over, stopWork } from "./ending.ts";
import { attemptOf, type Node, workedOn } from "./node.ts";
import type { NodeEvent } from "./node-events.ts";

export function evolveNode(workspace: Workspace, event: NodeEvent, recorded: Recorded): void {
  const plan = workspace.plans.get(event.plan);
  const node = plan?.nodes.get(event.node);
  if (!plan || !node) return;
  const wasRed = isRed(node);
  const { is: was } = node.state;
  evolveState(workspace, plan, node, event, recorded);
  nodeMoved(workspace, plan, node, was, recorded.at);
  // Whoever may be worked on because of it has to be found anew.
  if (wasRed && !isRed(node)) disorder(workspace, plan, recorded.at);
}

function evolveState(workspace: Workspace, plan: Plan, node: Node, event: NodeEvent, recorded: Recorded): void {
  const { at, position } = recorded;
  switch (event.type) {
    case "NodeLeased":
      leased(workspace, plan, node, event, at);
      return;
    case "ProgressReported":
      progressed(node, event, position);
      return;
    case "NodeSubmitted":
      submitted(workspace, plan, node, event, recorded);
      return;
    case "NodeReturned":
      if (event.why.reason === "gate_failed" && !event.why.gates.some(({ alone }) => alone))
        plan.failureRate += (1 - plan.failureRate) * newest;
      returned(plan, node, event, recorded);
      return;
    case "NodeWithdrawn":
      withdrawn(plan, node, event, recorded);
      return;
    case "NodeGivenUp": {
      if (event.parked) node.parked = event.parked;
      node.retriesUsed += event.retryable && !event.blameless ? 1 : 0;
      endAttempt(workspace, plan, node, "free", at);
      settle(plan, node, at);
      return;
    }
    case "AttemptFenced":
      fenced(workspace, plan, node, event, at);
      return;
    case "WorkParked":
      // What an older attempt left in its slot comes too late for the next one.
      if (event.attempt >= node.attempts) node.parked = event.parked;
      return;
    case "ParkedAccepted": {
      const attempt = workedOn(node);
      if (!attempt) return;
      attempt.content = event.parked.commit;
      standOn(attempt, takeOver(workspace, node, attempt.grounds ?? []));
      delete attempt.offered;
      attempt.slotReady = false;
      return;
    }
    case "NodeLanded":
      landed(workspace, plan, node, event, recorded);
      return;
    case "NodeFailed":
      plan.failed += 1;
      plan.failedUnseen = true;
      over(workspace, plan, node, { is: "failed", why: event.why }, at);
      return;
    case "NodeCancelled":
      if (node.state.is === "failed") plan.failed -= 1;
      over(workspace, plan, node, { is: event.why === "flag" ? "skipped" : "cancelled" }, at);
      if (event.why === "flag") disorder(workspace, plan, at);
      return;
    case "NodeReached":
      if (node.state.is !== "ready") return;
      setAside(plan, node);
      if (node.spec.merges === undefined) plan.train.push(node.id);
      else plan.train.splice(landingBegun(plan), 0, node.id);
      node.state = { is: "submitted", since: at };
      return;
  }
}

function leased(
  workspace: Workspace,
  plan: Plan,
  node: Node,
  event: NodeEvent & { type: "NodeLeased" },
  at: Instant,
): void {
  const { agent, process, until, slot, fresh, base, content } = event;
  const by = { plan: plan.id, node: node.id, attempt: event.attempt };
  setAside(plan, node);
  dequeue(workspace.locks, (ticket) => nodeKey(ticket.by) === nodeKey(by));
  node.attempts = event.attempt;
  node.passedOver = 0;
  delete node.late;
  node.times.leasedAt ??= at;
  node.times.agent = agent;
  const attempt: Attempt = {
    ...by,
    agent,
    process,
    since: at,
    until,
    lastSeen: at,
    slot,
    slotReady: false,
    fresh,
    base,
    tokens: 0,
  };
  if (content) attempt.content = content.commit;
  else if (node.parked) attempt.offered = node.parked;
  const { grounds = [] } = event;
  standOn(attempt, content ? takeOver(workspace, node, grounds) : grounds);
  node.state = { is: "leased", attempt };
  plan.live += 1;
  takeSlot(workspace.slots, slot, by);
  grant(workspace.locks, by, event.claims, at);
  workspace.agents.get(agent)?.nodes.add(nodeKey(by));
  for (const other of event.passedOver) {
    const passed = workspace.plans.get(other.plan)?.nodes.get(other.node);
    if (passed) passed.passedOver += 1;
  }
}

function progressed(node: Node, event: NodeEvent & { type: "ProgressReported" }, position: number): void {
  const attempt = workedOn(node);
  if (!attempt) return;
  if (event.percent !== undefined) attempt.percent = event.percent;
  if (event.note !== undefined) attempt.noteAt = position;
  if (event.tokens !== undefined) attempt.tokens = event.tokens;
}

function submitted(
  workspace: Workspace,
  plan: Plan,
  node: Node,
  event: NodeEvent & { type: "NodeSubmitted" },
  { at, position }: Recorded,
): void {
  const attempt = workedOn(node) ?? lateHandIn(workspace, plan, node);
  if (!attempt) return;
  const { commit, tree, base, paths, settles } = event;
  const by = { plan: plan.id, node: node.id, attempt: attempt.attempt };
  const submission: Submission = { ...by, commit, tree, base, paths, ...(settles ? { settles } : {}) };
  stopWork(plan, node, at);
  if (event.tokens !== undefined) attempt.tokens = event.tokens;
  delete attempt.content;
  // What an earlier attempt left stands on an older base: put into the slot of a node that came back, it would undo what has landed since.
  delete attempt.offered;
  node.submittedAt = position;
  node.state = { is: "submitted", attempt, submission, since: at };
  plan.train.push(node.id);
  dequeue(workspace.locks, (ticket) => nodeKey(ticket.by) === nodeKey(attempt));
  // What it stands on has come back: that may need what is held here, and nothing lands before it does.
  const isStuck = hasToWait(plan, node);
  const ends = (held: Held) => held.kind === "pool" || (held.kind === "path" && endsAtSubmission(held.mode));
  release(workspace.locks, attempt, (held) => isStuck || ends(held));
}

/** The fenced attempt hands in after all: it is the node's attempt again, on a slot that stays quarantined afterwards. */
function lateHandIn(workspace: Workspace, plan: Plan, node: Node): Attempt | undefined {
  const attempt = node.late?.attempt;
  if (!attempt) return undefined;
  delete node.late;
  setAside(plan, node);
  workspace.agents.get(attempt.agent)?.nodes.add(nodeKey(attempt));
  return attempt;
}

function fenced(
  workspace: Workspace,
  plan: Plan,
  node: Node,
  event: NodeEvent & { type: "AttemptFenced" },
  at: Instant,
): void {
  const attempt = workedOn(node);
  // What it may still hand in is seen as changes of what its slot stands on.
  const base = attempt && contentOf(node, attempt).base;
  const claims = heldBy(workspace.locks, refOf(node))
    .filter(({ kind, mode }) => kind !== "pool" && allowsChange(mode))
    .map(({ kind, pattern, mode }) => ({ kind, pattern, mode }));
  if (event.parked) node.parked = event.parked;
  endAttempt(workspace, plan, node, "quarantined", at);
  settle(plan, node, at);
  if (attempt && base !== undefined) node.late = { attempt: { ...attempt, base }, why: event.why, claims };
}

function returned(
  plan: Plan,
  node: Node,
  event: NodeEvent & { type: "NodeReturned" },
  { at, position }: Recorded,
): void {
  const attempt = attemptOf(node);
  const submission = node.state.is === "submitted" ? node.state.submission : undefined;
  const grounds = groundsAfter(plan, node, event);
  leaveTrain(plan, node);
  if (!attempt || !submission) {
    if (node.spec.kind !== "sync")
      node.parked = { ref: `refs/interlock/candidates/${plan.id}/${node.id}`, commit: event.content };
    settle(plan, node, at);
    return;
  }
  standOn(attempt, grounds);
  attempt.base = event.base;
  attempt.content = event.content;
  attempt.slotReady = false;
  attempt.until = event.until;
  node.state = { is: "rework", attempt, submission, reason: event.why.reason, since: at, saidAt: position };
  plan.live += 1;
}

/** Its slot holds what was handed in, and whatever was written there since; it is filled only when it is gone. */
function withdrawn(
  plan: Plan,
  node: Node,
  event: NodeEvent & { type: "NodeWithdrawn" },
  { at, position }: Recorded,
): void {
  if (node.state.is !== "submitted") return;
  const { attempt, submission } = node.state;
  if (!attempt || !submission) return;
  leaveTrain(plan, node);
  attempt.base = submission.base;
  attempt.content = submission.commit;
  attempt.until = event.until;
  node.state = { is: "rework", attempt, submission, reason: "withdrawn", since: at, saidAt: position };
  plan.live += 1;
}

function landed(
  workspace: Workspace,
  plan: Plan,
  node: Node,
  event: NodeEvent & { type: "NodeLanded" },
  { at, position }: Recorded,
): void {
  if (event.summary !== undefined) node.submittedAt = position;
  plan.failureRate -= plan.failureRate * newest;
  moveTip(plan, node, event.commit);
  const { commit, resolved, failedAsBase, failedWithinThreshold, score } = event;
  const wasRed = isRed(node);
  const told = {
    ...(resolved ? { resolved } : {}),
    ...(failedAsBase ? { failedAsBase } : {}),
    ...(failedWithinThreshold ? { failedWithinThreshold } : {}),
    ...(score === undefined ? {} : { score }),
  };
  over(workspace, plan, node, { is: "landed", commit, at, ...told }, at);
  node.times.landedAt = at;
  if (!wasRed && !isBeforeSoft(plan, node)) passOn(workspace, plan, node, at);
}

function standOn(attempt: Attempt, grounds: readonly Ground[]): void {
  if (grounds.length > 0) attempt.grounds = grounds;
  else delete attempt.grounds;
}

/** How much the newest of them counts in the share of failures. */
const newest = 0.1;

function moveTip(plan: Plan, node: Node, commit: CommitId): void {
  if (plan.tip !== commit) {
    plan.landings.push({ node: node.id, commit });
    forgetTip(plan);
  }
  plan.tip = commit;
  if (node.state.is === "submitted" && node.state.candidate) learnTip(plan, node.state.candidate);
}

/** What has begun to land, and what stands before it, is not overtaken any more: how many that are. */
function landingBegun(plan: Plan): number {
  return waiting(plan).findIndex(({ state }) => state.candidate?.intended === true) + 1;
}
