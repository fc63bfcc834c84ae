import type { GateTally } from "../core/gate-history.ts";

/** How a gate ended lately, as the rest of a sentence about it. */
export function wordTally({ runs, failures, flakes }: GateTally): string {
  return `failed ${failures} of ${runs} run${runs === 1 ? "" : "s"}, ${flakes} of them for no reason of the tree`;
}

/** A score as people read it: never rounded up, so that one that was missed is not shown as the one that was needed. */
export function shownScore(score: number): number {
  return Math.floor(score * 1000 + 1e-6) / 1000;
}
