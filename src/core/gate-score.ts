/**
 * Gates that count for points: some of them may fail while the others reach the plan's threshold.
 *
 * [T11] Each node that lands reaches the threshold by its own gates, on what lands, whoever else fails the same there; a gate without points must
 *      pass, and so must one that somebody expects to pass in the end.
 */
import type { Node } from "./node/node.ts";
import type { Plan } from "./plan/plan.ts";
import { isToBeRed } from "./red-nodes.ts";
import type { Candidate } from "./train.ts";
import type { Built } from "./train-ground.ts";

/** The share of the points of its gates that a node has on a candidate if no more fail; undefined where none of them counts. */
export function scoreOf(plan: Plan, { spec }: Pick<Node, "spec">, { failed }: Candidate): number | undefined {
  const gates = [...new Set(spec.gates)];
  const total = sumOf(plan, gates);
  return total === 0 || !plan.header.policy.score
    ? undefined
    : sumOf(
        plan,
        gates.filter((gate) => !failed.has(gate)),
      ) / total;
}

/** What the one with the lowest score has of those that would land together. */
export function lowestScore(plan: Plan, ground: readonly Built[]): number | undefined {
  const last = ground.at(-1)?.candidate;
  if (!last) return undefined;
  const scores = ground.flatMap(({ node }) => scoreOf(plan, node, last) ?? []);
  return scores.length === 0 ? undefined : Math.min(...scores);
}

/** Whether a gate may fail on the last of these, because all that land with it reach the threshold all the same. */
export function isWithinThreshold(plan: Plan, ground: readonly Built[], gate: string): boolean {
  const threshold = plan.header.policy.score?.threshold;
  if (threshold === undefined || pointsOf(plan, gate) === 0) return false;
  // Somebody said that it would pass in the end; and before a red node is built on, its other gates have to pass.
  if (ground.some(({ node }) => node.spec.redGates?.includes(gate) || isToBeRed(node))) return false;
  return (lowestScore(plan, ground) ?? 1) >= threshold;
}

/** What a gate counts for in a plan; 0 where it must pass. */
export function pointsOf({ header }: Plan, gate: string): number {
  const points = header.policy.score?.points;
  return points && Object.hasOwn(points, gate) ? (points[gate] ?? 0) : 0;
}

function sumOf(plan: Plan, gates: readonly string[]): number {
  return gates.reduce((sum, gate) => sum + pointsOf(plan, gate), 0);
}
