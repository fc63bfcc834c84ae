/** What a plan's graph allows: how wide it is, how long it takes at least, and what more agents would bring. */
import type { NodeId } from "../ids.ts";
import { defaultSettings, type Settings } from "../settings.ts";
import { contentionIn } from "./contention.ts";
import { type GraphNode, graphOf, type PlanGraph } from "./graph.ts";
import { parallelLimit } from "./plan.ts";
import { simulate } from "./simulation.ts";
import type { PlanSpec } from "./spec.ts";

export interface Forecast {
  /** Nodes that could run at the same time if all took equally long; those whose flag is not set are left out. */
  readonly waves: readonly (readonly NodeId[])[];
  readonly maxParallelism: number;
  readonly sequentialMinutes: number;
  readonly criticalPathMinutes: number;
  /** The longest chain of dependencies, first to last. */
  readonly criticalPath: readonly NodeId[];
  /** For some numbers of agents, as far as the plan's own limit lets them work. */
  readonly predicted: readonly Prediction[];
}

export interface Prediction {
  readonly agents: number;
  readonly minutes: number;
  /** Against one agent who does everything, rounded to hundredths. */
  readonly speedup: number;
}

const someAgents = [1, 2, 3, 4, 5, 8];

/** Forecasts a plan that has no cycle. Claims are kept as at work; pools and gates are not looked at. */
export function forecast(plan: PlanSpec, pools: Settings["pools"] = defaultSettings.pools): Forecast {
  const graph = graphOf(plan);
  const sequentialMinutes = graph.nodes.reduce((sum, { minutes }) => sum + minutes, 0);
  const waves = wavesOf(graph);
  const criticalPath = criticalPathOf(graph);
  const criticalPathMinutes = criticalPath[0]?.chain ?? 0;
  const contention = contentionIn(graph, pools);
  const limit = parallelLimit({ header: plan });
  const known = new Map<number, number>();
  const minutesWith = (agents: number): number => {
    // Nothing is quicker than the longest chain, so more agents need not be tried.
    const enough = [...known].find(([fewer, minutes]) => fewer <= agents && minutes <= criticalPathMinutes);
    const minutes = enough?.[1] ?? known.get(agents) ?? simulate(graph, contention, agents);
    known.set(agents, minutes);
    return minutes;
  };
  const agents = [...new Set([...someAgents, limit])].sort((a, b) => a - b);
  const predicted = agents.map((number): Prediction => {
    const minutes = minutesWith(Math.min(number, limit));
    return {
      agents: number,
      minutes,
      speedup: minutes === 0 ? 1 : Math.round((sequentialMinutes / minutes) * 100) / 100,
    };
  });
  return {
    waves,
    maxParallelism: widthOf(graph),
    sequentialMinutes,
    criticalPathMinutes,
    criticalPath: criticalPath.map(({ id }) => id),
    predicted,
  };
}

/** How many agents the graph can use at once, claims left aside. */
export function widthOf(graph: PlanGraph): number {
  const work = graph.nodes.filter(({ skipped, spec }) => !skipped && spec.kind !== "sync");
  const inWave = new Map<number, number>();
  for (const { depth } of work) inWave.set(depth, (inWave.get(depth) ?? 0) + 1);
  const starts = work.map(({ earliest }) => earliest).sort((a, b) => a - b);
  const ends = work.map(({ earliest, minutes }) => earliest + minutes).sort((a, b) => a - b);
  let widest = [...inWave.values()].reduce((most, count) => Math.max(most, count), 0);
  let ended = 0;
  for (const [begun, start] of starts.entries()) {
    while ((ends[ended] ?? Number.POSITIVE_INFINITY) <= start) ended += 1;
    widest = Math.max(widest, begun + 1 - ended);
  }
  return widest;
}

function wavesOf({ nodes }: PlanGraph): readonly (readonly NodeId[])[] {
  const waves: GraphNode[][] = [];
  for (const node of nodes) {
    if (node.skipped) continue;
    const wave = waves[node.depth];
    if (wave) wave.push(node);
    else waves[node.depth] = [node];
  }
  return waves.map((wave) => wave.sort((a, b) => a.order - b.order).map(({ id }) => id));
}

function criticalPathOf({ nodes }: PlanGraph): readonly GraphNode[] {
  const path: GraphNode[] = [];
  const longest = (numbers: Iterable<number>) => {
    let best: GraphNode | undefined;
    for (const number of numbers) {
      const node = nodes[number];
      if (node && (!best || node.chain > best.chain)) best = node;
    }
    return best;
  };
  for (let node = longest(nodes.keys()); node; node = longest(node.after)) if (!node.skipped) path.push(node);
  return path;
}
