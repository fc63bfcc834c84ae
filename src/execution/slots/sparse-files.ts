import { dirname, join } from "node:path";
import type { Git } from "../git/runner.ts";
import { type BytePath, onDisk, parseBytePaths } from "./byte-path.ts";
import { kindOf } from "./slot-place.ts";

/**
 * Of paths that differ from the base, those that are only missing because the agent narrowed its checkout: git took them
 * off the disk and says so in the agent's index. Whoever works on a part of the tree does not delete the rest.
 */
export async function outsideSparseCheckout(
  git: Git,
  slot: { readonly workTree: string; readonly agentIndex: string },
  differing: readonly BytePath[],
): Promise<ReadonlySet<BytePath>> {
  const patterns = join(dirname(slot.agentIndex), "info", "sparse-checkout");
  if (differing.length === 0 || kindOf(patterns) === undefined) return new Set();
  const missing = differing.filter((path) => kindOf(onDisk(slot.workTree, path)) === undefined);
  if (missing.length === 0) return new Set();
  const skipped = await git.run(
    {
      args: ["ls-files", "-t", "-z"],
      okCodes: [0, 1, 128],
      parse: (output) => (output.exitCode === 0 ? parseBytePaths(output) : []),
    },
    { workTree: slot.workTree, indexFile: slot.agentIndex },
  );
  const hidden = new Set(skipped.filter((line) => line.startsWith(SKIPPED)).map((line) => line.slice(SKIPPED.length)));
  return new Set(missing.filter((path) => hidden.has(path)));
}

const SKIPPED = "S ";
