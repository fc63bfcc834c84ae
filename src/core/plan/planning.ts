/** Submitting a plan and where its branch stands. What comes in has been validated before. */
import type { CommitId, NodeId, PlanId } from "../ids.ts";
import { isOver } from "../node/node.ts";
import type { NodeEvent } from "../node/node-events.ts";
import type { Refusal } from "../refusal.ts";
import type { Workspace } from "../workspace.ts";
import { skippedByFlags } from "./flags.ts";
import type { Plan } from "./plan.ts";
import type { NodeChange, PlanEvent } from "./plan-events.ts";
import type { NodeSpec, PlanSpec, Policy } from "./spec.ts";

export type PlanCommand =
  | { readonly type: "SubmitPlan"; readonly plan: PlanSpec }
  | {
      readonly type: "RevisePlan";
      readonly plan: PlanId;
      readonly add: readonly NodeSpec[];
      readonly change: readonly { readonly id: NodeId; readonly fields: NodeChange }[];
      readonly cancel: readonly NodeId[];
      readonly retry: readonly NodeId[];
      readonly flags?: Readonly<Record<string, boolean>>;
      readonly policy?: Policy;
      readonly pause: boolean;
      readonly resume: boolean;
      readonly finish: boolean;
    }
  | { readonly type: "ReportPlanLanded"; readonly plan: PlanId; readonly commit: CommitId }
  | { readonly type: "AdoptIntegration"; readonly plan: PlanId; readonly commit: CommitId }
  /** Brings the target's progress into the plan, as a node of its own that goes first in the train. */
  | {
      readonly type: "MergeTarget";
      readonly plan: PlanId;
      readonly target: CommitId;
      readonly gates: readonly string[];
    }
  | { readonly type: "ReportIntegrationMoved"; readonly plan: PlanId; readonly expected: CommitId };

type Decided = readonly (PlanEvent | NodeEvent)[] | Refusal;

/** A plan whose id is taken is either the same plan again, or has to be given another id by the caller. */
export function submitPlan(workspace: Workspace, spec: PlanSpec): Decided {
  const known = workspace.plans.get(spec.id) ?? sameIgnoringCase(workspace, spec.id);
  if (known) return { refused: "plan_exists", plan: known.id, same: known.header.digest === spec.digest };
  const { nodes, ...plan } = spec;
  return [
    { type: "PlanSubmitted", plan },
    ...nodes.map((node): PlanEvent => ({ type: "NodeAdded", plan: spec.id, node })),
    ...skippedByFlags(spec.id, nodes, spec.flags),
  ];
}

/** The first of `id`, `id-2`, `id-3`, ... that is free or holds this very plan. */
export function planIdFor(workspace: Workspace, id: PlanId, digest: string): PlanId {
  for (let number = 1; ; number += 1) {
    const tried = number === 1 ? id : `${id}-${number}`;
    const known = workspace.plans.get(tried) ?? sameIgnoringCase(workspace, tried);
    if (!known || known.header.digest === digest) return known?.id ?? tried;
  }
}

const mergeStem = "merge-target";

export function mergeTarget(plan: Plan, target: CommitId, gates: readonly string[]): Decided {
  if (plan.status.is === "landed") return { refused: "plan_over", plan: plan.id, status: plan.status.is };
  // Other commits are merged too; those are no progress of the target.
  const merges = [...plan.nodes.values()].filter(
    ({ id, spec }) => spec.merges !== undefined && id.startsWith(mergeStem),
  );
  const known = merges.find((node) => node.spec.merges === target);
  // Somebody did away with it; who lands the plan again wants it after all.
  if (known?.state.is === "cancelled") return [{ type: "NodeRetried", plan: plan.id, node: known.id }];
  if (known || merges.some((node) => !isOver(node))) return [];
  const branch = plan.header.target;
  const node: NodeSpec = {
    id: freeId(plan, mergeStem, merges.length + 1),
    kind: "work",
    title: `Bring the progress of ${branch} into the plan`,
    instructions:
      `The branch ${branch} moved while this plan was worked on, and the two conflict. Your worktree holds the merge, ` +
      "with conflict markers where both sides changed the same lines. Resolve them so that both sides keep working, then complete the node.",
    requires: [],
    dependsOn: [],
    writes: [],
    edits: [],
    reads: [],
    watches: [],
    uses: [],
    priority: 1,
    gates,
    retries: 2,
    merges: target,
  };
  return [{ type: "NodeAdded", plan: plan.id, node }];
}

export function integrationMoved(plan: Plan, expected: CommitId): Decided {
  if (plan.tip !== expected || plan.status.is !== "active") return { refused: "outdated" };
  return [{ type: "PlanPaused", plan: plan.id, why: "integration_moved" }];
}

/** The target now has all of the plan. Reported again, or of a plan that was reopened meanwhile, it changes nothing. */
export function planLanded(plan: Plan, commit: CommitId): Decided {
  if (plan.status.is === "landed" && plan.status.commit === commit) return [];
  // A plan that was paused while its last nodes came in has nothing left to be paused.
  const isDone = plan.status.is === "paused" && plan.open === 0 && plan.failed === 0;
  if (plan.status.is !== "finished" && plan.status.is !== "landed" && !isDone) return { refused: "outdated" };
  return [{ type: "PlanLanded", plan: plan.id, commit }];
}

/** Takes the integration branch as somebody left it. */
export function adopt(plan: Plan, commit: CommitId): Decided {
  if (plan.status.is === "landed") return { refused: "plan_over", plan: plan.id, status: plan.status.is };
  const moved = plan.status.is === "paused" && plan.status.why === "integration_moved";
  return plan.tip === commit && !moved ? [] : [{ type: "IntegrationAdopted", plan: plan.id, commit }];
}

function sameIgnoringCase(workspace: Workspace, id: PlanId): Plan | undefined {
  const folded = id.toLowerCase();
  return [...workspace.plans.values()].find((plan) => plan.id.toLowerCase() === folded);
}

/** A name that no node of the plan has, in any case. */
function freeId(plan: Plan, stem: string, from: number): NodeId {
  const taken = new Set([...plan.nodes.keys()].map((id) => id.toLowerCase()));
  for (let number = from; ; number += 1) if (!taken.has(`${stem}-${number}`)) return `${stem}-${number}`;
}
