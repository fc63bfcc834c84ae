/** One command from beginning to end: what it decides, what that means, and what follows from it at once. */
import type { WorkspaceCommand } from "./command.ts";
import { decide } from "./decide.ts";
import type { WorkspaceEvent } from "./event.ts";
import { evolve, settled } from "./evolve.ts";
import type { Instant } from "./ids.ts";
import { grantable } from "./locks/claiming.ts";
import { untieGates } from "./locks/gate-waits.ts";
import type { Plan } from "./plan/plan.ts";
import { endedClash } from "./radar.ts";
import type { Recorded, RequestMark } from "./recorded.ts";
import { isRefusal, type Refusal } from "./refusal.ts";
import { knownRequest } from "./requests.ts";
import { convergenceStep } from "./speculation/converging.ts";
import { groundNews } from "./speculation/ground-news.ts";
import { settleFirst } from "./speculation/resolving.ts";
import { takeBackForRework } from "./speculation/rework.ts";
import { betterOrder } from "./train-order.ts";
import type { Workspace } from "./workspace.ts";

export interface Done {
  readonly events: readonly Recorded[];
  /** The same call was carried out before; these are the events of that time and nothing is appended. */
  readonly repeated: boolean;
}

/** Decides and applies. The events returned must be appended, or the workspace thrown away. */
export function perform(
  workspace: Workspace,
  command: WorkspaceCommand,
  at: Instant,
  request?: RequestMark,
): Done | Refusal {
  settled(workspace).now = Math.max(workspace.now, at);
  const known = request && knownRequest(workspace.requests, request, workspace.now);
  if (known)
    return known.input === request.input ? { events: known.events, repeated: true } : { refused: "request_id_reused" };
  const decision = decide(workspace, command);
  if (isRefusal(decision)) return decision;
  const events: Recorded[] = [];
  const apply = (event: WorkspaceEvent) => {
    const follows = groundNews(workspace, event);
    const recorded: Recorded = {
      position: workspace.position + 1,
      at: workspace.now,
      event,
      ...(request ? { request } : {}),
    };
    evolve(workspace, recorded);
    events.push(recorded);
    for (const next of follows) apply(next);
  };
  for (const event of decision) apply(event);
  settled(workspace);
  for (let next = consequences(workspace); next.length > 0; next = consequences(workspace)) {
    for (const event of next) apply(event);
    settled(workspace);
  }
  return { events, repeated: false };
}

/** What has to happen now, and belongs together; the next is found on the state after that. */
function consequences(workspace: Workspace): readonly WorkspaceEvent[] {
  const next = consequence(workspace);
  if (next) return [next];
  for (const steps of [settleFirst, convergenceStep, takeBackForRework]) {
    const found = steps(workspace);
    if (found.length > 0) return found;
  }
  return [];
}

/** Something that has to happen now without anybody asking for it, or nothing. */
function consequence(workspace: Workspace): WorkspaceEvent | undefined {
  const granted = grantable(workspace);
  if (granted) return granted;
  const untied = untieGates(workspace);
  if (untied) return untied;
  const ended = endedClash(workspace);
  if (ended) return ended;
  for (const plan of workspace.plans.values()) {
    for (const node of plan.reached) return { type: "NodeReached", plan: plan.id, node };
    const train = betterOrder(workspace, plan);
    if (train) return { type: "TrainReordered", plan: plan.id, train };
    if (shouldStop(plan)) return { type: "PlanPaused", plan: plan.id, why: "node_failed" };
    if (isDone(plan)) return { type: "PlanFinished", plan: plan.id };
  }
  return undefined;
}

function shouldStop(plan: Plan): boolean {
  return plan.status.is === "active" && plan.failedUnseen && plan.header.policy.onFailure === "stop";
}

/** A plan with failed nodes stays open, because they can be tried again. */
function isDone(plan: Plan): boolean {
  return plan.status.is === "active" && plan.open === 0 && plan.nodes.size > 0 && plan.failed === 0;
}
