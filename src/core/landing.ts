/**
 * What may happen in a train: candidates are built on the tip or on each other, gates judge them, and what has passed lands.
 * Whatever a policy proposes is judged here. Every report names the candidate it is about, so that one from a process that was
 * overtaken changes nothing.
 *
 * [T1] The integration branch only moves by landings of ours, each intended in the log first.
 * [T2] A landed tree passed the gates it needed, those that were expected to fail before included, but for what [T10] and [T11] let fail.
 * [T3] A node lands only after all that it depends on.
 * [T8] A gate that flaked before is run once more on the same candidate before it counts as failed, and others are not.
 * [T9] A node lands only after its submission passed the gates that look at it alone.
 * [A14] A node lands only on a tree that keeps what it stands on.
 * [T7] A gate that is expected to fail did so on its node's own candidate before anybody built on that.
 */

import { faultOf, letFail } from "./baseline.ts";
import { type PastRun, runsOf, tallyOf, withRun } from "./gate-history.ts";
import { scoreOf } from "./gate-score.ts";
import { hasRoom, slotsFor, type TakenOn } from "./gate-slots.ts";
import { groundChanged, isStale } from "./grounds.ts";
import type { AttemptRef, CommitId, NodeId, PlanId, ProcessId, TreeId } from "./ids.ts";
import type { ClaimEvent } from "./locks/claim-events.ts";
import { type Borrowing, type LoanEvent, lend } from "./locks/loans.ts";
import { newSlotIfGone, regainable } from "./node/hand-in.ts";
import type { Node } from "./node/node.ts";
import type { GateVerdict, NodeEvent, ReworkReason } from "./node/node-events.ts";
import { failedAlone, isAlone, isNodeGate, judgedAs } from "./node-gates.ts";
import { passKey } from "./passed-trees.ts";
import type { Plan } from "./plan/plan.ts";
import { isToBeRed } from "./red-nodes.ts";
import { isRefusal, type Refusal } from "./refusal.ts";
import type { SlotEvent } from "./slots.ts";
import { givenBack } from "./soft-edges.ts";
import type { AssumptionEvent } from "./speculation/assumptions.ts";
import type { ConflictEvent } from "./speculation/conflicts.ts";
import { brokenBefore } from "./speculation/premises.ts";
import type { Seen } from "./speculation/settling.ts";
import type { Candidate, ResolvedPath, TrainEvent } from "./train.ts";
import { footingOf, groundOf, isGround, waiting } from "./train-ground.ts";
import { isProven } from "./train-policy.ts";
import type { Workspace } from "./workspace.ts";

interface OfCandidate {
  readonly plan: PlanId;
  readonly node: NodeId;
  readonly candidate: CommitId;
}

export type LandingCommand =
  | (OfCandidate & {
      readonly type: "ReportCandidate";
      readonly attempt: number;
      readonly tree: TreeId;
      readonly onto: CommitId;
      readonly paths: readonly string[];
      readonly resolved?: readonly ResolvedPath[];
    })
  | {
      readonly type: "ReportClash";
      readonly plan: PlanId;
      readonly node: NodeId;
      readonly attempt: number;
      readonly onto: CommitId;
    }
  | (OfCandidate & TakenOn & { readonly type: "StartGate" })
  | (OfCandidate & { readonly type: "DropGate"; readonly gate: string; readonly process: ProcessId })
  | (OfCandidate & {
      readonly type: "ReportGate";
      readonly process: ProcessId;
      readonly verdict: GateVerdict;
      readonly key?: string;
    })
  | {
      readonly type: "ReturnNode";
      readonly plan: PlanId;
      readonly node: NodeId;
      readonly attempt: number;
      readonly why: ReworkReason;
      readonly base: CommitId;
      readonly content: CommitId;
    }
  /** `seen`: what checks of files say of the candidate's tree, of all that the nodes stand on which land with it. */
  | (OfCandidate & { readonly type: "IntendLanding"; readonly seen?: Seen })
  | (OfCandidate & { readonly type: "ReportLanded" });

type Decided =
  | readonly (TrainEvent | LoanEvent | NodeEvent | ClaimEvent | SlotEvent | AssumptionEvent | ConflictEvent)[]
  | Refusal;

const outdated: Refusal = { refused: "outdated" };

export function decideLanding(workspace: Workspace, plan: Plan, node: Node, command: LandingCommand): Decided {
  if (isAboutBegun(command)) return conclude(workspace, plan, node, command);
  if (!mayMove(plan) || node.state.is !== "submitted") return outdated;
  const of = { plan: plan.id, node: node.id };
  switch (command.type) {
    case "ReportCandidate": {
      const { attempt, candidate, tree, onto, paths, resolved } = command;
      if (attemptNumber(node) !== attempt || !isGround(plan, node, onto) || isStale(plan, node)) return outdated;
      return [
        { type: "CandidateBuilt", ...of, attempt, candidate, tree, onto, paths, ...(resolved ? { resolved } : {}) },
      ];
    }
    case "ReportClash": {
      const { attempt, onto } = command;
      if (attemptNumber(node) !== attempt || !isGround(plan, node, onto)) return outdated;
      return [{ type: "CandidateClashed", ...of, attempt, onto }];
    }
    case "StartGate": {
      const { gate, process, ms, weight, alone, uses = [], run = "" } = command;
      const candidate = standing(plan, node, command.candidate);
      if (!candidate || (isAlone(node, candidate.commit) && !isNodeGate(node, gate))) return outdated;
      if (isJudged(candidate, gate) || candidate.running.has(gate)) return outdated;
      if (!hasRoom(workspace, weight, alone)) return outdated;
      const until = workspace.now + ms;
      const by = { ...of, candidate: candidate.commit, gate, process };
      const started = { type: "GateStarted", ...by, until, weight: slotsFor(workspace, command) } as const;
      return withLoan(workspace, started, { ...by, run, ms, uses });
    }
    case "ReturnNode":
      return returnNode(workspace, plan, node, command);
    case "IntendLanding": {
      const ground = groundOf(plan, node);
      if (ground?.at(-1)?.candidate.commit !== command.candidate || !isProven(plan, ground)) return outdated;
      const broken = brokenBefore(
        workspace,
        ground.map((built) => ({ plan: plan.id, node: built.node.id })),
        command.seen ?? [],
      );
      if (isRefusal(broken) || broken.length > 0) return broken;
      const carries = ground.slice(0, -1).map((built) => built.node.id);
      return [{ type: "LandingIntended", ...of, candidate: command.candidate, from: plan.tip, carries }];
    }
  }
}

/** What a gate uses is lent with its start, or it does not start. */
export function withLoan<Started>(
  workspace: Workspace,
  started: Started,
  asked: Borrowing,
): readonly (Started | LoanEvent)[] | Refusal {
  if (asked.uses.length === 0) return [started];
  const lent = lend(workspace, asked);
  return isRefusal(lent) || lent[0]?.type !== "GateLent" ? lent : [started, ...lent];
}

/** While a landing has begun only that goes on; a paused plan lets what is handed in wait. */
export function mayMove(plan: Plan): boolean {
  if (plan.status.is !== "active" && plan.status.is !== "finished") return false;
  return !waiting(plan).some(({ state }) => state.candidate?.intended);
}

/** What was handed in, or the node's candidate, if it is this one and what it was built on is still there; whether it is red may be found out later too. */
export function standing(plan: Plan, node: Node, commit: CommitId): Candidate | undefined {
  const candidate = judgedAs(node, commit);
  if (!candidate || isAlone(node, commit)) return candidate;
  if (isToBeRed(node)) return candidate.alone ? candidate : undefined;
  return groundOf(plan, node) && candidate;
}

function isJudged({ passed, failed, red }: Candidate, gate: string): boolean {
  return passed.has(gate) || failed.has(gate) || red.has(gate);
}

type AboutBegun = LandingCommand & { readonly type: "DropGate" | "ReportGate" | "ReportLanded" };

function isAboutBegun(command: LandingCommand): command is AboutBegun {
  return command.type === "DropGate" || command.type === "ReportGate" || command.type === "ReportLanded";
}

/** How something ended that had begun, which is told even while the train may not move. */
function conclude(workspace: Workspace, plan: Plan, node: Node, command: AboutBegun): Decided {
  const candidate = judgedAs(node, command.candidate);
  if (!candidate) return outdated;
  if (command.type === "ReportLanded") return landed(plan, node, candidate);
  const { process } = command;
  const of = { plan: plan.id, node: node.id, candidate: candidate.commit };
  if (command.type === "DropGate") {
    const { gate } = command;
    return candidate.running.get(gate)?.process === process
      ? [{ type: "GateDropped", ...of, gate, process }]
      : outdated;
  }
  const { key } = command;
  const verdict = expected(node, command.verdict, isAlone(node, candidate.commit));
  if (isJudged(candidate, verdict.name)) return outdated;
  const isKnown = key !== undefined && verdict.passed && workspace.passed.has(passKey(candidate.tree, key));
  if (!isKnown && candidate.running.get(verdict.name)?.process !== process) return outdated;
  if (key === undefined || verdict.expect === "fail") return [{ type: "GateJudged", ...of, verdict, ...named(key) }];
  const runs = runsOf(workspace.gateHistory, { gate: verdict.name, key });
  const again = candidate.doubted.has(verdict.name);
  if (!again && !verdict.passed && isDoubtful(workspace, candidate, key, runs))
    return [{ type: "GateDoubted", ...of, verdict, key }];
  const { passed, seconds } = verdict;
  const flaky = again ? { flaky: tallyOf(withRun(runs, { tree: candidate.tree, passed, seconds })) } : {};
  return [{ type: "GateJudged", ...of, verdict: { ...verdict, ...flaky }, key }];
}

function named(key: string | undefined): { readonly key?: string } {
  return key === undefined ? {} : { key };
}

/** Whether a gate that failed may have done so for no reason of the tree. */
function isDoubtful({ passed }: Workspace, { tree }: Candidate, key: string, runs: readonly PastRun[]): boolean {
  return tallyOf(runs).flakes > 0 || passed.has(passKey(tree, key));
}

/** What the plan expects, and whether the gate flakes, is no matter of who ran it. */
function expected(
  node: Node,
  { expect: _expect, flaky: _flaky, alone: _alone, ...verdict }: GateVerdict,
  alone: boolean,
): GateVerdict {
  if (alone) return { ...verdict, alone };
  return isToBeRed(node) && node.spec.redGates?.includes(verdict.name) ? { ...verdict, expect: "fail" } : verdict;
}

/** Everything on the way from the tip to the candidate has landed with it. */
function landed(plan: Plan, node: Node, candidate: Candidate): Decided {
  if (!candidate.intended || (plan.status.is === "paused" && plan.status.why === "integration_moved")) return outdated;
  const ground = groundOf(plan, node);
  if (!ground) return outdated;
  return ground.map((built) => {
    const score = scoreOf(plan, built.node, candidate);
    return {
      type: "NodeLanded",
      plan: plan.id,
      node: built.node.id,
      attempt: attemptNumber(built.node),
      commit: built.candidate.commit,
      paths: built.candidate.paths,
      ...(built.candidate.resolved ? { resolved: built.candidate.resolved } : {}),
      ...letFail(plan, built.node, ground),
      ...(score === undefined ? {} : { score }),
    };
  });
}

/** Work without an agent to return to fails (a sync point) or becomes a node that anybody can take (a merge of the target). */
function returnNode(
  workspace: Workspace,
  plan: Plan,
  node: Node,
  command: LandingCommand & { type: "ReturnNode" },
): Decided {
  const { attempt, base, content } = command;
  const isToldOfGround = command.why.reason === "ground_changed";
  if (isToldOfGround && (!isStale(plan, node) || node.pausedBy)) return outdated;
  const why = isToldOfGround ? groundChanged(workspace, node) : command.why;
  if (attemptNumber(node) !== attempt) return outdated;
  const own = why.reason === "gate_failed" ? failedAlone(node) : undefined;
  if (own?.commit !== content || own.onto !== base) {
    if (base !== footingOf(plan, node)) return outdated;
    if (why.reason === "gate_failed" && !isBlamed(plan, node, content)) return outdated;
  }
  const by: AttemptRef = { plan: plan.id, node: node.id, attempt };
  const until = workspace.now + workspace.settings.leases.ttl;
  const returned: NodeEvent = { type: "NodeReturned", ...by, why, base, content, until };
  if (node.spec.kind === "sync")
    return [returned, { type: "NodeFailed", plan: plan.id, node: node.id, why: why.reason }];
  if (node.state.is !== "submitted" || !node.state.attempt) return [returned];
  const claims = regainable(workspace, node);
  return [
    returned,
    ...givenBack(workspace, plan, node),
    ...newSlotIfGone(workspace, node.state.attempt),
    ...(claims.length > 0 ? [{ type: "ClaimsGranted" as const, ...by, claims }] : []),
  ];
}

/** Only what failed on the tip and what it depends on is its own fault; or its submission is lost, so that it has no candidate. */
function isBlamed(plan: Plan, node: Node, content: CommitId): boolean {
  const candidate = groundOf(plan, node)?.at(-1)?.candidate;
  if (!candidate) return true;
  return (
    candidate.commit === content &&
    candidate.onto === footingOf(plan, node) &&
    faultOf(plan, { node, candidate }) === "own"
  );
}

/** 0 where nobody handed the node in. */
export function attemptNumber(node: Node): number {
  return node.state.is === "submitted" ? (node.state.attempt?.attempt ?? 0) : node.attempts;
}
