import type { GateTally } from "../core/gate-history.ts";

/** How a gate ended lately, as the rest of a sentence about it. */
export function wordTally({ runs, failures, flakes }: GateTally): string {
  return `failed ${failures} of ${runs} run${runs === 1 ? "" : "s"}, ${flakes} of them for no reason of the tree`;
}
