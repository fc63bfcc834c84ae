import type { Git } from "../../git/runner.ts";
import { askGit } from "./git-regions.ts";
import { resolutionMemory } from "./memory.ts";
import { linesOf, type Sides } from "./sides.ts";

/**
 * Remembers how somebody settled a file that had come back with a conflict, from its three sides and the text that landed.
 * The same clash in the same file is then settled alike, and told as `remembered`.
 */
export async function rememberResolution(git: Git, path: string, sides: Sides, landed: string): Promise<void> {
  if (sides.base === undefined) return;
  const [base, ours, theirs] = [sides.base, sides.ours, sides.theirs].map((text) => linesOf(text).lines);
  if (!base || !ours || !theirs) return;
  const regions = await askGit(git)({ base, ours, theirs });
  await resolutionMemory(git.gitDir).record(path, regions, linesOf(landed).lines);
}
