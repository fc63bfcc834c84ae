import { readdir } from "node:fs/promises";
import type { Git, GitPlace } from "../git/runner.ts";
import { type BytePath, onDisk, toStdin } from "./byte-path.ts";
import { isReallyInside } from "./real-path.ts";
import { kindOf } from "./slot-place.ts";
import { updateIndex } from "./update-index.ts";

/**
 * Brings the base's submodules in an index up to date without asking the submodules themselves: an empty folder stays as
 * it is in the base, a populated one follows its HEAD, a removed one goes, ordinary files take its place. Returns those
 * that are repositories now.
 */
export async function applyGitlinks(
  git: Git,
  gitlinks: readonly BytePath[],
  place: GitPlace & { readonly workTree: string },
): Promise<readonly BytePath[]> {
  if (gitlinks.length === 0) return [];
  const states = await Promise.all(gitlinks.map(async (path) => ({ path, is: await stateOf(place.workTree, path) })));
  const having = (...kinds: readonly GitlinkState[]) =>
    states.filter(({ is }) => kinds.includes(is)).map(({ path }) => path);
  const replaced = having("files");
  if (replaced.length > 0) {
    await git.run(
      { args: ["update-index", "--force-remove", "-z", "--stdin"], parse: () => undefined },
      { ...place, stdin: toStdin(replaced) },
    );
  }
  await updateIndex(git, having("repository", "gone"), place);
  return having("repository");
}

type GitlinkState = "gone" | "empty" | "repository" | "files";

async function stateOf(workTree: string, path: BytePath): Promise<GitlinkState> {
  const folder = onDisk(workTree, path);
  // A file or link in its place, or above it, is found as such by the index.
  if (!isReallyInside(workTree, path) || kindOf(folder) !== "folder") return "gone";
  if (kindOf(onDisk(workTree, `${path}/.git`)) !== undefined) return "repository";
  return (await readdir(folder)).length === 0 ? "empty" : "files";
}
