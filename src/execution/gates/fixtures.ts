import { constants } from "node:fs";
import { cp, lstat, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Git } from "../git/runner.ts";
import { fromText } from "../slots/byte-path.ts";
import { hasPlainFolders } from "../slots/real-path.ts";
import { removeFolder } from "../slots/remove-folder.ts";

/** Where fixtures are cloned from and to. */
export interface FixturePlace {
  /** The user's checkout; undefined for a bare repository. */
  readonly root: string | undefined;
  readonly worktree: string;
  /** What the worktree holds: what it has of that name goes before. */
  readonly commit: string;
}

/**
 * Gives a worktree its own copies of files or folders of the user's checkout that are not on the branch: clones, where the file
 * system can share blocks until somebody writes. What an earlier gate did to them is gone. Returns what is missing, in words.
 */
export async function cloneFixtures(
  git: Git,
  { root, worktree, commit }: FixturePlace,
  paths: readonly string[],
): Promise<string | undefined> {
  for (const path of new Set(paths)) {
    if (root === undefined) return `the fixture ${path} cannot be cloned: a bare repository has no checkout`;
    const from = join(root, path);
    const to = join(worktree, path);
    if ((await lstat(from).catch(() => undefined)) === undefined)
      return `the fixture ${path} is not in the checkout ${root}`;
    if (await isOnBranch(git, commit, path)) continue;
    if (!hasPlainFolders(worktree, fromText(path))) return `the fixture ${path} is below something that is no folder`;
    await removeFolder(to);
    await mkdir(dirname(to), { recursive: true });
    await cp(from, to, {
      recursive: true,
      mode: constants.COPYFILE_FICLONE,
      verbatimSymlinks: true,
      filter: isCopied,
    });
  }
  return undefined;
}

/** Sockets and pipes belong to whoever made them. */
async function isCopied(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  return found !== undefined && (found.isFile() || found.isDirectory() || found.isSymbolicLink());
}

async function isOnBranch(git: Git, commit: string, path: string): Promise<boolean> {
  const args = ["ls-tree", "-z", commit, "--", path];
  return git.run({ args, parse: ({ stdout }) => stdout.length > 0 });
}
