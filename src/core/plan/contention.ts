/** Which claims of a plan keep each other waiting, found once for all its nodes. */
import type { Wish } from "../locks/claim-events.ts";
import { claimKey, patternOf } from "../locks/locks.ts";
import { compatible } from "../locks/modes.ts";
import { PatternIndex } from "../pattern/pattern-index.ts";
import type { Settings } from "../settings.ts";
import type { GraphNode, PlanGraph } from "./graph.ts";

/** All claims with the same mode on the same thing. */
export interface ClaimClass {
  readonly number: number;
  readonly wish: Wish;
  /** Numbers of the nodes that want it. */
  readonly nodes: number[];
  /** Numbers of the classes that it cannot be held beside, itself among them if it is exclusive. */
  readonly against: number[];
}

export interface Contention {
  readonly classes: readonly ClaimClass[];
  /** By number of the node, the classes that it wants and that are in anybody's way. */
  readonly byNode: readonly (readonly number[])[];
}

/** A plan made to be slow must not keep everybody waiting: beyond so many pairs the rest counts as free. */
const mostPairs = 1_000_000;

export function contentionIn({ nodes }: PlanGraph, pools: Settings["pools"], ignoreCase = false): Contention {
  const classes = new Map<string, ClaimClass>();
  const wanted = nodes.map((node) =>
    node.skipped
      ? []
      : wishesIn(node, pools).map((wish) => {
          const key = claimKey(wish);
          const known = classes.get(key) ?? { number: classes.size, wish, nodes: [], against: [] };
          classes.set(key, known);
          return known;
        }),
  );
  for (const [number, own] of wanted.entries()) for (const { nodes: members } of own) members.push(number);
  const all = [...classes.values()];
  const index = new PatternIndex<ClaimClass>();
  let pairs = 0;
  for (const one of all) {
    if (!compatible(one.wish.mode, one.wish.mode)) one.against.push(one.number);
    if (one.wish.kind !== "path") continue;
    const pattern = patternOf(one.wish.pattern, ignoreCase);
    for (const { value } of index.overlapping(pattern)) {
      pairs += 1;
      if (pairs > mostPairs) break;
      if (compatible(one.wish.mode, value.wish.mode)) continue;
      one.against.push(value.number);
      value.against.push(one.number);
    }
    if (pairs <= mostPairs) index.add(pattern, one);
  }
  const isInTheWay = ({ number, nodes: members, against }: ClaimClass) =>
    against.some((other) => other !== number || members.length > 1);
  return { classes: all, byNode: wanted.map((own) => own.filter(isInTheWay).map(({ number }) => number)) };
}

function wishesIn({ spec }: GraphNode, pools: Settings["pools"]): readonly Wish[] {
  const paths = (patterns: readonly string[], mode: Wish["mode"]) =>
    [...new Set(patterns)].map((pattern): Wish => ({ kind: "path", pattern, mode }));
  const names = spec.uses.filter((name) => !Object.hasOwn(pools, name));
  return [
    ...paths(spec.writes, "write"),
    ...paths(spec.edits, "edit"),
    ...paths(spec.reads, "read"),
    ...names.map((pattern): Wish => ({ kind: "name", pattern, mode: "write" })),
  ];
}
