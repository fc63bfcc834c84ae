/**
 * The train, one submission after another: build a candidate on the tip, let its gates judge it, land it or send it back.
 * Every report names the candidate it is about, so that a report from a process that was overtaken changes nothing.
 *
 * [T1] The integration branch only moves by landings of ours, each intended in the log first.
 * [T2] A landed tree passed the gates it needed.
 * [T3] A node lands only after all that it depends on.
 */
import type { AttemptRef, CommitId, NodeId, PlanId, TreeId } from "./ids.ts";
import type { Attempt } from "./lease.ts";
import type { ClaimEvent } from "./locks/claim-events.ts";
import { regainable } from "./node/hand-in.ts";
import type { Node } from "./node/node.ts";
import type { GateVerdict, NodeEvent, ReworkReason } from "./node/node-events.ts";
import type { Plan } from "./plan/plan.ts";
import type { Refusal } from "./refusal.ts";
import { isInHands, newSlot, type SlotEvent } from "./slots.ts";
import type { Candidate, TrainEvent } from "./train.ts";
import type { Workspace } from "./workspace.ts";

export type LandingCommand =
  | {
      readonly type: "ReportCandidate";
      readonly plan: PlanId;
      readonly node: NodeId;
      readonly attempt: number;
      readonly candidate: CommitId;
      readonly tree: TreeId;
      readonly onto: CommitId;
      readonly paths: readonly string[];
    }
  | {
      readonly type: "ReportGateStart";
      readonly plan: PlanId;
      readonly node: NodeId;
      readonly candidate: CommitId;
      readonly gate: string;
    }
  | {
      readonly type: "ReportGate";
      readonly plan: PlanId;
      readonly node: NodeId;
      readonly candidate: CommitId;
      readonly verdict: GateVerdict;
    }
  | {
      readonly type: "ReturnNode";
      readonly plan: PlanId;
      readonly node: NodeId;
      readonly attempt: number;
      readonly why: ReworkReason;
      readonly base: CommitId;
      readonly content: CommitId;
    }
  | { readonly type: "IntendLanding"; readonly plan: PlanId; readonly node: NodeId; readonly candidate: CommitId }
  | { readonly type: "ReportLanded"; readonly plan: PlanId; readonly node: NodeId; readonly candidate: CommitId };

type Decided = readonly (TrainEvent | NodeEvent | ClaimEvent | SlotEvent)[] | Refusal;

const outdated: Refusal = { refused: "outdated" };

/** What the train needs next: the first submission, and what is missing before it may land. */
export type TrainStep =
  | { readonly do: "build"; readonly node: Node }
  | { readonly do: "gate"; readonly node: Node; readonly candidate: Candidate; readonly gate: string }
  | { readonly do: "intend"; readonly node: Node; readonly candidate: Candidate }
  | { readonly do: "land"; readonly node: Node; readonly candidate: Candidate };

/** The one thing to do for a plan's train now, or nothing while it is empty or may not move. */
export function nextStep(plan: Plan): TrainStep | undefined {
  const node = plan.nodes.get(plan.train[0] ?? "");
  if (node?.state.is !== "submitted") return undefined;
  const { candidate } = node.state;
  if (plan.status.is === "paused" && plan.status.why === "integration_moved") return undefined;
  if (candidate?.intended) return { do: "land", node, candidate };
  if (plan.status.is !== "active" && plan.status.is !== "finished") return undefined;
  if (!candidate || candidate.onto !== plan.tip) return { do: "build", node };
  const gate = node.spec.gates.find((name) => !candidate.passed.has(name));
  return gate === undefined ? { do: "intend", node, candidate } : { do: "gate", node, candidate, gate };
}

export function decideLanding(workspace: Workspace, plan: Plan, node: Node, command: LandingCommand): Decided {
  const step = nextStep(plan);
  switch (command.type) {
    case "ReportCandidate": {
      if (step?.do !== "build" || step.node !== node || command.onto !== plan.tip) return outdated;
      if (attemptNumber(node) !== command.attempt) return outdated;
      const { plan: id, attempt, candidate, tree, onto, paths } = command;
      return [{ type: "CandidateBuilt", plan: id, node: node.id, attempt, candidate, tree, onto, paths }];
    }
    case "ReportGateStart": {
      if (step?.do !== "gate" || !isAbout(step, node, command.candidate)) return outdated;
      return [{ type: "GateStarted", plan: plan.id, node: node.id, candidate: command.candidate, gate: command.gate }];
    }
    case "ReportGate": {
      if (step?.do !== "gate" || !isAbout(step, node, command.candidate) || step.gate !== command.verdict.name)
        return outdated;
      return [
        { type: "GateJudged", plan: plan.id, node: node.id, candidate: command.candidate, verdict: command.verdict },
      ];
    }
    case "ReturnNode":
      return returnNode(workspace, plan, node, command, step);
    case "IntendLanding": {
      if (step?.do !== "intend" || !isAbout(step, node, command.candidate)) return outdated;
      return [{ type: "LandingIntended", plan: plan.id, node: node.id, candidate: command.candidate, from: plan.tip }];
    }
    case "ReportLanded":
      return landed(plan, node, command.candidate, step);
  }
}

function isAbout(step: TrainStep & { candidate: Candidate }, node: Node, candidate: CommitId): boolean {
  return step.node === node && step.candidate.commit === candidate;
}

function landed(plan: Plan, node: Node, candidate: CommitId, step: TrainStep | undefined): Decided {
  if (step?.do !== "land" || !isAbout(step, node, candidate)) return outdated;
  const { commit, paths } = step.candidate;
  return [{ type: "NodeLanded", plan: plan.id, node: node.id, attempt: attemptNumber(node), commit, paths }];
}

/** Work without an agent to return to fails (a sync point) or becomes a node that anybody can take (a merge of the target). */
function returnNode(
  workspace: Workspace,
  plan: Plan,
  node: Node,
  command: LandingCommand & { type: "ReturnNode" },
  step: TrainStep | undefined,
): Decided {
  if (!step || step.do === "land" || step.node !== node || attemptNumber(node) !== command.attempt) return outdated;
  if (command.base !== plan.tip) return outdated;
  const { attempt, why, base, content } = command;
  const by: AttemptRef = { plan: plan.id, node: node.id, attempt };
  const until = workspace.now + workspace.settings.leases.ttl;
  const returned: NodeEvent = { type: "NodeReturned", ...by, why, base, content, until };
  if (node.spec.kind === "sync")
    return [returned, { type: "NodeFailed", plan: plan.id, node: node.id, why: why.reason }];
  if (node.state.is !== "submitted" || !node.state.attempt) return [returned];
  const claims = regainable(workspace, node);
  return [
    returned,
    ...newSlotIfGone(workspace, node.state.attempt),
    ...(claims.length > 0 ? [{ type: "ClaimsGranted" as const, ...by, claims }] : []),
  ];
}

/** Who handed in late has no slot any more: that one was put aside when the attempt was fenced. */
function newSlotIfGone({ slots }: Workspace, attempt: Attempt): readonly SlotEvent[] {
  if (isInHands(slots, attempt.slot, attempt)) return [];
  const { plan, node, attempt: number, slot: broken } = attempt;
  const { slot } = newSlot(slots);
  return [
    { type: "SlotReplaced", plan, node, attempt: number, slot, broken, why: "its attempt was ended from outside" },
  ];
}

/** 0 where nobody handed the node in. */
export function attemptNumber(node: Node): number {
  return node.state.is === "submitted" ? (node.state.attempt?.attempt ?? 0) : node.attempts;
}
