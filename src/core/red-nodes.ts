/**
 * Nodes whose gates are expected to fail: a test is written before what makes it pass. Such a node is judged once for each
 * submission, on its own candidate. From then on those that depend on it may be worked on, and it lands together with the first
 * of them that passes. The red nodes that a node stands on depend on each other, so that there is one order to build them in.
 */
import { groundsOf, missingGround, restsOn } from "./grounds.ts";
import type { CommitId, NodeId } from "./ids.ts";
import { isOver, type Node } from "./node/node.ts";
import type { GateVerdict } from "./node/node-events.ts";
import type { Plan } from "./plan/plan.ts";
import type { NodeSpec } from "./plan/spec.ts";
import { earlyStart, opens } from "./soft-edges.ts";
import type { Workspace } from "./workspace.ts";

/** Whether gates have yet to fail on its candidate before anybody may build on it. */
export function isToBeRed({ spec, state }: Node): boolean {
  return (spec.redGates?.length ?? 0) > 0 && state.is === "submitted" && state.red === undefined;
}

/** Whether it failed as it was expected to, and waits for somebody who makes it pass. */
export function isRed({ state }: Node): boolean {
  return state.is === "submitted" && state.red !== undefined;
}

/** What was killed or could not be run (a shell says 126 or 127) has not shown that anything is missing. */
export function failsAsExpected({ exitCode }: Pick<GateVerdict, "exitCode">): boolean {
  return exitCode !== null && exitCode !== 0 && exitCode !== 126 && exitCode !== 127;
}

/** Whether a dependency lets a node be worked on although it has not landed. */
export function mayBuildOn(node: Node, before: Node): boolean {
  return isRed(before) && node.spec.kind === "work" && node.state.is !== "skipped";
}

/** Whether a worktree of the node may have stood on what had not landed. */
export function mayStandOnOthers(plan: Plan, node: Node): boolean {
  const { spec } = node;
  return (
    spec.soft !== undefined ||
    groundsOf(node).length > 0 ||
    spec.dependsOn.some((id) => plan.nodes.get(id)?.spec.redGates?.length)
  );
}

/** Whether a node may be begun although one that it depends on has not landed. */
export function letsBegin(workspace: Workspace, plan: Plan, node: Node, before: Node): boolean {
  return mayBuildOn(node, before) || opens(workspace, plan, node, before);
}

/** The red nodes that a node stands on, the lowest first. */
export function redsUnder(plan: Plan, node: Node): readonly Node[] {
  const found = new Set<Node>();
  collect(plan, node, found);
  return [...found];
}

/** Whether a node depends on something that has yet to land, red or come back. */
export function isBound(plan: Plan, { spec }: Node): boolean {
  return spec.dependsOn.some((id) => isOpen(plan.nodes.get(id)));
}

/** Whether a node that was handed in has to stay where it is for now. */
export function isHeldBack(plan: Plan, node: Node): boolean {
  return node.pausedBy !== undefined || hasToWait(plan, node);
}

/** Whether nothing can be done for a node that was handed in, because what it stands on has come back or waits itself. */
export function hasToWait(plan: Plan, node: Node, known = new Map<Node, boolean>()): boolean {
  const found = known.get(node);
  if (found !== undefined) return found;
  const waits =
    node.unmet > 0 ||
    isOnNothing(plan, node) ||
    missingGround(plan, node).length > 0 ||
    restsOn(plan, node).some((before) => hasToWait(plan, before, known));
  known.set(node, waits);
  return waits;
}

function isOnNothing(plan: Plan, node: Node): boolean {
  const resting = restsOn(plan, node);
  return node.spec.dependsOn.some((id) => {
    const before = plan.nodes.get(id);
    if (before === undefined || !isOpen(before) || resting.includes(before)) return false;
    return !isRed(before) || isOnNothing(plan, before);
  });
}

/** What a worktree for the node stands on: the tip, what the nearest red node below it was judged as, or what it may begin on early. */
export function startOf(workspace: Workspace, plan: Plan, node: Node): CommitId {
  const early = earlyStart(workspace, plan, node);
  if (early !== undefined) return early;
  const nearest = redsUnder(plan, node).at(-1);
  return (nearest?.state.is === "submitted" ? nearest.state.red : undefined) ?? plan.tip;
}

/** Those that could make a red node pass and bring it along: they need nothing that has to wait until it has landed. */
export function rescuersOf(plan: Plan, node: Node): readonly Node[] {
  const ids = carriersOf(node.id, {
    at: (id) => {
      const found = plan.nodes.get(id);
      // What is skipped brings nothing along, but those behind it wait for what it stands on.
      if (found?.state.is === "skipped") return { kind: "sync", dependsOn: found.spec.dependsOn };
      return found && !isOver(found) ? found.spec : undefined;
    },
    behind: (id) => plan.nodes.get(id)?.dependents ?? [],
  });
  return ids.flatMap((id) => plan.nodes.get(id) ?? []);
}

/** As much of a plan as it takes to see who could land with whom; what is over is not there. */
export interface Standing {
  at(id: NodeId): Pick<NodeSpec, "kind" | "dependsOn" | "redGates"> | undefined;
  behind(id: NodeId): readonly NodeId[];
}

/** The nodes that could land together with a red one, as the first that need it. */
export function carriersOf(red: NodeId, graph: Standing): readonly NodeId[] {
  const isRedId = (id: NodeId) => (graph.at(id)?.redGates?.length ?? 0) > 0;
  const found = new Set<NodeId>();
  const seen = new Set([red]);
  const open = [...graph.behind(red)];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (seen.has(id) || graph.at(id)?.kind !== "work") continue;
    seen.add(id);
    if (isRedId(id)) open.push(...graph.behind(id));
    else found.add(id);
  }
  return [...found].filter((id) => {
    const together = new Set([id]);
    for (const one of together)
      for (const before of graph.at(one)?.dependsOn ?? []) if (isRedId(before)) together.add(before);
    const others = [...together].flatMap((one) => graph.at(one)?.dependsOn ?? []).filter((one) => !together.has(one));
    const before = new Set(others);
    for (const one of before) for (const next of graph.at(one)?.dependsOn ?? []) before.add(next);
    return ![...together].some((one) => before.has(one));
  });
}

/** The nodes that depend on one, directly or through others. */
export function allBehind(plan: Plan, node: Node): readonly Node[] {
  const found = new Set<Node>();
  const open = [...node.dependents];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const next = plan.nodes.get(id);
    if (!next || found.has(next)) continue;
    found.add(next);
    open.push(...next.dependents);
  }
  return [...found];
}

function isOpen(node: Node | undefined): boolean {
  return node !== undefined && node.state.is !== "landed" && node.state.is !== "skipped";
}

function collect(plan: Plan, node: Node, found: Set<Node>): void {
  for (const id of node.spec.dependsOn) {
    const before = plan.nodes.get(id);
    if (!before || !isRed(before) || found.has(before)) continue;
    collect(plan, before, found);
    found.add(before);
  }
}
