import { forgetTip } from "../baseline.ts";
import type { CommitId, Instant, Position } from "../ids.ts";
import { dequeue } from "../locks/queue.ts";
import type { Recorded } from "../recorded.ts";
import type { Workspace } from "../workspace.ts";
import { putAway } from "./landed-plan.ts";
import { disorder, setAside, settle } from "./order.ts";
import type { Plan } from "./plan.ts";
import type { PlanEvent } from "./plan-events.ts";
import { ReadyNodes } from "./ready-nodes.ts";
import type { NodeSpec } from "./spec.ts";

export function evolvePlan(workspace: Workspace, event: PlanEvent, { at, position }: Recorded): void {
  if (event.type === "PlanSubmitted") {
    workspace.plans.set(event.plan.id, newPlan(event, at, position));
    return;
  }
  const plan = workspace.plans.get(event.plan);
  if (!plan) return;
  switch (event.type) {
    case "NodeAdded":
      addNode(plan, event.node, position);
      reopen(plan);
      disorder(workspace, plan, at);
      return;
    case "NodeChanged":
      changeNode(workspace, plan, event, at, position);
      return;
    case "NodeRetried": {
      const node = plan.nodes.get(event.node);
      if (!node) return;
      plan.open += 1;
      if (node.state.is === "failed") plan.failed -= 1;
      node.retriesUsed = 0;
      node.state = { is: "pending" };
      reopen(plan);
      disorder(workspace, plan, at);
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
      giveUpPlaces(workspace, plan);
      return;
    case "PlanResumed":
      plan.status = { is: "active" };
      plan.failedUnseen = false;
      return;
    case "PlanFinished":
      plan.status = { is: "finished" };
      return;
    case "PlanLanded":
      putAway(plan, event.commit, position);
      return;
    case "IntegrationAdopted":
      adopt(plan, event.commit);
      // What was begun early on a candidate that is gone waits for the next one.
      disorder(workspace, plan, at);
      return;
  }
}

function newPlan({ plan }: PlanEvent & { type: "PlanSubmitted" }, at: Instant, begins: Position): Plan {
  return {
    id: plan.id,
    header: plan,
    status: { is: "active" },
    tip: plan.base,
    nodes: new Map(),
    ready: new ReadyNodes(),
    reached: new Set(),
    train: [],
    live: 0,
    open: 0,
    failed: 0,
    failedUnseen: false,
    failureRate: 0,
    submittedAt: at,
    begins,
    landings: [],
    onTip: new Map(),
    runsOnTip: new Map(),
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
  at: Instant,
  position: Position,
): void {
  const node = plan.nodes.get(event.node);
  if (!node) return;
  const { instructions, ...fields } = event.change;
  if (instructions !== undefined) node.textAt = position;
  // A node in the ranking must not change; and what was seen in its way may not be there any more.
  setAside(plan, node);
  node.spec = { ...node.spec, ...fields };
  if (changesClaims(fields)) {
    dequeue(workspace.locks, ({ by }) => by.attempt === 0 && by.plan === plan.id && by.node === node.id);
    node.passedOver = 0;
  }
  if (changesOrder(fields)) disorder(workspace, plan, at);
  else if (node.state.is === "ready") settle(plan, node, at);
}

function changesOrder(fields: Partial<NodeSpec>): boolean {
  return (
    fields.priority !== undefined ||
    fields.estimateMinutes !== undefined ||
    fields.dependsOn !== undefined ||
    fields.soft !== undefined
  );
}

function changesClaims(fields: Partial<NodeSpec>): boolean {
  return (["writes", "edits", "reads", "watches", "uses"] as const).some((field) => fields[field] !== undefined);
}

/** Nodes that nobody can get now keep nobody else waiting. */
function giveUpPlaces({ locks }: Workspace, plan: Plan): void {
  dequeue(locks, ({ by }) => {
    if (by.attempt !== 0 || by.plan !== plan.id) return false;
    const node = plan.nodes.get(by.node);
    if (node) node.passedOver = 0;
    return true;
  });
}

function reopen(plan: Plan): void {
  if (plan.status.is === "finished") plan.status = { is: "active" };
}

/** Whatever was built on the old tip has to be built again, even if it was about to land. */
function adopt(plan: Plan, commit: CommitId): void {
  plan.tip = commit;
  forgetTip(plan);
  if (plan.status.is === "paused" && plan.status.why === "integration_moved") plan.status = { is: "active" };
  for (const id of plan.train) {
    const node = plan.nodes.get(id);
    if (node?.state.is !== "submitted") continue;
    delete node.state.candidate;
    delete node.state.clash;
  }
}
