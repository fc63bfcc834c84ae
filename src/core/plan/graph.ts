import type { NodeId } from "../ids.ts";
import { runsUnder } from "./flags.ts";
import { minutesOf } from "./minutes.ts";
import type { NodeSpec, PlanSpec } from "./spec.ts";

/** A plan's nodes by number, in an order in which each comes after all that it depends on. */
export interface PlanGraph {
  readonly nodes: readonly GraphNode[];
}

export interface GraphNode {
  readonly id: NodeId;
  readonly spec: NodeSpec;
  /** Its place among the nodes as written. */
  readonly order: number;
  /** Whether its flag is not set: then it takes no time, but what stands before it still comes first. */
  readonly skipped: boolean;
  readonly minutes: number;
  readonly before: readonly number[];
  readonly after: number[];
  /** How many nodes that run must come before it, one after another. */
  readonly depth: number;
  /** When it can start at the earliest, in minutes from the beginning. */
  readonly earliest: number;
  /** Minutes of the longest chain that starts here. */
  chain: number;
}

/** Builds the graph in time proportional to nodes and edges. Nodes in a cycle are left out, and with them what follows. */
export function graphOf(plan: Pick<PlanSpec, "nodes" | "flags">): PlanGraph {
  const sorted = sort(plan.nodes);
  const numbers = new Map(sorted.map(({ spec }, number) => [spec.id, number]));
  const nodes: GraphNode[] = [];
  for (const [number, { spec, order }] of sorted.entries()) {
    const before = [...new Set(spec.dependsOn.flatMap((id) => numbers.get(id) ?? []))];
    const skipped = !runsUnder(plan.flags, spec.when);
    let depth = 0;
    let earliest = 0;
    for (const one of before) {
      const node = nodes[one];
      if (!node) continue;
      node.after.push(number);
      depth = Math.max(depth, node.depth + (node.skipped ? 0 : 1));
      earliest = Math.max(earliest, node.earliest + node.minutes);
    }
    const minutes = skipped ? 0 : minutesOf(spec);
    nodes.push({ id: spec.id, spec, order, skipped, minutes, before, after: [], depth, earliest, chain: minutes });
  }
  for (const node of nodes.toReversed())
    for (const next of node.after) node.chain = Math.max(node.chain, node.minutes + (nodes[next]?.chain ?? 0));
  return { nodes };
}

interface Placed {
  readonly spec: NodeSpec;
  readonly order: number;
}

function sort(specs: readonly NodeSpec[]): readonly Placed[] {
  const byId = new Map(specs.map((spec, order) => [spec.id, { spec, order }]));
  const after = new Map<NodeId, NodeId[]>();
  const unmet = new Map<NodeId, number>();
  for (const { id, dependsOn } of specs) {
    const before = [...new Set(dependsOn)].filter((one) => byId.has(one));
    unmet.set(id, before.length);
    for (const one of before) {
      const known = after.get(one);
      if (known) known.push(id);
      else after.set(one, [id]);
    }
  }
  const sorted = [...byId.values()].filter(({ spec }) => unmet.get(spec.id) === 0);
  // What is pushed meanwhile is visited too.
  for (const { spec } of sorted) {
    for (const id of after.get(spec.id) ?? []) {
      const left = (unmet.get(id) ?? 0) - 1;
      unmet.set(id, left);
      const placed = byId.get(id);
      if (left === 0 && placed) sorted.push(placed);
    }
  }
  return sorted;
}
