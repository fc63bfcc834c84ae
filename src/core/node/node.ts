import type { Ground } from "../grounds.ts";
import type { AgentName, CommitId, Instant, NodeId, PlanId, Position } from "../ids.ts";
import type { Attempt } from "../lease.ts";
import type { Wish } from "../locks/claim-events.ts";
import type { NodeSpec } from "../plan/spec.ts";
import type { Candidate, ResolvedPath, Submission } from "../train.ts";
import type { FenceReason, ParkedWork } from "./node-events.ts";

/** Where a node is in its life; each member holds only what exists there. */
export type NodeState =
  | { readonly is: "pending" }
  | { readonly is: "ready"; readonly since: Instant }
  | { readonly is: "leased"; readonly attempt: Attempt }
  | {
      readonly is: "submitted";
      /** Absent for sync points and merges of the target, which nobody handed in. */
      readonly attempt?: Attempt;
      readonly submission?: Submission;
      candidate?: Candidate;
      /** What was handed in, once a gate looked at it alone. */
      own?: Candidate;
      /** What it could not be merged with: a candidate that it was to stand on, or the tip. */
      clash?: CommitId;
      /** The candidate on which its gates failed as expected: those that depend on it may build on that. */
      red?: CommitId;
      readonly since: Instant;
    }
  | {
      readonly is: "rework";
      readonly attempt: Attempt;
      /** What was sent back, to tell what the agent changed since. */
      readonly submission: Submission;
      readonly reason: "conflict" | "gate_failed" | "ground_changed" | "withdrawn";
      readonly since: Instant;
      readonly saidAt: Position;
    }
  | {
      readonly is: "landed";
      readonly commit: CommitId;
      readonly at: Instant;
      readonly resolved?: readonly ResolvedPath[];
      readonly failedAsBase?: readonly string[];
      readonly failedWithinThreshold?: readonly string[];
      readonly score?: number;
    }
  | { readonly is: "failed"; readonly why: string }
  | { readonly is: "skipped" }
  | { readonly is: "cancelled" };

/** A node without its instructions, which stay in the log. */
export interface Node {
  readonly plan: PlanId;
  readonly id: NodeId;
  spec: Omit<NodeSpec, "instructions">;
  /** The event that holds the instructions that count. */
  textAt: Position;
  /** Its place in the plan as written; what is older goes first among equals. */
  readonly order: number;
  state: NodeState;
  /** How often it was handed out; the number of the last attempt. */
  attempts: number;
  /** How many of the nodes it depends on hold it up yet. */
  unmet: number;
  readonly dependents: NodeId[];
  /** Minutes of the longest chain that starts here. */
  chain: number;
  /** How often an agent that could have had it got something of lower rank. */
  passedOver: number;
  retriesUsed: number;
  parked?: ParkedWork;
  /** What that was made on, as far as it had not landed then. */
  parkedOn?: readonly Ground[];
  /** Open convergences about it: until they are over it is not handed out, gets nothing more and does not land. */
  pausedBy?: readonly string[];
  /** The last attempt, when it was fenced and nobody has taken the node since: it may still hand in. */
  late?: LateAttempt;
  /** Where summary and outputs of the last submission can be read. */
  submittedAt?: Position;
  times: NodeTimes;
}

export interface LateAttempt {
  readonly attempt: Attempt;
  readonly why: FenceReason;
  /** What it held that allowed changes, to be had again if it is still free. */
  readonly claims: readonly Wish[];
}

/** When it was first handed out and how long agents worked on it, for reports. */
export interface NodeTimes {
  leasedAt?: Instant;
  workedMs: number;
  landedAt?: Instant;
  agent?: AgentName;
}

/** The attempt that holds the node's claims, whether its agent works, waits for the train, or reworks. */
export function attemptOf(node: Node): Attempt | undefined {
  switch (node.state.is) {
    case "leased":
    case "rework":
      return node.state.attempt;
    case "submitted":
      return node.state.attempt;
    case "pending":
    case "ready":
    case "landed":
    case "failed":
    case "skipped":
    case "cancelled":
      return undefined;
  }
}

/** Whether an agent is expected to act on it now: this is what `max_parallel` counts and what leases cover. */
export function workedOn(node: Node): Attempt | undefined {
  return node.state.is === "leased" || node.state.is === "rework" ? node.state.attempt : undefined;
}

/** Whether nothing will happen to it any more unless the plan is revised. */
export function isOver(node: Node): boolean {
  return ["landed", "failed", "skipped", "cancelled"].includes(node.state.is);
}

/** Whether what depends on it may go on: a skipped node holds nobody up, but what stands before it still does. */
export function satisfies(node: Node): boolean {
  return node.state.is === "landed" || (node.state.is === "skipped" && node.unmet === 0);
}
