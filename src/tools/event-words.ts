/** What happened, in one sentence for each event; texts of agents stay out of it. */
import type { WorkspaceEvent } from "../core/event.ts";

/** Whom and what an event is about, and what it says. */
export interface EventWords {
  readonly say: string;
  readonly plan?: string;
  readonly node?: string;
  readonly agent?: string;
}

export function wordEvent(event: WorkspaceEvent): EventWords {
  const plan = "plan" in event ? (typeof event.plan === "string" ? event.plan : event.plan.id) : undefined;
  const node = "node" in event ? (typeof event.node === "string" ? event.node : event.node.id) : undefined;
  const agent = "agent" in event ? event.agent : undefined;
  return {
    say: sentenceFor(event),
    ...(plan === undefined ? {} : { plan }),
    ...(node === undefined ? {} : { node }),
    ...(agent === undefined ? {} : { agent }),
  };
}

function sentenceFor(event: WorkspaceEvent): string {
  switch (event.type) {
    case "WorkspaceConfigured":
      return "The workspace's settings were read.";
    case "PlanSubmitted":
      return "A plan was submitted.";
    case "NodeAdded":
      return "A node was added.";
    case "NodeChanged":
      return "A node was changed.";
    case "NodeRetried":
      return "A node is to be tried again.";
    case "PlanChanged":
      return "The plan's policy or flags were changed.";
    case "PlanPaused":
      return pausedBecause[event.why];
    case "PlanResumed":
      return "The plan was resumed.";
    case "PlanFinished":
      return "The plan is finished.";
    case "PlanLanded":
      return "The plan landed on its target.";
    case "IntegrationAdopted":
      return "The integration branch was taken over as it is.";
    case "NodeLeased":
      return `Attempt ${event.attempt} began.`;
    case "ProgressReported":
      return event.percent === undefined
        ? "The agent reported progress."
        : `The agent reported ${event.percent} percent.`;
    case "NodeSubmitted":
      return `Attempt ${event.attempt} was handed in; paths changed: ${event.paths.length}.`;
    case "NodeReturned":
      return event.why.reason === "conflict"
        ? "The node came back with conflicts."
        : "The node came back because a gate failed.";
    case "NodeWithdrawn":
      return event.by === "agent" ? "The agent took the node back." : "The node was taken out of the train.";
    case "NodeGivenUp":
      return event.retryable ? "The agent gave the node up for another try." : "The agent gave the node up for good.";
    case "AttemptFenced":
      return `Attempt ${event.attempt} was ended from outside.`;
    case "WorkParked":
      return "Unfinished work was kept on a ref.";
    case "ParkedAccepted":
      return "The attempt goes on from kept work.";
    case "NodeLanded":
      return "The node landed.";
    case "NodeFailed":
      return "The node failed.";
    case "NodeCancelled":
      return event.why === "flag" ? "The node was skipped because of a flag." : "The node was cancelled.";
    case "NodeReached":
      return "The node's turn came by itself.";
    case "LeaseRenewed":
      return "The lease was renewed.";
    case "LeasesRefreshed":
      return "All leases were renewed after a pause of Interlock.";
    case "ClaimsGranted":
      return `Claims granted: ${event.claims.length}.`;
    case "ClaimsQueued":
      return `Claims queued: ${event.wants.length}.`;
    case "TicketEnded":
      return event.why === "victim" ? "A wait was ended to break a deadlock." : "A wait was withdrawn.";
    case "ClaimsReleased":
      return `Claims released: ${event.patterns.length}.`;
    case "SlotPrepared":
      return "The worktree was prepared.";
    case "SlotReplaced":
      return "A broken worktree was replaced.";
    case "SlotFreed":
      return "A worktree is free again.";
    case "SlotQuarantined":
      return "A worktree was put aside.";
    case "SlotRemoved":
      return "A worktree was removed.";
    case "CandidateBuilt":
      return "The submission was merged into a candidate.";
    case "CandidateClashed":
      return "The candidate does not merge with what is ahead of it.";
    case "GateDoubted":
      return "A gate failed that has flaked before; it is run once more.";
    case "GateDropped":
      return "A gate was let go, because its process is gone.";
    case "GateStarted":
      return "A gate began.";
    case "BaseGateStarted":
      return "A gate that failed is run on the tip too.";
    case "BaseGateDropped":
      return "A gate on the tip was let go, because its process is gone.";
    case "BaseGateJudged":
      return event.verdict.passed ? "A gate passed on the tip." : "A gate fails on the tip too.";
    case "GateHeldUp":
      return "A gate waits for what it uses.";
    case "GateLent":
      return "A gate was lent what it uses.";
    case "GateRepaid":
      return "A gate gave back what it used.";
    case "GateJudged":
      if (event.verdict.expect === "fail")
        return event.verdict.passed ? "A gate passed that was to fail." : "A gate failed, as it was to.";
      return event.verdict.passed ? "A gate passed." : "A gate failed.";
    case "LandingIntended":
      return "The candidate is about to land.";
    case "TrainReordered":
      return "What is more urgent was moved ahead in the train.";
    case "ClashFound":
      return `Two attempts clash; paths: ${event.paths.length + event.morePaths}.`;
    case "ClashCleared":
      return clearedBecause[event.why];
    case "ConflictOpened":
      return `A conflict of severity ${event.severity} was opened; agents concerned: ${event.agents.length}.`;
    case "ContractPublished":
      return event.status === "ACTIVE" ? "A contract came into force." : "A draft of a contract was published.";
    case "ContractActivated":
      return "A version of a contract came into force.";
    case "ContractDeprecated":
      return "A contract is deprecated.";
    case "AssumptionTracked":
      return event.outcome === "fails" ? "An assumption was tracked that does not hold." : "An assumption was tracked.";
    case "AssumptionHeld":
      return "The check of an assumption holds.";
    case "AssumptionSettled":
      return settledAs[event.verdict];
    case "ArtifactRecorded":
      return event.back === undefined
        ? "A version of an artifact was recorded."
        : "An artifact went back to an earlier version.";
    case "ContractLanded":
      return event.problem === undefined
        ? "A node landed that changes the file of a contract."
        : "What landed in the file of a contract was not published: see the notice to its agent.";
    case "ConsumersNamed":
      return "Somebody relies on a contract.";
    case "ConflictRaised":
      return `${event.conflict} was reported again, with severity ${event.severity}.`;
    case "VoteCast":
      return `A vote was cast on ${event.conflict}.`;
    case "FirstCompletionAwaited":
      return `${event.conflict} is settled by who is first.`;
    case "ConflictResolved":
      return `${event.conflict} was settled ${settledBecause[event.because]}.`;
    case "ConvergenceOpened":
      return `Those concerned by ${event.conflicts.join(", ")} come together; nodes paused: ${event.nodes.length}.`;
    case "ConvergenceJoined":
      return event.is === "joined"
        ? `An agent joined ${event.convergence}.`
        : `An agent was asked to join ${event.convergence}.`;
    case "ConvergenceDecided":
      return `An agent said in ${event.convergence} what should be done.`;
    case "ConvergenceEscalated":
      return `${event.convergence} went up to the level ${event.level}.`;
    case "ConvergenceCompleted":
      return `${event.convergence} is over.`;
    case "ReworkOrdered":
      return `Rework was ordered because of ${event.conflict}; minutes estimated: ${event.estimateMinutes}.`;
    case "KnowledgeShared":
      return "An agent shared knowledge.";
  }
}

const settledAs = {
  validated: "An assumption was right.",
  invalidated: "An assumption was wrong.",
  superseded: "An assumption was replaced.",
} as const;

const clearedBecause = {
  settled: "Two attempts no longer clash.",
  landed: "A clash is over because one of the two landed.",
  ended: "A clash is over because one of the two attempts ended.",
} as const;

const settledBecause = {
  said: "by who may",
  voted: "by vote",
  first: "by who was first",
  overdue: "at the deadline, by those present or by the rules",
} as const;

const pausedBecause = {
  asked: "The plan was paused.",
  node_failed: "The plan was paused because a node failed.",
  integration_moved: "The plan was paused because its integration branch was moved from outside.",
} as const;
