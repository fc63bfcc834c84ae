/** Words for why something is touched, and why two nodes are likely to clash. */
import type { LikelyClash } from "../execution/impact/clashes.ts";
import type { ChangeReason } from "../execution/impact/likely-changes.ts";
import type { Step } from "../execution/impact/walk.ts";

/** Each step as a sentence about the one before it, from what changes on. */
export function viaWords(via: readonly Step[]): readonly string[] {
  return via.slice(1).map((step, place) => `${nameOf(step)} ${step.how} ${nameOf(via[place])}`);
}

/** Why two nodes are likely to clash, path by path. */
export function clashWords({ nodes: [one, other], why }: LikelyClash): string {
  return why
    .map(({ path, because: [a, b] }) => `Both may change ${path}: ${reasonWords(one, a)}; ${reasonWords(other, b)}.`)
    .join(" ");
}

function reasonWords(node: string, reason: ChangeReason): string {
  switch (reason.by) {
    case "claim":
      return `${node} claims it`;
    case "co-change":
      return `it changed in ${reason.together} of ${reason.of} commits with ${reason.with}, which ${node} claims`;
    case "import":
      return `${reason.of}, which ${node} claims, imports it`;
    case "importer":
      return `it imports ${reason.of}, which ${node} claims`;
  }
}

function nameOf(step: Step | undefined): string {
  if (!step) return "";
  return step.kind === "file" ? step.id : `${step.kind} ${step.id}`;
}
