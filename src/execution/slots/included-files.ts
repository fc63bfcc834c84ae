import { constants } from "node:fs";
import { copyFile, mkdir, mkdtemp, readlink, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readFileAt } from "../git/objects.ts";
import type { Git } from "../git/runner.ts";
import { type BytePath, folderOf, onDisk, parseBytePaths, toStdin } from "./byte-path.ts";
import { hasPlainFolders } from "./real-path.ts";
import { kindOf, type SlotPlace } from "./slot-place.ts";
import type { TreeLayout } from "./tree-layout.ts";

/** Names the ignored files of the user's checkout that a slot needs, in the syntax of .gitignore. */
const LIST = ".worktreeinclude";

/** Whether a commit has a list of files to copy. */
export function hasIncludeList(layout: TreeLayout): boolean {
  return layout.folders.get("" as BytePath)?.has(LIST) === true;
}

/** Copies what the base's `.worktreeinclude` names from the user's checkout into a slot; what is already there stays. */
export async function copyIncludedFiles(git: Git, place: SlotPlace, root: string, base: string): Promise<void> {
  const patterns = await readFileAt(git, base, LIST);
  if (patterns === undefined) return;
  for (const path of await listIncluded(git, root, patterns)) await copyInto(place, root, path);
}

async function listIncluded(git: Git, root: string, patterns: Buffer): Promise<readonly BytePath[]> {
  const folder = await mkdtemp(join(git.gitDir, "interlock", "tmp", "include-"));
  try {
    const file = join(folder, "patterns");
    await writeFile(file, patterns);
    const place = { workTree: root };
    const named = await git.run(
      {
        args: [
          "ls-files",
          "-z",
          "--others",
          "--ignored",
          `--exclude-from=${file}`,
          "--",
          ".",
          ":(exclude,top).interlock",
        ],
        parse: parseBytePaths,
      },
      place,
    );
    if (named.length === 0) return [];
    return await git.run(
      { args: ["check-ignore", "-z", "--stdin"], okCodes: [0, 1], parse: parseBytePaths },
      { ...place, stdin: toStdin(named) },
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function copyInto(place: SlotPlace, root: string, path: BytePath): Promise<void> {
  const from = onDisk(root, path);
  const to = onDisk(place.path, path);
  const kind = kindOf(from);
  if (kindOf(to) !== undefined || !hasPlainFolders(place.path, path)) return;
  await mkdir(onDisk(place.path, folderOf(path)), { recursive: true });
  if (kind === "link") await symlink(await readlink(from), to);
  else if (kind === "file") await copyFile(from, to, constants.COPYFILE_FICLONE);
}
