/** Submitting a plan, changing it while it runs, and ending it. What comes in has been validated before. */
import type { CommitId, NodeId, PlanId } from "../ids.ts";
import { isOver, type Node, workedOn } from "../node/node.ts";
import type { NodeEvent } from "../node/node-events.ts";
import type { Refusal } from "../refusal.ts";
import type { Workspace } from "../workspace.ts";
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

export function revise(plan: Plan, command: PlanCommand & { type: "RevisePlan" }): Decided {
  if (plan.status.is === "landed") return { refused: "plan_over", plan: plan.id, status: plan.status.is };
  const named = [...command.change.map(({ id }) => id), ...command.cancel, ...command.retry];
  const unknown = named.find((id) => !plan.nodes.has(id));
  if (unknown !== undefined) return { refused: "unknown_node", plan: plan.id, node: unknown };
  const nodes = (ids: readonly NodeId[]) => ids.flatMap((id) => plan.nodes.get(id) ?? []);
  const over = [...nodes(command.change.map(({ id }) => id)), ...nodes(command.cancel)].filter(
    ({ state }) => state.is === "landed",
  );
  if (over.length > 0) return { refused: "node_over", nodes: over.map(({ id }) => id) };
  const live = command.change.filter(({ id, fields }) => isBound(plan.nodes.get(id)) && changesItsGround(fields));
  if (live.length > 0) return { refused: "node_live", nodes: live.map(({ id }) => id) };
  const notFailed = nodes(command.retry).filter(({ state }) => state.is !== "failed" && state.is !== "cancelled");
  if (notFailed.length > 0) return { refused: "node_live", nodes: notFailed.map(({ id }) => id) };
  const events: (PlanEvent | NodeEvent)[] = [
    ...command.add.map((node): PlanEvent => ({ type: "NodeAdded", plan: plan.id, node })),
    ...command.change.map(
      ({ id, fields }): PlanEvent => ({ type: "NodeChanged", plan: plan.id, node: id, change: fields }),
    ),
    ...command.retry.map((node): PlanEvent => ({ type: "NodeRetried", plan: plan.id, node })),
    ...command.cancel
      .filter((id) => plan.nodes.get(id)?.state.is !== "cancelled")
      .map((node): NodeEvent => ({ type: "NodeCancelled", plan: plan.id, node, why: "asked" })),
    ...changedPlan(plan, command),
    ...(command.flags ? skippedByFlags(plan.id, pendingSpecs(plan), { ...plan.header.flags, ...command.flags }) : []),
    ...skippedByFlags(plan.id, command.add, { ...plan.header.flags, ...command.flags }),
  ];
  if (command.pause && plan.status.is === "active") events.push({ type: "PlanPaused", plan: plan.id, why: "asked" });
  if (command.resume && plan.status.is === "paused") events.push({ type: "PlanResumed", plan: plan.id });
  return command.finish ? finish(plan, command.cancel, events) : events;
}

export function mergeTarget(plan: Plan, target: CommitId, gates: readonly string[]): Decided {
  const merges = [...plan.nodes.values()].filter(({ spec }) => spec.merges !== undefined);
  if (merges.some((node) => node.spec.merges === target || !isOver(node))) return [];
  const branch = plan.header.target;
  const node: NodeSpec = {
    id: `merge-target-${merges.length + 1}`,
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

function finish(plan: Plan, cancelled: readonly NodeId[], events: readonly (PlanEvent | NodeEvent)[]): Decided {
  const done = ["landed", "skipped", "cancelled"];
  const open = [...plan.nodes.values()]
    .filter(({ id, state }) => !done.includes(state.is) && !cancelled.includes(id))
    .map(({ id }) => id);
  const added = events.flatMap((event) => (event.type === "NodeAdded" ? [event.node.id] : []));
  if (open.length + added.length > 0) return { refused: "unlanded_nodes", nodes: [...open, ...added] };
  return plan.status.is === "finished" ? events : [...events, { type: "PlanFinished", plan: plan.id }];
}

function changedPlan(plan: Plan, { policy, flags }: PlanCommand & { type: "RevisePlan" }): readonly PlanEvent[] {
  if (!policy && !flags) return [];
  const merged = flags ? { flags: { ...plan.header.flags, ...flags } } : {};
  return [{ type: "PlanChanged", plan: plan.id, ...(policy ? { policy } : {}), ...merged }];
}

/** Whether somebody works on the node or it waits in the train, so that its ground must not move. */
function isBound(node: Node | undefined): boolean {
  return node !== undefined && (workedOn(node) !== undefined || node.state.is === "submitted");
}

/** Texts, priority and the like may change at any time; what the node stands on and holds may not. */
function changesItsGround(fields: NodeChange): boolean {
  const ground = ["dependsOn", "writes", "edits", "reads", "watches", "uses", "when"] as const;
  return ground.some((field) => fields[field] !== undefined);
}

function pendingSpecs(plan: Plan): readonly Pick<NodeSpec, "id" | "when">[] {
  return [...plan.nodes.values()]
    .filter(({ state }) => state.is === "pending" || state.is === "ready")
    .map(({ spec }) => spec);
}

function skippedByFlags(
  plan: PlanId,
  nodes: readonly Pick<NodeSpec, "id" | "when">[],
  flags: Readonly<Record<string, boolean>>,
): readonly NodeEvent[] {
  const skipped = nodes.filter(({ when }) => when !== undefined && flags[when] !== true);
  return skipped.map(({ id }) => ({ type: "NodeCancelled", plan, node: id, why: "flag" }));
}

function sameIgnoringCase(workspace: Workspace, id: PlanId): Plan | undefined {
  const folded = id.toLowerCase();
  return [...workspace.plans.values()].find((plan) => plan.id.toLowerCase() === folded);
}
