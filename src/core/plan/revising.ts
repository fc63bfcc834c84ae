/**
 * Changing a plan while it runs, and ending it. Texts, priority and the like may change at any time; what a node stands
 * on and holds only while nobody works on it; a landed node never.
 */
import type { NodeId } from "../ids.ts";
import { type Node, workedOn } from "../node/node.ts";
import type { NodeEvent } from "../node/node-events.ts";
import type { Refusal } from "../refusal.ts";
import { isLanding } from "../train-ground.ts";
import { cyclesOf } from "./cycles.ts";
import { followFlags, skippedByFlags } from "./flags.ts";
import type { Plan } from "./plan.ts";
import type { NodeChange, PlanEvent } from "./plan-events.ts";
import type { PlanCommand } from "./planning.ts";

type Decided = readonly (PlanEvent | NodeEvent)[] | Refusal;

type RevisePlan = PlanCommand & { type: "RevisePlan" };

export function revise(plan: Plan, command: RevisePlan): Decided {
  const refusal = objection(plan, command);
  if (refusal) return refusal;
  const { add, change, cancel, retry } = command;
  const flags = { ...plan.header.flags, ...command.flags };
  const conditions = new Map(
    change.flatMap(({ id, fields }) => (fields.when === undefined ? [] : [[id, fields.when] as const])),
  );
  const dropped = new Set(cancel);
  const followed = command.flags || conditions.size > 0 ? followFlags(plan, flags, conditions) : [];
  const events: (PlanEvent | NodeEvent)[] = [
    ...add.map((node): PlanEvent => ({ type: "NodeAdded", plan: plan.id, node })),
    ...change.map(({ id, fields }): PlanEvent => ({ type: "NodeChanged", plan: plan.id, node: id, change: fields })),
    ...retry.map((node): PlanEvent => ({ type: "NodeRetried", plan: plan.id, node })),
    ...[...dropped]
      .filter((id) => !isDropped(plan.nodes.get(id)))
      .map((node): NodeEvent => ({ type: "NodeCancelled", plan: plan.id, node, why: "asked" })),
    ...changedPlan(plan, command),
    ...followed.filter((event) => !("node" in event && typeof event.node === "string" && dropped.has(event.node))),
    ...skippedByFlags(plan.id, add, flags),
  ];
  if (command.pause && plan.status.is === "active") events.push({ type: "PlanPaused", plan: plan.id, why: "asked" });
  if (command.resume && plan.status.is === "paused") events.push({ type: "PlanResumed", plan: plan.id });
  return command.finish ? finish(plan, command, events) : events;
}

/** Why a revision cannot be; another process may have revised since it was checked. */
function objection(plan: Plan, { add, change, cancel, retry }: RevisePlan): Refusal | undefined {
  if (plan.status.is === "landed") return { refused: "plan_over", plan: plan.id, status: plan.status.is };
  const { nodes } = plan;
  const found = (ids: readonly NodeId[]) => ids.flatMap((id) => nodes.get(id) ?? []);
  const changed = change.map(({ id }) => id);
  const there = new Set([...nodes.keys(), ...add.map(({ id }) => id)]);
  const asked = [...changed, ...cancel, ...retry];
  const stoodOn = [
    ...add.flatMap(({ dependsOn }) => dependsOn),
    ...change.flatMap(({ fields }) => fields.dependsOn ?? []),
  ];
  const unknown = asked.find((id) => !nodes.has(id)) ?? stoodOn.find((id) => !there.has(id));
  if (unknown !== undefined) return { refused: "unknown_node", plan: plan.id, node: unknown };
  const folded = add.length > 0 ? new Set([...nodes.keys()].map((id) => id.toLowerCase())) : new Set<string>();
  const taken = add.filter(({ id }) => folded.has(id.toLowerCase()));
  if (taken.length > 0) return { refused: "node_exists", nodes: taken.map(({ id }) => id) };
  const over = [
    ...found(changed).filter(isLanded),
    ...found(cancel).filter((node) => isLanded(node) || isLanding(plan, node)),
  ];
  if (over.length > 0) return { refused: "node_over", nodes: over.map(({ id }) => id) };
  const live = change.filter(
    ({ id, fields }) =>
      (isBound(nodes.get(id)) && (changesItsGround(fields) || turnsRed(nodes.get(id), fields))) ||
      (fields.dependsOn !== undefined && isPassedBy(plan, id)),
  );
  if (live.length > 0) return { refused: "node_live", nodes: live.map(({ id }) => id) };
  const alive = found(retry).filter(({ state }) => state.is !== "failed" && state.is !== "cancelled");
  if (alive.length > 0) return { refused: "node_live", nodes: alive.map(({ id }) => id) };
  return closesCycle(plan, add, change);
}

/** Only changed dependencies can: nothing that is there depends on new nodes, and those were checked together. */
function closesCycle(plan: Plan, add: RevisePlan["add"], change: RevisePlan["change"]): Refusal | undefined {
  const moved = new Map(
    change.flatMap(({ id, fields }) => (fields.dependsOn ? [[id, fields.dependsOn] as const] : [])),
  );
  if (moved.size === 0) return undefined;
  const edges = new Map([...plan.nodes].map(([id, { spec }]) => [id, moved.get(id) ?? spec.dependsOn]));
  for (const { id, dependsOn } of add) edges.set(id, dependsOn);
  const [cycle] = cyclesOf(edges);
  return cycle && { refused: "cycle", cycle };
}

function finish(plan: Plan, { add, cancel, retry }: RevisePlan, events: readonly (PlanEvent | NodeEvent)[]): Decided {
  const done = new Set<Node["state"]["is"]>(["landed", "skipped", "cancelled"]);
  const dropped = new Set(cancel);
  const open = [...plan.nodes.values()].filter(({ id, state }) => !done.has(state.is) && !dropped.has(id));
  const nodes = [...new Set([...open.map(({ id }) => id), ...add.map(({ id }) => id), ...retry])];
  if (nodes.length > 0) return { refused: "unlanded_nodes", nodes };
  return plan.status.is === "finished" ? events : [...events, { type: "PlanFinished", plan: plan.id }];
}

function changedPlan(plan: Plan, { policy, flags }: RevisePlan): readonly PlanEvent[] {
  if (!policy && !flags) return [];
  const merged = flags ? { flags: { ...plan.header.flags, ...flags } } : {};
  return [{ type: "PlanChanged", plan: plan.id, ...(policy ? { policy } : {}), ...merged }];
}

function isLanded(node: Node): boolean {
  return node.state.is === "landed";
}

function isDropped(node: Node | undefined): boolean {
  return node?.state.is === "cancelled" || node?.state.is === "skipped";
}

/** Whether somebody works on the node or it waits in the train, so that its ground must not move. */
function isBound(node: Node | undefined): boolean {
  return node !== undefined && (workedOn(node) !== undefined || node.state.is === "submitted");
}

/** Whether a skipped node has let somebody go on: what it stands on counts for those behind it, who have begun. */
function isPassedBy(plan: Plan, id: NodeId): boolean {
  const node = plan.nodes.get(id);
  if (node?.state.is !== "skipped") return false;
  return node.dependents.some((behind) => isBound(plan.nodes.get(behind)) || isPassedBy(plan, behind));
}

/** Whether it would be expected to fail where it was to pass, or the other way round. */
function turnsRed(node: Node | undefined, { redGates }: NodeChange): boolean {
  return redGates !== undefined && redGates.join("\n") !== (node?.spec.redGates ?? []).join("\n");
}

function changesItsGround(fields: NodeChange): boolean {
  const ground = ["dependsOn", "soft", "writes", "edits", "reads", "watches", "uses", "when"] as const;
  return ground.some((field) => fields[field] !== undefined);
}
