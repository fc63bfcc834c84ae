import type { LikelyClash } from "./clashes.ts";
import type { ChangeReason } from "./likely-changes.ts";

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
