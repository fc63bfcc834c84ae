import type { AttemptRef, CommitId, NodeId, PlanId, TreeId } from "./ids.ts";
import type { GateVerdict } from "./node/node-events.ts";

/** What an attempt handed in. */
export interface Submission extends AttemptRef {
  readonly commit: CommitId;
  readonly tree: TreeId;
  readonly base: CommitId;
  readonly paths: readonly string[];
}

/** A commit that may land: the integration tip it stands on, merged with a submission. */
export interface Candidate {
  readonly commit: CommitId;
  readonly tree: TreeId;
  readonly onto: CommitId;
  readonly paths: readonly string[];
  /** Gates that passed on exactly this commit. */
  readonly passed: Set<string>;
  /** The gate that a process said it has begun, for people who wonder. */
  running?: string;
  /** Set once landing was decided: the branch may have moved already. */
  intended: boolean;
}

export type TrainEvent =
  | {
      readonly type: "CandidateBuilt";
      readonly plan: PlanId;
      readonly node: NodeId;
      readonly attempt: number;
      readonly candidate: CommitId;
      readonly tree: TreeId;
      readonly onto: CommitId;
      readonly paths: readonly string[];
    }
  | {
      readonly type: "GateStarted";
      readonly plan: PlanId;
      readonly node: NodeId;
      readonly candidate: CommitId;
      readonly gate: string;
    }
  | {
      readonly type: "GateJudged";
      readonly plan: PlanId;
      readonly node: NodeId;
      readonly candidate: CommitId;
      readonly verdict: GateVerdict;
    }
  | {
      readonly type: "LandingIntended";
      readonly plan: PlanId;
      readonly node: NodeId;
      readonly candidate: CommitId;
      readonly from: CommitId;
    };
