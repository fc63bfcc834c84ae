import type { TipVerdict } from "../baseline.ts";
import type { CommitId, Instant, NodeId, PlanId, Position } from "../ids.ts";
import type { Node, NodeState } from "../node/node.ts";
import type { RunningGate } from "../train.ts";
import type { PauseReason } from "./plan-events.ts";
import type { ReadyNodes } from "./ready-nodes.ts";
import type { PlanHeader } from "./spec.ts";

export type PlanStatus =
  | { readonly is: "active" }
  | { readonly is: "paused"; readonly why: PauseReason }
  | { readonly is: "finished" }
  | {
      readonly is: "landed";
      readonly commit: CommitId;
      /** Of its nodes only this stays: how many there were of each state. See `landed-plan.ts`. */
      readonly nodes: Readonly<Partial<Record<NodeState["is"], number>>>;
      readonly at: Position;
    };

/** A plan as it stands. */
export interface Plan {
  readonly id: PlanId;
  header: PlanHeader;
  status: PlanStatus;
  /** Where our last landing put the integration branch. */
  tip: CommitId;
  /** What gates say of it, as far as somebody had to know. */
  readonly onTip: Map<string, TipVerdict>;
  /** Those that are being run on it. */
  readonly runsOnTip: Map<string, RunningGate>;
  readonly nodes: Map<NodeId, Node>;
  /** Ready nodes that an agent may get. */
  readonly ready: ReadyNodes;
  /** Nodes that land without an agent, whose turn has come and that are about to join the train. */
  readonly reached: Set<NodeId>;
  /** Submitted nodes in the order in which they will land. */
  readonly train: NodeId[];
  /** How many nodes are leased or in rework. */
  live: number;
  /** How many nodes are not over yet. */
  open: number;
  /** How many nodes have failed and were not tried again. */
  failed: number;
  /** Set when a node fails, until the plan is resumed: with `on_failure: stop` it pauses the plan. */
  failedUnseen: boolean;
  /** The share of nodes that gates sent back, the last ones counting most. */
  failureRate: number;
  readonly submittedAt: Instant;
  /** The position of its first event. */
  readonly begins: Position;
  /** What landed, oldest first, so that later conflicts can name whom they are with. */
  readonly landings: { readonly node: NodeId; readonly commit: CommitId }[];
}

/** How many agents may work on it at once. */
export function parallelLimit({ header: { policy } }: { readonly header: Pick<PlanHeader, "policy"> }): number {
  return policy.mode === "sequential" ? 1 : policy.maxParallel;
}

export function isOpen(plan: Plan): boolean {
  return plan.status.is === "active" || plan.status.is === "paused";
}

/** The branch that only landings of ours move. */
export function integrationRef(plan: PlanId): string {
  return `refs/heads/interlock/${plan}`;
}
