/** What nodes of a played train change, and when that fails together. */
import { Chance } from "../chance.ts";

/** What an agent wrote: wrong at first, right, or right beside what its pair wrote. */
export type Version = "bad" | "good" | "both";

export interface PlayedNode {
  readonly id: string;
  readonly isBad: boolean;
  /** Passes with this one only when either knows of the other. */
  readonly pair?: string;
  readonly paths: readonly string[];
  readonly gates: readonly string[];
  /** Between getting it, or getting it back, and handing it in. */
  readonly workMs: number;
}

export interface Mixture {
  readonly nodes: number;
  /** The share that fails at first. */
  readonly failures: number;
  /** How many pairs pass alone and fail together. */
  readonly pairs: number;
  readonly workMs: number;
  readonly seed: number;
}

/** Nodes of one gate, of which some fail at first and some do not go together. */
export function mixture({ nodes, failures, pairs, workMs, seed }: Mixture): readonly PlayedNode[] {
  const chance = new Chance(seed);
  const order = chance.shuffled(Array.from({ length: nodes }, (_, i) => i));
  const bad = new Set(order.slice(0, Math.round(nodes * failures)));
  const paired = chance.shuffled(order).slice(0, pairs * 2);
  const pairOf = new Map(paired.map((one, i) => [one, paired[i ^ 1]]));
  return Array.from({ length: nodes }, (_, i) => ({
    id: `n${i}`,
    isBad: bad.has(i),
    ...(pairOf.has(i) ? { pair: `n${pairOf.get(i)}` } : {}),
    paths: [`src/n${i}.ts`],
    gates: ["test"],
    workMs: Math.round(workMs * (0.5 + chance.next())),
  }));
}

/** Whether a gate fails on a tree with these versions in it. */
export function gateFails(
  content: ReadonlyMap<string, Version>,
  nodes: ReadonlyMap<string, Pick<PlayedNode, "pair">>,
): boolean {
  for (const [id, version] of content) {
    if (version === "bad") return true;
    const pair = nodes.get(id)?.pair;
    const other = pair === undefined ? undefined : content.get(pair);
    if (version === "good" && other === "good") return true;
  }
  return false;
}
