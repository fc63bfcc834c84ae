import type { AgentName, CommitId, NodeId, PlanId } from "../ids.ts";

/** What the planner wrote about one node, after validation. */
export interface NodeSpec {
  readonly id: NodeId;
  /** Work is handed out; a sync point lands by itself when all before it have landed and its gates pass. */
  readonly kind: "work" | "sync";
  readonly title: string;
  readonly instructions: string;
  readonly role?: string;
  readonly group?: string;
  /** Capabilities that the agent must have. */
  readonly requires: readonly string[];
  readonly dependsOn: readonly NodeId[];
  /** Those of them that need not have landed when it begins. */
  readonly soft?: readonly SoftEdge[];
  readonly writes: readonly string[];
  readonly edits: readonly string[];
  readonly reads: readonly string[];
  readonly watches: readonly string[];
  /** Pools and named resources. */
  readonly uses: readonly string[];
  readonly priority: Priority;
  readonly estimateMinutes?: number;
  /** Gates that must pass on its candidate. */
  readonly gates: readonly string[];
  /** Gates that must pass on what is handed in, as it is handed in. */
  readonly nodeGates?: readonly string[];
  /** Gates that must fail on its own candidate; it then lands with the first node behind it on which they pass. */
  readonly redGates?: readonly string[];
  /** The flag that must be true for this node to run. */
  readonly when?: string;
  readonly retries: number;
  readonly tokenBudget?: number;
  /** A commit that this node's candidate must have as a parent too: the node brings the target's progress in. */
  readonly merges?: CommitId;
}

/** `submit`: it begins on the candidate of what was handed in there, before that is judged; `contract`: once that is ACTIVE. */
export type SoftEdge =
  | { readonly node: NodeId; readonly edge: "submit" }
  | { readonly node: NodeId; readonly edge: "contract"; readonly contract: string };

/** 0 is "drop everything", 3 is "when there is nothing else". */
export type Priority = 0 | 1 | 2 | 3;

export interface Policy {
  readonly mode: "parallel" | "sequential";
  readonly maxParallel: number;
  /** Whether a node may change what it did not claim, as long as nobody else holds it. */
  readonly scope: "auto" | "strict";
  readonly onFailure: "continue" | "stop";
  /** Whether what fails on the base too keeps a node from landing: with `ratchet` nothing may fail that passes there. */
  readonly baseline?: "block" | "ratchet";
  /** Absent where every gate has to pass. It is kept from the submission on, whatever the config says later. */
  readonly score?: ScoreRule;
}

/** Gates that may fail while the others reach the threshold. */
export interface ScoreRule {
  /** The share of the points of its gates that a node has to reach, from 0 to 1. */
  readonly threshold: number;
  /** By gate; one that has none must pass. */
  readonly points: Readonly<Record<string, number>>;
}

/** A plan without its nodes. */
export interface PlanHeader {
  readonly id: PlanId;
  readonly title: string;
  readonly goal?: string;
  readonly constraints: readonly string[];
  /** The branch that the finished plan lands on. */
  readonly target: string;
  /** The commit that the integration branch starts from. */
  readonly base: CommitId;
  readonly policy: Policy;
  readonly flags: Readonly<Record<string, boolean>>;
  /** A digest of everything the planner wrote, by which the same plan is known again. */
  readonly digest: string;
  readonly by?: AgentName;
}

export interface PlanSpec extends PlanHeader {
  readonly nodes: readonly NodeSpec[];
}
