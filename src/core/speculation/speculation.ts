/** What is known of work that began before the facts were in. Texts stay in the log and are read by position. */
import type { Conflict, ConflictId } from "./conflicts.ts";

export interface Speculation {
  readonly conflicts: Map<ConflictId, Conflict>;
}

/** The same in a snapshot. */
export interface SpeculationText {
  readonly conflicts: readonly Conflict[];
}

export function noSpeculation(): Speculation {
  return { conflicts: new Map() };
}

export function speculationToText({ conflicts }: Speculation): SpeculationText {
  return { conflicts: [...conflicts.values()] };
}

export function speculationFromText({ conflicts }: SpeculationText): Speculation {
  return { conflicts: new Map(conflicts.map((conflict) => [conflict.id, conflict])) };
}
