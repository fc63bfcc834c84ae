import type { Contention } from "./contention.ts";
import type { PlanGraph } from "./graph.ts";
import { type Heap, heap } from "./heap.ts";
import { byRank } from "./ranking.ts";

/**
 * Minutes until so many agents are through with a plan, when each always takes the node of highest rank whose claims are
 * free. Takes time in proportion to nodes and edges, but for a logarithm.
 */
export function simulate({ nodes }: PlanGraph, { classes, byNode }: Contention, agents: number): number {
  const rank = ranksOf(nodes);
  const sooner = (a: Candidate, b: Candidate) => (rank[a.node] ?? 0) - (rank[b.node] ?? 0);
  const ready = heap(sooner);
  /** How many nodes before each are done, and how many that have each claim are at work. */
  const met: number[] = [];
  const running: number[] = [];
  const runs = (one: number) => running[one] ?? 0;
  const lanes = new Map<number, Heap<Candidate>>();
  const ends = heap<{ readonly at: number; readonly node: number }>((a, b) => a.at - b.at);
  let now = 0;
  let idle = agents;

  const finish = (first: number) => {
    const done = [first];
    for (let one = done.pop(); one !== undefined; one = done.pop()) {
      for (const next of nodes[one]?.after ?? []) {
        const node = nodes[next];
        const count = (met[next] ?? 0) + 1;
        met[next] = count;
        if (!node || count < node.before.length) continue;
        if (takesNobody(node)) done.push(...later(next, node.minutes));
        else ready.push({ node: next });
      }
    }
  };
  const later = (node: number, minutes: number): readonly number[] => {
    if (minutes === 0) return [node];
    ends.push({ at: now + minutes, node });
    return [];
  };
  /** Lets the first of those who stood behind a claim try again; the others follow when it is through. */
  const wake = (lane: number) => {
    const next = runs(lane) === 0 ? lanes.get(lane)?.pop() : undefined;
    if (next) ready.push({ node: next.node, from: lane });
  };
  const start = ({ node, from }: Candidate) => {
    const wanted = byNode[node] ?? [];
    const obstacle = obstacleFor(wanted);
    if (obstacle === undefined) {
      for (const one of wanted) running[one] = runs(one) + 1;
      ends.push({ at: now + (nodes[node]?.minutes ?? 0), node });
      idle -= 1;
    } else {
      const lane = lanes.get(obstacle) ?? heap(sooner);
      lanes.set(obstacle, lane);
      lane.push({ node });
    }
    if (from !== undefined && from !== obstacle) wake(from);
  };
  const obstacleFor = (wanted: readonly number[]): number | undefined => {
    for (const one of wanted) {
      const found = classes[one]?.against.find((other) => runs(other) > 0);
      if (found !== undefined) return found;
    }
    return undefined;
  };

  const release = (number: number) => {
    const node = nodes[number];
    if (!node || takesNobody(node)) return;
    idle += 1;
    for (const one of byNode[number] ?? []) {
      running[one] = runs(one) - 1;
      wake(one);
    }
  };

  for (const [number, node] of nodes.entries()) {
    if (node.before.length > 0) continue;
    if (!takesNobody(node)) ready.push({ node: number });
    else for (const done of later(number, node.minutes)) finish(done);
  }
  for (;;) {
    for (let next = idle > 0 ? ready.pop() : undefined; next; next = idle > 0 ? ready.pop() : undefined) start(next);
    const first = ends.peek();
    if (!first) return now;
    now = first.at;
    for (let end = ends.pop(); end; end = ends.peek()?.at === now ? ends.pop() : undefined) {
      release(end.node);
      finish(end.node);
    }
  }
}

interface Candidate {
  readonly node: number;
  /** The claim it stood behind, if it did. */
  readonly from?: number;
}

function takesNobody({ skipped, spec }: PlanGraph["nodes"][number]): boolean {
  return skipped || spec.kind === "sync";
}

function ranksOf(nodes: PlanGraph["nodes"]): readonly number[] {
  const order = [...nodes.entries()].sort(([, a], [, b]) => byRank(a, b));
  const ranks: number[] = new Array(nodes.length).fill(0);
  for (const [rank, [number]] of order.entries()) ranks[number] = rank;
  return ranks;
}
