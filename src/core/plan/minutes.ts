import type { NodeSpec } from "./spec.ts";

/** Counted for work without an estimate, so that it still weighs something in a chain. */
export const assumedMinutes = 10;

/** How long a node is thought to take; a sync point takes nobody's time. */
export function minutesOf({ kind, estimateMinutes }: Pick<NodeSpec, "kind" | "estimateMinutes">): number {
  return estimateMinutes ?? (kind === "sync" ? 0 : assumedMinutes);
}
