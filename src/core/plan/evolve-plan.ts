import type { Instant, Position } from "../ids.ts";
import type { Node } from "../node/node.ts";
import type { Recorded } from "../recorded.ts";
import type { Workspace } from "../workspace.ts";
import type { Plan } from "./plan.ts";
import type { PlanEvent } from "./plan-events.ts";
import { Ranking } from "./ranking.ts";
import type { NodeSpec } from "./spec.ts";

export function evolvePlan(workspace: Workspace, event: PlanEvent, { at, position }: Recorded): void {
  if (event.type === "PlanSubmitted") {
    workspace.plans.set(event.plan.id, newPlan(event, at));
    return;
  }
  const plan = workspace.plans.get(event.plan);
  if (!plan) return;
  switch (event.type) {
    case "NodeAdded":
      addNode(plan, event.node, position);
      if (plan.status.is === "finished") plan.status = { is: "active" };
      workspace.unordered.add(plan.id);
      return;
    case "NodeChanged":
      changeNode(workspace, plan, event, position);
      return;
    case "NodeRetried": {
      const node = plan.nodes.get(event.node);
      if (!node) return;
      plan.open += 1;
      if (node.state.is === "failed") plan.failed -= 1;
      node.retriesUsed = 0;
      node.state = { is: "pending" };
      if (plan.status.is === "finished") plan.status = { is: "active" };
      workspace.unordered.add(plan.id);
      return;
    }
    case "PlanChanged":
      plan.header = {
        ...plan.header,
        ...(event.policy ? { policy: event.policy } : {}),
        ...(event.flags ? { flags: event.flags } : {}),
      };
      return;
    case "PlanPaused":
      plan.status = { is: "paused", why: event.why };
      plan.failedUnseen = false;
      return;
    case "PlanResumed":
      plan.status = { is: "active" };
      return;
    case "PlanFinished":
      plan.status = { is: "finished" };
      return;
    case "PlanLanded":
      plan.status = { is: "landed", commit: event.commit };
      return;
    case "IntegrationAdopted":
      plan.tip = event.commit;
      plan.status = { is: "active" };
      return;
  }
}

function newPlan({ plan }: PlanEvent & { type: "PlanSubmitted" }, at: Instant): Plan {
  return {
    id: plan.id,
    header: plan,
    status: { is: "active" },
    tip: plan.base,
    nodes: new Map(),
    ready: new Ranking(),
    reached: [],
    train: [],
    live: 0,
    open: 0,
    failed: 0,
    failedUnseen: false,
    submittedAt: at,
    landings: [],
  };
}

function addNode(plan: Plan, { instructions: _, ...spec }: NodeSpec, position: Position): void {
  plan.open += 1;
  plan.nodes.set(spec.id, {
    plan: plan.id,
    id: spec.id,
    spec,
    textAt: position,
    order: plan.nodes.size,
    state: { is: "pending" },
    attempts: 0,
    unmet: 0,
    dependents: [],
    chain: 0,
    passedOver: 0,
    retriesUsed: 0,
    times: { workedMs: 0 },
  });
}

function changeNode(
  workspace: Workspace,
  plan: Plan,
  event: PlanEvent & { type: "NodeChanged" },
  position: Position,
): void {
  const node = plan.nodes.get(event.node);
  if (!node) return;
  const { instructions, ...fields } = event.change;
  if (instructions !== undefined) node.textAt = position;
  if (changesOrder(fields)) {
    unrank(plan, node);
    workspace.unordered.add(plan.id);
  }
  node.spec = { ...node.spec, ...fields };
}

function changesOrder(fields: Partial<NodeSpec>): boolean {
  return fields.priority !== undefined || fields.estimateMinutes !== undefined || fields.dependsOn !== undefined;
}

/** Takes a node out of the ranking before what it is ranked by changes; `order` puts it back. */
function unrank(plan: Plan, node: Node): void {
  if (node.state.is === "ready") plan.ready.delete(node);
}
