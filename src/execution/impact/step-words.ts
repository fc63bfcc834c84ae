/** Words for why something is touched. */
import type { Step } from "./walk.ts";

/** Each step as a sentence about the one before it, from what changes on. */
export function viaWords(via: readonly Step[]): readonly string[] {
  return via.slice(1).map((step, place) => `${nameOf(step)} ${step.how} ${nameOf(via[place])}`);
}

function nameOf(step: Step | undefined): string {
  if (!step) return "";
  return step.kind === "file" ? step.id : `${step.kind} ${step.id}`;
}
