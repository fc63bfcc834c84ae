import type { CommitId, NodeId, PlanId } from "../ids.ts";
import type { NodeSpec, PlanHeader, Policy } from "./spec.ts";

/** What may be changed of a node while the plan runs; dependencies and claims only while nobody works on it. */
export type NodeChange = Partial<Omit<NodeSpec, "id" | "kind" | "merges">>;

export type PlanEvent =
  | { readonly type: "PlanSubmitted"; readonly plan: PlanHeader }
  /** One event a node, so that a text can be read back without reading the whole plan. */
  | { readonly type: "NodeAdded"; readonly plan: PlanId; readonly node: NodeSpec }
  | { readonly type: "NodeChanged"; readonly plan: PlanId; readonly node: NodeId; readonly change: NodeChange }
  | { readonly type: "NodeRetried"; readonly plan: PlanId; readonly node: NodeId }
  | {
      readonly type: "PlanChanged";
      readonly plan: PlanId;
      readonly policy?: Policy;
      readonly flags?: Readonly<Record<string, boolean>>;
    }
  | { readonly type: "PlanPaused"; readonly plan: PlanId; readonly why: PauseReason }
  | { readonly type: "PlanResumed"; readonly plan: PlanId }
  | { readonly type: "PlanFinished"; readonly plan: PlanId }
  | { readonly type: "PlanLanded"; readonly plan: PlanId; readonly commit: CommitId }
  | { readonly type: "IntegrationAdopted"; readonly plan: PlanId; readonly commit: CommitId };

/** Somebody asked; a node failed under `on_failure: stop`; or the integration branch was moved by hand. */
export type PauseReason = "asked" | "node_failed" | "integration_moved";
