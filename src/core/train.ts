import type { AttemptRef, CommitId, Instant, NodeId, PlanId, ProcessId, TreeId } from "./ids.ts";
import type { GateVerdict } from "./node/node-events.ts";

/** What an attempt handed in. */
export interface Submission extends AttemptRef {
  readonly commit: CommitId;
  readonly tree: TreeId;
  readonly base: CommitId;
  readonly paths: readonly string[];
  /** The merge with conflicts that it settles, if it came back with some. */
  readonly settles?: CommitId;
}

/** A path that both sides changed, and the step or steps that settled it without an agent. */
export interface ResolvedPath {
  readonly path: string;
  readonly by: string;
}

/** A commit that may land: what it stands on, merged with a submission. */
export interface Candidate {
  readonly commit: CommitId;
  readonly tree: TreeId;
  /** The integration tip, or the candidate of an earlier node in the train that is assumed to land first. */
  readonly onto: CommitId;
  readonly paths: readonly string[];
  readonly resolved?: readonly ResolvedPath[];
  /** Gates that passed on exactly this commit. */
  readonly passed: Set<string>;
  /** Gates that did not, with what they said. */
  readonly failed: Map<string, GateVerdict>;
  /** Gates that failed as they were expected to. */
  readonly red: Set<string>;
  /** By gate, what names the command and the tools that it was judged with. */
  readonly keys: Map<string, string>;
  readonly running: Map<string, RunningGate>;
  /** Gates that failed once and are run once more, because they have flaked before. */
  readonly doubted: Set<string>;
  /** Whether it stood on nothing but the tip and what its node depends on when it was built. */
  readonly alone: boolean;
  /** Set once landing was decided: the branch may have moved already. */
  intended: boolean;
}

/** A gate that a process has taken on; another may take it over when that process is gone or the time is up. */
export interface RunningGate {
  readonly process: ProcessId;
  readonly since: Instant;
  readonly until: Instant;
  /** How many gate slots it takes. */
  readonly weight: number;
  /** Whether another gate has run beside it for some time. */
  beside: boolean;
}

export type TrainEvent =
  /** All of it in its new order. */
  | { readonly type: "TrainReordered"; readonly plan: PlanId; readonly train: readonly NodeId[] }
  | {
      readonly type: "CandidateBuilt";
      readonly plan: PlanId;
      readonly node: NodeId;
      readonly attempt: number;
      readonly candidate: CommitId;
      readonly tree: TreeId;
      readonly onto: CommitId;
      readonly paths: readonly string[];
      readonly resolved?: readonly ResolvedPath[];
    }
  /** It does not merge with what it was to stand on; only the tip is reason enough to send it back. */
  | {
      readonly type: "CandidateClashed";
      readonly plan: PlanId;
      readonly node: NodeId;
      readonly attempt: number;
      readonly onto: CommitId;
    }
  | (OfCandidate & {
      readonly type: "GateStarted";
      readonly gate: string;
      readonly process: ProcessId;
      readonly until: Instant;
      readonly weight: number;
    })
  /** Whoever ran it is gone. */
  | (OfCandidate & { readonly type: "GateDropped"; readonly gate: string; readonly process: ProcessId })
  | (OfCandidate & {
      readonly type: "GateJudged";
      readonly verdict: GateVerdict;
      /** Names gate, command and tools: a tree that passed under it once need not be tested again. Absent where there is no such gate. */
      readonly key?: string;
    })
  /** It failed, as it did before for no reason of the tree: it is run once more, and only that counts. */
  | (OfCandidate & { readonly type: "GateDoubted"; readonly verdict: GateVerdict; readonly key: string })
  | (OfCandidate & {
      readonly type: "LandingIntended";
      readonly from: CommitId;
      /** Nodes that land with it, oldest first: their candidates are part of this one's history. */
      readonly carries: readonly NodeId[];
    });

interface OfCandidate {
  readonly plan: PlanId;
  readonly node: NodeId;
  /** Or what was handed in, where a gate looks at that alone. */
  readonly candidate: CommitId;
}
