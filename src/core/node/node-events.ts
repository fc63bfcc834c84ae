import type { GateTally } from "../gate-history.ts";
import type { Ground } from "../grounds.ts";
import type {
  AgentName,
  CommitId,
  Instant,
  NodeId,
  NodeRef,
  PlanId,
  ProcessId,
  RefName,
  SlotName,
  TreeId,
} from "../ids.ts";
import type { GrantedClaim } from "../locks/claim-events.ts";
import type { ResolvedPath } from "../train.ts";

/** Work kept on a ref, for whoever takes the node next. */
export interface ParkedWork {
  readonly ref: RefName;
  readonly commit: CommitId;
}

/** One place where two sides changed the same lines; each side's text as it stood. */
export interface Hunk {
  readonly base: string;
  readonly ours: string;
  readonly theirs: string;
}

export interface ConflictedPath {
  readonly path: string;
  /** git's word for it: content, add/add, modify/delete, binary, ... */
  readonly kind: string;
  /** The nodes whose landed changes are on the other side. */
  readonly with: readonly NodeId[];
  readonly hunks: readonly Hunk[];
}

export interface GateVerdict {
  readonly name: string;
  /** Whether it ended with exit code 0, even where it was expected to fail. */
  readonly passed: boolean;
  readonly expect?: "fail";
  /** Set where it looked at what was handed in alone. */
  readonly alone?: true;
  /** Null when the gate was killed (time-out, output limit) or could not start. */
  readonly exitCode: number | null;
  readonly outputTail: string;
  readonly alsoFailsOnBase: boolean;
  /** Set where that is excuse enough, so that nothing has to be done about it. */
  readonly excused?: true;
  /** Set where it may fail because the other gates reach the threshold. */
  readonly withinThreshold?: true;
  /** What it counts for in its plan's score. */
  readonly points?: number;
  readonly seconds: number;
  /** Set when it had flaked before and was run once more: how it ended lately, this run included. */
  readonly flaky?: GateTally;
  /** Where the process that ran it kept its whole output. */
  readonly outputFile?: string;
  /** What its reports say, if it wrote some. */
  readonly tests?: TestCounts;
  /** By name; the first of many. */
  readonly failedTests?: readonly string[];
  /** Those of them that fail on the base as well. */
  readonly failedOnBase?: readonly string[];
}

/** How many tests there were, by how they ended. */
export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Why a submission goes back to its agent. */
export type ReworkReason =
  | { readonly reason: "conflict"; readonly conflicts: readonly ConflictedPath[] }
  | {
      readonly reason: "gate_failed";
      readonly gates: readonly GateVerdict[];
      /** What was reached of the share of points that is needed, where gates of the node count for some. */
      readonly score?: ScoreReached;
    }
  | GroundChanged;

/** What it was begun on is no more as it was: the merge with what there is instead has to be looked at. */
export interface GroundChanged {
  readonly reason: "ground_changed";
  /** They came back, and have landed otherwise since. */
  readonly nodes: readonly NodeId[];
  readonly contracts?: readonly ChangedContract[];
}

/** The version that it was made for, and the one in force since. */
export interface ChangedContract {
  readonly contract: string;
  readonly from: string;
  readonly to: string;
}

export interface ScoreReached {
  readonly reached: number;
  readonly threshold: number;
}

interface OfAttempt {
  readonly plan: PlanId;
  readonly node: NodeId;
  readonly attempt: number;
}

export type NodeEvent =
  | (OfAttempt & {
      readonly type: "NodeLeased";
      readonly agent: AgentName;
      readonly process: ProcessId;
      readonly until: Instant;
      readonly slot: SlotName;
      /** Whether the slot has to be made, instead of a pooled one being moved along. */
      readonly fresh: boolean;
      readonly base: CommitId;
      /** A tree to put into the slot instead of the base's: parked or reworked content. */
      readonly content?: ParkedWork;
      /** What it is begun on before that has landed. */
      readonly grounds?: readonly Ground[];
      readonly claims: readonly GrantedClaim[];
      /** Nodes of higher rank that this agent could have had, were it not for others' claims. */
      readonly passedOver: readonly NodeRef[];
    })
  | (OfAttempt & {
      readonly type: "ProgressReported";
      readonly percent?: number;
      readonly note?: string;
      readonly tokens?: number;
    })
  | (OfAttempt & {
      readonly type: "NodeSubmitted";
      readonly commit: CommitId;
      readonly tree: TreeId;
      readonly base: CommitId;
      readonly paths: readonly string[];
      readonly settles?: CommitId;
      readonly summary: string;
      readonly outputs?: unknown;
      readonly tokens?: number;
      /** Handed in without knowing that its rework was ordered. */
      readonly unheard?: boolean;
    })
  | (OfAttempt & {
      readonly type: "NodeReturned";
      readonly why: ReworkReason;
      /** The integration tip that the slot now stands on. */
      readonly base: CommitId;
      /** The merge, with markers where it conflicts, that the slot gets. */
      readonly content: TreeId;
      readonly until: Instant;
    })
  /** What was handed in is in its agent's hands again, as it was. */
  | (OfAttempt & {
      readonly type: "NodeWithdrawn";
      readonly by: "agent" | "operator";
      readonly because?: string;
      readonly until: Instant;
    })
  | (OfAttempt & {
      readonly type: "NodeGivenUp";
      readonly agent: AgentName;
      readonly reason: string;
      readonly retryable: boolean;
      readonly hint?: string;
      readonly parked?: ParkedWork;
      /** Set when the node was not to blame, so that no retry was used up. */
      readonly blameless?: boolean;
    })
  | (OfAttempt & { readonly type: "AttemptFenced"; readonly why: FenceReason; readonly parked?: ParkedWork })
  | (OfAttempt & { readonly type: "WorkParked"; readonly parked: ParkedWork; readonly leftOut: readonly string[] })
  | (OfAttempt & { readonly type: "ParkedAccepted"; readonly parked: ParkedWork })
  | {
      readonly type: "NodeLanded";
      readonly plan: PlanId;
      readonly node: NodeId;
      /** 0 for what landed without an attempt: sync points and merges of the target. */
      readonly attempt: number;
      readonly commit: CommitId;
      readonly paths: readonly string[];
      readonly resolved?: readonly ResolvedPath[];
      /** Gates that failed, and were none of its fault. */
      readonly failedAsBase?: readonly string[];
      /** Gates that failed, while the others reached the threshold. */
      readonly failedWithinThreshold?: readonly string[];
      /** The share of the points of its gates that it reached, where some count. */
      readonly score?: number;
      readonly summary?: string;
      readonly outputs?: unknown;
    }
  | { readonly type: "NodeFailed"; readonly plan: PlanId; readonly node: NodeId; readonly why: string }
  | { readonly type: "NodeCancelled"; readonly plan: PlanId; readonly node: NodeId; readonly why: "asked" | "flag" }
  /** A node that needs no agent joins the train. */
  | { readonly type: "NodeReached"; readonly plan: PlanId; readonly node: NodeId };

/** The lease ran out; the plan was revised; or its worktree could not be used. */
export type FenceReason = "silent" | "cancelled" | "unreserved";
