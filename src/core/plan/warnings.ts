/** What a planner should know about a plan that is valid all the same. */
import type { NodeId } from "../ids.ts";
import { carriersOf } from "../red-nodes.ts";
import { defaultSettings } from "../settings.ts";
import { type ClaimClass, contentionIn } from "./contention.ts";
import { widthOf } from "./forecast.ts";
import { type GraphNode, graphOf, type PlanGraph } from "./graph.ts";
import { assumedMinutes } from "./minutes.ts";
import { parallelLimit } from "./plan.ts";
import type { PlanSpec } from "./spec.ts";

export interface Warning {
  readonly code: "parallel_writers" | "no_estimate" | "idle_agents" | "red_without_dependent";
  /** The nodes concerned, the first few. */
  readonly nodes: readonly NodeId[];
  readonly say: string;
}

const mostWarnings = 20;
const mostNodes = 20;
/** Nodes of one claim that are compared, and steps along edges in all: enough for any plan that people read. */
const mostCompared = 200;
const mostSteps = 500_000;

/** Warns of nodes that will take turns, of missing estimates, and of agents that would have nothing to do. */
export function warnPlan(plan: PlanSpec): readonly Warning[] {
  const graph = graphOf(plan);
  return [
    ...redWithoutDependent(plan),
    ...parallelWriters(graph),
    ...withoutEstimate(graph),
    ...idleAgents(plan, graph),
  ];
}

function redWithoutDependent({ nodes }: PlanSpec): readonly Warning[] {
  const red = nodes.filter(({ redGates }) => redGates?.length);
  if (red.length === 0) return [];
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const behind = new Map<NodeId, NodeId[]>();
  for (const { id, dependsOn } of nodes)
    for (const before of dependsOn) behind.set(before, [...(behind.get(before) ?? []), id]);
  const graph = { at: (id: NodeId) => byId.get(id), behind: (id: NodeId) => behind.get(id) ?? [] };
  const ids = red.filter(({ id }) => carriersOf(id, graph).length === 0).map(({ id }) => id);
  if (ids.length === 0) return [];
  const say = `${count(ids.length, "node has", "nodes have")} a gate that is expected to fail, and nothing to land with: it lands with the first work node that depends on it and passes, and that must not wait for anything else that waits for it.`;
  return [{ code: "red_without_dependent", nodes: ids.slice(0, mostNodes), say }];
}

function withoutEstimate({ nodes }: PlanGraph): readonly Warning[] {
  const bare = nodes.filter(({ spec }) => spec.kind === "work" && spec.estimateMinutes === undefined);
  if (bare.length === 0) return [];
  const ids = bare.sort((a, b) => a.order - b.order).map(({ id }) => id);
  const say = `${count(ids.length, "node has", "nodes have")} no estimate; ${assumedMinutes} minutes are assumed.`;
  return [{ code: "no_estimate", nodes: ids.slice(0, mostNodes), say }];
}

function idleAgents(plan: PlanSpec, graph: PlanGraph): readonly Warning[] {
  const [width, limit] = [widthOf(graph), parallelLimit({ header: plan })];
  if (width === 0 || limit <= width) return [];
  const say = `Up to ${limit} agents may work on it, but no more than ${count(width, "node", "nodes")} can run at once.`;
  return [{ code: "idle_agents", nodes: [], say }];
}

function parallelWriters(graph: PlanGraph): readonly Warning[] {
  const { classes } = contentionIn(graph, defaultSettings.pools);
  const reached = new Reach(graph);
  const warnings = new Map<string, Warning>();
  for (const one of classes) {
    if (warnings.size >= mostWarnings) break;
    if (one.wish.kind !== "path" || one.against.length === 0) continue;
    const nodes = together(one, classes, graph, reached).map(({ id }) => id);
    if (nodes.length === 0) continue;
    const named = nodes.slice(0, mostNodes);
    const key = named.join(" ");
    const say = `${named.join(", ")} may run at the same time, but their claims on ${one.wish.pattern} exclude each other: they will take turns.`;
    if (!warnings.has(key)) warnings.set(key, { code: "parallel_writers", nodes: named, say });
  }
  return [...warnings.values()];
}

/** Of those who want a claim or what it excludes, the ones that no dependency keeps apart from their neighbours. */
function together(
  one: ClaimClass,
  classes: readonly ClaimClass[],
  { nodes }: PlanGraph,
  reached: Reach,
): readonly GraphNode[] {
  const found = new Set<GraphNode>();
  const own = one.nodes.slice(0, mostCompared);
  let compared = 0;
  for (const number of one.against) {
    const other = classes[number];
    // Each pair of claims is told about once, and a planner has no use for hundreds.
    if (!other || number < one.number) continue;
    const theirs = new Set(other.nodes.slice(0, mostCompared));
    const both = [...new Set([...own, ...theirs])].sort((a, b) => a - b);
    const mine = new Set(own);
    for (const [i, a] of both.entries()) {
      const b = both[i + 1] ?? a;
      const [node, next] = [nodes[a], nodes[b]];
      const exclude = (mine.has(a) && theirs.has(b)) || (mine.has(b) && theirs.has(a));
      if (a === b || !exclude || !node || !next || reached.isBefore(node, next)) continue;
      found.add(node).add(next);
    }
    compared += both.length;
    if (compared > mostCompared) break;
  }
  return [...found].sort((a, b) => a.order - b.order);
}

/** Whether one node comes before another along the edges, looked for no further than a budget lasts. */
class Reach {
  readonly #nodes: readonly GraphNode[];
  #steps = mostSteps;

  constructor({ nodes }: PlanGraph) {
    this.#nodes = nodes;
  }

  isBefore(node: GraphNode, later: GraphNode): boolean {
    const open = [later];
    const seen = new Set(open);
    for (let one = open.pop(); one; one = open.pop()) {
      for (const number of one.before) {
        const before = this.#nodes[number];
        this.#steps -= 1;
        if (before === node || this.#steps < 0) return true;
        if (!before || seen.has(before) || before.earliest + before.depth < node.earliest + node.depth) continue;
        seen.add(before);
        open.push(before);
      }
    }
    return false;
  }
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}
