import type {
  AgentName,
  CommitId,
  Instant,
  NodeId,
  NodeRef,
  PlanId,
  ProcessId,
  RefName,
  TicketId,
} from "../core/ids.ts";
import type { Notice } from "../core/notices.ts";
import type { PlanDraft } from "../core/plan/check.ts";
import type { NodeChange } from "../core/plan/plan-events.ts";
import type { NodeSpec, PlanSpec, Policy } from "../core/plan/spec.ts";
import type { Recorded } from "../core/recorded.ts";
import type { Reported } from "../core/speculation/reporting.ts";
import type { Workspace } from "../core/workspace.ts";
import type { ImpactReport, ImpactRequest } from "./analyzing.ts";
import type {
  Assigned,
  Budget,
  CallContext,
  Claimed,
  Completed,
  Idle,
  InputProblem,
  Refused,
  Rework,
} from "./answers.ts";
import type {
  ConvergeAnswer,
  ConvergeRequest,
  ReportAnswer,
  ResolveAnswer,
  ResolveRequest,
  Speaker,
} from "./converging.ts";
import type { MockOffer, MockQuestion } from "./mocks/mocks.ts";
import type { Playing, PlayRequest } from "./mocks/playing.ts";
import type { RadarCost } from "./radar/cost.ts";
import type { RepositoryFacts } from "./repository-facts.ts";
import type {
  AssumptionRequest,
  SettledAssumption,
  SettleRequest,
  TrackedAssumption,
} from "./speculation/assumptions.ts";
import type { PublishedContract, PublishRequest } from "./speculation/publish-contract.ts";
import type { RecordedArtifact, RecordRequest } from "./speculation/record-artifact.ts";
import type { ChangedLines } from "./submitted-changes.ts";

/** A plan as the planner wrote it, read but not yet checked against the repository. */
export interface PlanRequest {
  /** Without base, digest and defaults that come from the config; those are filled in here. */
  readonly header: {
    readonly id?: PlanId;
    readonly title: string;
    readonly goal?: string;
    readonly constraints: readonly string[];
    readonly target?: string;
    readonly base?: string;
    readonly policy: Partial<Policy>;
    readonly flags: Readonly<Record<string, boolean>>;
  };
  /** Undefined `gates` means: all that are marked default. */
  readonly nodes: readonly (Omit<NodeSpec, "gates"> & { readonly gates?: readonly string[] })[];
  /** What can be checked even where parts of the input were broken. */
  readonly draft: PlanDraft;
  /** Problems of form that were found while reading. */
  readonly problems: readonly InputProblem[];
  readonly by?: AgentName;
}

/** What became of a plan that was submitted or revised; for a dry run, what would. */
export interface PlanReceipt {
  readonly plan: PlanSpec;
  readonly status: "active" | "paused" | "finished" | "landed" | "dry_run";
  readonly warnings: readonly { readonly code: string; readonly nodes: readonly NodeId[]; readonly say: string }[];
}

export interface Revision {
  readonly plan: PlanId;
  readonly add: PlanRequest["nodes"];
  readonly draft: PlanDraft;
  readonly problems: readonly InputProblem[];
  readonly change: readonly { readonly id: NodeId; readonly fields: NodeChange }[];
  readonly cancel: readonly NodeId[];
  readonly retry: readonly NodeId[];
  readonly flags?: Readonly<Record<string, boolean>>;
  readonly policy?: Partial<Policy>;
  readonly pause: boolean;
  readonly resume: boolean;
  readonly finish: boolean;
}

/** An agent and the lease it shows; verified before anything else happens. */
export interface Caller {
  readonly agent: AgentName;
  readonly lease: string;
}

/** Wishes in the words of the caller, not parsed yet. */
export interface ClaimRequest {
  readonly write: readonly string[];
  readonly edit: readonly string[];
  readonly read: readonly string[];
  readonly watch: readonly string[];
  readonly uses: readonly string[];
  readonly dryRun: boolean;
  readonly ticket?: TicketId;
}

/** The hands of one process on one workspace: all that agents and people can ask for. */
export interface Execution {
  readonly process: ProcessId;
  /** The user's checkout. */
  readonly root: string;

  submitPlan(
    request: PlanRequest,
    options: { readonly dryRun: boolean },
    call: CallContext,
  ): Promise<PlanReceipt | Refused>;
  revisePlan(revision: Revision, call: CallContext): Promise<PlanReceipt | Refused>;

  requestNextNode(
    request: {
      readonly agent: AgentName;
      readonly capabilities: readonly string[];
      readonly plan?: PlanId;
      readonly acceptParked: boolean;
      readonly waitMs: number;
    },
    call: CallContext,
  ): Promise<Assigned | Idle | Refused>;
  reportProgress(
    caller: Caller,
    progress: { readonly percent?: number; readonly note?: string; readonly tokens?: number },
    call: CallContext,
  ): Promise<{ readonly leaseExpiresAt: Instant; readonly budget?: Budget } | Refused>;
  completeNode(
    caller: Caller,
    work: { readonly summary: string; readonly outputs?: unknown; readonly tokens?: number; readonly waitMs: number },
    call: CallContext,
  ): Promise<Completed | Refused>;
  /** Takes back what was handed in, to go on working on it. */
  takeBack(caller: Caller, because: string, call: CallContext): Promise<Rework | Refused>;
  failNode(
    caller: Caller,
    failure: { readonly reason: string; readonly retryable: boolean; readonly hint?: string },
    call: CallContext,
  ): Promise<{ readonly status: "ready" | "failed"; readonly parkedRef?: RefName } | Refused>;
  claimResources(caller: Caller, request: ClaimRequest, waitMs: number, call: CallContext): Promise<Claimed | Refused>;
  releaseResources(
    caller: Caller,
    request: { readonly patterns?: readonly string[]; readonly ticket?: TicketId },
    call: CallContext,
  ): Promise<{ readonly released: readonly string[] } | Refused>;
  shareKnowledge(
    agent: AgentName,
    lease: string | undefined,
    knowledge: { readonly topic: string; readonly text: string; readonly paths: readonly string[] },
    call: CallContext,
  ): Promise<{ readonly id: string } | Refused>;

  /** What a change of some paths or of a thing would touch in the tree, at most so many things, and which nodes are likely to clash. */
  analyzeImpact(question: ImpactRequest): Promise<ImpactReport | Refused>;
  trackAssumption(request: AssumptionRequest, call: CallContext): Promise<TrackedAssumption | Refused>;
  settleAssumption(request: SettleRequest, call: CallContext): Promise<SettledAssumption | Refused>;
  recordArtifact(request: RecordRequest, call: CallContext): Promise<RecordedArtifact | Refused>;
  publishContract(request: PublishRequest, call: CallContext): Promise<PublishedContract | Refused>;
  /** Something to build against in place of what a contract describes; a server of it is this process's, and shared. */
  mockOf(question: MockQuestion): Promise<MockOffer | Refused>;
  /** Serves a contract for whoever asks, until it is closed. */
  playContract(request: PlayRequest): Promise<Playing | Refused>;
  reportConflict(speaker: Speaker, reported: Reported, call: CallContext): Promise<ReportAnswer | Refused>;
  resolveConflict(speaker: Speaker, request: ResolveRequest, call: CallContext): Promise<ResolveAnswer | Refused>;
  converge(speaker: Speaker, request: ConvergeRequest, call: CallContext): Promise<ConvergeAnswer | Refused>;

  /** The state, brought up to date with the log. For reading only. */
  workspace(): Promise<Workspace>;
  /** What a planner wants to know of the repository before reading any file. */
  repositoryFacts(): Promise<RepositoryFacts>;
  /** What looking for clashes has taken, for all processes. */
  radarCost(): Promise<RadarCost>;
  /** Whether some living process is there to run gates and land. */
  stewardIsThere(): Promise<boolean>;
  /**
   * The oldest news that an agent has not acknowledged, at most so many, and how many more there are. What it was shown
   * before is acknowledged by this very call; what is not shown stays.
   */
  takeNotices(agent: AgentName, most: number): Promise<{ readonly notices: readonly Notice[]; readonly more: number }>;
  /** Events after a position, oldest first; of a plan or of all. */
  events(after: number, limit: number): Promise<readonly Recorded[]>;
  /** Events as they come, until the signal aborts. */
  follow(after: number, signal: AbortSignal): AsyncIterable<Recorded>;

  /** What a node that waits in the train changes. */
  submittedChanges(node: NodeRef): Promise<readonly ChangedLines[]>;

  /** What people do from the terminal. */
  land(
    plan: PlanId | undefined,
    options: { readonly onWaiting?: (say: string) => void; readonly signal: AbortSignal },
  ): Promise<
    | {
        readonly landed: PlanId;
        readonly target: string;
        readonly commit: CommitId;
        readonly checkouts: readonly string[];
      }
    | Refused
  >;
  /** Takes a node out of the train, back to its agent. */
  withdraw(node: NodeRef, because: string | undefined): Promise<(NodeRef & { readonly agent: AgentName }) | Refused>;
  /** Takes the integration branch as somebody left it for the plan's new tip. */
  adopt(plan: PlanId): Promise<{ readonly plan: PlanId; readonly commit: CommitId } | Refused>;
  /** Puts the integration branch back to where our last landing left it; what was there is parked. */
  restore(
    plan: PlanId,
  ): Promise<{ readonly plan: PlanId; readonly commit: CommitId; readonly kept?: RefName } | Refused>;
  parked(): Promise<
    readonly {
      readonly ref: RefName;
      readonly commit: CommitId;
      readonly plan: PlanId;
      readonly node: NodeId;
      readonly attempt: number;
      readonly at: Instant;
    }[]
  >;
  /** Writes a parked tree into a new folder outside the slots. */
  restoreParked(ref: RefName, folder: string): Promise<{ readonly files: number } | Refused>;
  /** Removes slots and refs that nobody can need any more; says what it did or, dry, would do. */
  collectGarbage(options: { readonly dryRun: boolean }): Promise<{
    readonly slots: readonly string[];
    readonly refs: readonly RefName[];
    readonly kept: readonly string[];
  }>;
  backup(destination: string): Promise<void>;

  /** Becomes a candidate for steward and keeps the workspace moving until `close`. */
  start(options: { readonly longLived: boolean }): void;
  close(): Promise<void>;
}
