import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Change } from "../../../src/execution/contracts/contract-kind.ts";

/** One line of a table: what a change must be called, by which rule, where that is said, and the two versions. */
export interface VersionPair {
  readonly line: string;
  readonly verdict: Change;
  /** A rule among the findings; "-" when nothing is to be found. */
  readonly rule: string;
  readonly before: string;
  readonly after: string;
}

/** Reads `versions/<name>.txt`: `verdict | rule | source | before => after`. */
export function versionPairs(name: string): readonly VersionPair[] {
  const lines = readFileSync(join(import.meta.dirname, "versions", `${name}.txt`), "utf8").split("\n");
  return lines.flatMap((line) => {
    if (line.startsWith("#") || line.trim() === "") return [];
    const [verdict = "", rule = "", source = "", ...rest] = line.split(" | ").map((cell) => cell.trim());
    const [before, after, ...more] = rest.join(" | ").split(" => ");
    if (!isChange(verdict) || source === "" || before === undefined || after === undefined || more.length > 0)
      throw new Error(`${name}.txt: ${line}`);
    return [{ line: `${verdict} ${rule}: ${before} => ${after}`, verdict, rule, before, after }];
  });
}

function isChange(word: string): word is Change {
  return word === "compatible" || word === "breaking" || word === "unknown";
}
