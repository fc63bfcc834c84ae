/**
 * What has to be gone over again once a conflict is decided.
 *
 * [K6] Rework is a node: the one that has the work, if that has not landed, else a new one behind it. What waits in the
 *      train, or is handed in before its agent was told, is given back to its agent, in its worktree as it was.
 */
import { idFrom, type NodeId, type NodeRef, nodeKey, type PlanId } from "../ids.ts";
import type { ClaimEvent } from "../locks/claim-events.ts";
import { isOver, type Node } from "../node/node.ts";
import type { NodeEvent } from "../node/node-events.ts";
import { withdrawNode } from "../node/withdrawing.ts";
import { assumedMinutes, minutesOf } from "../plan/minutes.ts";
import type { Plan } from "../plan/plan.ts";
import type { PlanEvent } from "../plan/plan-events.ts";
import type { NodeSpec } from "../plan/spec.ts";
import { isRefusal, type Refusal } from "../refusal.ts";
import type { SlotEvent } from "../slots.ts";
import { isLanding } from "../train-ground.ts";
import { nodeByKey, refOf, type Workspace } from "../workspace.ts";
import type { ConflictId } from "./conflicts.ts";
import type { ConvergenceEvent } from "./convergences.ts";

/** A node that has to be gone over again, or something that nobody has begun, behind others where these are named. */
export type ReworkAsked =
  | (NodeRef & { readonly estimateMinutes?: number })
  | {
      readonly plan: PlanId;
      readonly title: string;
      readonly estimateMinutes?: number;
      readonly behind?: readonly NodeId[];
    };

/** Which gates new work needs, by plan: that is in the config. */
export type DefaultGates = Readonly<Record<PlanId, Pick<NodeSpec, "gates" | "nodeGates">>>;

/** Why what was handed in came back. */
export const reworkOrdered = "rework was ordered";

/** What is asked for, and what it follows from. */
export interface Rework {
  readonly asked: ReworkAsked;
  readonly conflict: ConflictId;
  readonly decision: string;
}

/** Makes nodes of rework, each piece once; refuses what is in a plan that is over, or about a node that was given up. */
export function orderRework(
  workspace: Workspace,
  all: readonly Rework[],
  gates: DefaultGates,
): readonly (PlanEvent | ConvergenceEvent)[] | Refusal {
  const taken = new Map<PlanId, Set<string>>();
  const events: (PlanEvent | ConvergenceEvent)[] = [];
  for (const one of new Map(all.map((each) => [keyOf(each.asked), each])).values()) {
    const { asked } = one;
    const plan = workspace.plans.get(asked.plan);
    if (!plan) return { refused: "unknown_plan", plan: asked.plan };
    if (plan.status.is === "landed") return { refused: "plan_over", plan: plan.id, status: plan.status.is };
    const names = taken.get(plan.id) ?? new Set([...plan.nodes.keys()].map((id) => id.toLowerCase()));
    taken.set(plan.id, names);
    const done = "node" in asked ? reworkOf(plan, asked, one, names) : newWork(plan, asked, one, names, gates);
    if (isRefusal(done)) return done;
    events.push(...done);
  }
  return events;
}

/** Whether rework that was asked for a while ago can be done yet: its node may have been given up since, or its plan landed. */
export function canBeOrdered({ plans }: Workspace, asked: ReworkAsked): boolean {
  const plan = plans.get(asked.plan);
  if (!plan || plan.status.is === "landed") return false;
  const node = "node" in asked ? plan.nodes.get(asked.node) : undefined;
  return "title" in asked || (node !== undefined && (node.state.is === "landed" || !isOver(node)));
}

/** How long going over a node again is thought to take, where nobody said: a quarter of it, and five minutes at least. */
export function reworkMinutes({ spec }: Node): number {
  return Math.max(5, Math.ceil(minutesOf(spec) / 4));
}

/** Takes what was handed in by somebody who did not know of its rework out of the train; nothing while there is none. [K6] */
export function takeBackForRework(workspace: Workspace): readonly (NodeEvent | ClaimEvent | SlotEvent)[] {
  for (const key of workspace.speculation.rework.keys()) {
    const node = nodeByKey(workspace, key);
    const plan = node && workspace.plans.get(node.plan);
    if (!plan || node.state.is !== "submitted") continue;
    const taken = withdrawNode(workspace, plan, node, { type: "WithdrawNode", ...refOf(node), because: reworkOrdered });
    if (!isRefusal(taken)) return taken;
  }
  return [];
}

/** Once it came back, is handed in by somebody who knew of it, or cannot come back any more, its rework is like other work. */
export function forgetRework({ speculation }: Workspace, event: NodeEvent): void {
  const ends = ["NodeWithdrawn", "NodeReturned", "NodeLanded", "NodeFailed", "NodeCancelled"];
  const isKnown = event.type === "NodeSubmitted" && event.unheard !== true;
  if (speculation.rework.size > 0 && (isKnown || ends.includes(event.type))) speculation.rework.delete(nodeKey(event));
}

function reworkOf(
  plan: Plan,
  { node: id, estimateMinutes: estimate }: ReworkAsked & NodeRef,
  { conflict, decision }: Rework,
  names: Set<string>,
): readonly (PlanEvent | ConvergenceEvent)[] | Refusal {
  const node = plan.nodes.get(id);
  if (!node) return { refused: "unknown_node", plan: plan.id, node: id };
  const estimateMinutes = estimate ?? reworkMinutes(node);
  const ordered = (made: NodeId): ConvergenceEvent => ({
    type: "ReworkOrdered",
    plan: plan.id,
    node: made,
    conflict,
    estimateMinutes,
    made: made !== id,
  });
  // What has begun to land is not taken back, and what lands by itself is in nobody's hands.
  const hasLanded = node.state.is === "landed" || isLanding(plan, node) || !isSomebodys(node);
  if (!hasLanded) return isOver(node) ? { refused: "node_over", nodes: [id] } : [ordered(id)];
  const { merges: _, redGates: _red, when: _when, ...spec } = node.spec;
  const made: NodeSpec = {
    ...spec,
    id: freeId(`rework-${id}`, names),
    kind: "work",
    title: `Rework: ${spec.title}`,
    instructions: `${id} has landed, and ${conflict} was decided since. Bring its work in line with the decision:\n\n${decision}`,
    dependsOn: [id],
    estimateMinutes,
  };
  return [{ type: "NodeAdded", plan: plan.id, node: made }, ordered(made.id)];
}

function isSomebodys({ spec, state }: Node): boolean {
  return spec.kind === "work" && (state.is !== "submitted" || state.attempt !== undefined);
}

function newWork(
  plan: Plan,
  { title, estimateMinutes = assumedMinutes, behind = [] }: Exclude<ReworkAsked, NodeRef>,
  { conflict, decision }: Rework,
  names: Set<string>,
  gates: DefaultGates,
): readonly (PlanEvent | ConvergenceEvent)[] {
  const id = freeId(idFrom(title), names);
  const before = behind.flatMap((one) => plan.nodes.get(one) ?? []);
  const all = (pick: (spec: Node["spec"]) => readonly string[]) => [
    ...new Set(before.flatMap(({ spec }) => pick(spec))),
  ];
  const made: NodeSpec = {
    id,
    kind: "work",
    title,
    instructions: `This follows from the decision on ${conflict}:\n\n${decision}`,
    requires: [],
    dependsOn: behind,
    writes: [],
    edits: all(({ writes, edits }) => [...writes, ...edits]),
    reads: [],
    watches: [],
    uses: [],
    priority: 2,
    estimateMinutes,
    ...(behind.length > 0 ? { gates: all((spec) => spec.gates) } : (gates[plan.id] ?? { gates: [] })),
    retries: 2,
  };
  return [
    { type: "NodeAdded", plan: plan.id, node: made },
    { type: "ReworkOrdered", plan: plan.id, node: id, conflict, estimateMinutes, made: true },
  ];
}

function freeId(stem: string, taken: Set<string>): NodeId {
  const short = stem.slice(0, 56).replace(/[._-]+$/, "");
  for (let number = 1; ; number += 1) {
    const id = number === 1 ? short : `${short}-${number}`;
    if (taken.has(id.toLowerCase())) continue;
    taken.add(id.toLowerCase());
    return id;
  }
}

function keyOf(asked: ReworkAsked): string {
  return "node" in asked ? nodeKey(asked) : `${asked.plan}: ${asked.title}`;
}
