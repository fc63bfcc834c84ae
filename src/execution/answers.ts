/** What the hands of Interlock answer: facts for the tools and the command line to put into words. */
import type { Ground } from "../core/grounds.ts";
import type { AgentName, CommitId, Instant, NodeId, PlanId, RefName, TicketId } from "../core/ids.ts";
import type { GrantedClaim } from "../core/locks/claim-events.ts";
import type { Blocker } from "../core/locks/locks.ts";
import type {
  ChangedContract,
  ConflictedPath,
  GateVerdict,
  ParkedWork,
  ScoreReached,
} from "../core/node/node-events.ts";
import type { IdleReason, Refusal, StateCounts } from "../core/refusal.ts";
import type { ContractKind, ContractStatus } from "../core/speculation/contracts.ts";
import type { ConvergenceId } from "../core/speculation/convergences.ts";
import type { ResolvedPath } from "../core/train.ts";
import type { DecidedAbout } from "./decided.ts";

/** Refusals that only the hands can find; the core's are passed on. */
export type Refused =
  | Refusal
  | { readonly refused: "bad_lease" }
  | { readonly refused: "no_repository"; readonly looked: readonly string[] }
  | { readonly refused: "store_busy"; readonly problem?: string }
  | { readonly refused: "invalid_input"; readonly problems: readonly InputProblem[] }
  | { readonly refused: "not_built"; readonly what: string }
  | { readonly refused: "no_mock"; readonly contract: string; readonly problem: string }
  | { readonly refused: "bad_pattern"; readonly pattern: string; readonly problem: string }
  | { readonly refused: "markers_left"; readonly paths: readonly string[] }
  | { readonly refused: "unreadable_worktree"; readonly problem: string }
  | { readonly refused: "slot_failed"; readonly problem: string }
  | { readonly refused: "branch_in_the_way"; readonly branch: string }
  | { readonly refused: "unknown_parked"; readonly ref: string }
  | {
      readonly refused: "target";
      readonly problem: string;
      readonly paths?: readonly string[];
      readonly worktree?: string;
    };

export interface InputProblem {
  readonly code?: string;
  readonly path: string;
  readonly problem: string;
  readonly cycle?: readonly NodeId[];
}

/** How one call may act: who repeats it, how long it may wait, and when its client has gone. */
export interface CallContext {
  /** The tool's name; with the agent it scopes `requestId`. */
  readonly tool: string;
  readonly requestId?: string;
  /** A digest of the whole input. */
  readonly inputDigest: string;
  /** Ends every wait of this call at once. */
  readonly signal: AbortSignal;
  /** Called now and then while the call waits. */
  readonly onWaiting?: (say: string) => void;
}

export interface NodeBrief {
  readonly id: NodeId;
  readonly planId: PlanId;
  readonly kind: "work" | "sync";
  readonly title: string;
  readonly instructions: string;
  readonly role?: string;
  readonly priority: number;
  readonly estimateMinutes?: number;
  readonly gates: readonly string[];
  /** Gates that its work is expected to make fail. */
  readonly redGates?: readonly string[];
  readonly attempt: number;
}

export interface Assigned {
  readonly status: "assigned";
  readonly node: NodeBrief;
  readonly lease: string;
  readonly leaseExpiresAt: Instant;
  readonly worktree: string;
  readonly branch: RefName;
  readonly baseCommit: CommitId;
  readonly claims: readonly GrantedClaim[];
  readonly environment: Readonly<Record<string, string>>;
  readonly context: NodeContext;
  readonly tokenBudget?: number;
  /** The agent had this node already. */
  readonly resumed: boolean;
  /** Work of an earlier attempt that is kept but not in the worktree. */
  readonly parked?: ParkedWork;
  /** Set when the node came back from the train and waits for its agent. */
  readonly rework?: Rework;
}

export interface NodeContext {
  readonly goal?: string;
  readonly constraints: readonly string[];
  /** What was agreed on that the node relies on. */
  readonly contracts: readonly {
    readonly name: string;
    readonly version: string;
    readonly status: ContractStatus;
    readonly kind: ContractKind;
  }[];
  /** What it was begun on and has not landed yet. */
  readonly standsOn?: readonly Ground[];
  /** What was decided about it, the newest first. */
  readonly decisions?: readonly DecidedAbout[];
  /** What is taken for granted about it, or for it. */
  readonly assumptions: readonly {
    readonly id: string;
    readonly text: string;
    readonly about: string;
    readonly by: AgentName;
  }[];
  readonly knowledge: readonly { readonly topic: string; readonly text: string; readonly from: AgentName }[];
  readonly dependencies: readonly {
    readonly node: NodeId;
    readonly summary: string;
    readonly outputs?: unknown;
    readonly commit: CommitId;
  }[];
  /** Set when something was left out to keep the context within its size. */
  readonly cut: boolean;
}

export interface Idle {
  readonly status: "none";
  readonly reason: IdleReason | "preparing";
  readonly waiting: StateCounts;
  readonly retryAfterSeconds: number;
}

export interface Rework {
  readonly status: "rework";
  readonly reason: "conflict" | "gate_failed" | "ground_changed" | "review" | "withdrawn";
  /** Why it was withdrawn. */
  readonly because?: string;
  /** What it was begun on that is no more as it was. */
  readonly ground?: { readonly nodes: readonly NodeId[]; readonly contracts: readonly ChangedContract[] };
  readonly conflicts: readonly ConflictedPath[];
  readonly gates: readonly GateVerdict[];
  /** What the gates that passed come to, where some of the node's count for points. */
  readonly score?: ScoreReached;
  readonly worktree: string;
}

export type Completed =
  | {
      readonly status: "landed";
      readonly commit: CommitId;
      readonly integrationBranch: string;
      readonly resolved?: readonly ResolvedPath[];
      /** Gates that failed as on the base, which the plan lets be. */
      readonly failedAsBase?: readonly string[];
      /** Gates that failed, while the others reached the threshold. */
      readonly failedWithinThreshold?: readonly string[];
      /** The share of the points of its gates that it reached, where some count. */
      readonly score?: number;
    }
  | {
      readonly status: "queued";
      readonly position: number;
      readonly ahead: readonly NodeId[];
      /** The convergences that have to be over before it can land. */
      readonly pausedBy?: readonly ConvergenceId[];
      /** Set when its gates failed as expected: it lands with the first node that depends on it and passes. */
      readonly red?: { readonly gates: readonly string[]; readonly behind: readonly NodeId[] };
    }
  | Rework;

export type Claimed =
  | { readonly status: "granted"; readonly claims: readonly (GrantedClaim & { readonly changedSinceBase?: boolean })[] }
  | {
      readonly status: "queued";
      readonly ticket?: TicketId;
      readonly position: number;
      readonly blockers: readonly NamedBlocker[];
    };

/** A blocker with the name of the agent behind it, where there is one. */
export type NamedBlocker = Blocker & { readonly agent?: AgentName };

export interface Budget {
  readonly used: number;
  readonly limit: number;
  readonly state: "within" | "near" | "over";
}
