import { readdirSync } from "node:fs";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { GitFault } from "../git/git-fault.ts";
import type { Git, GitPlace } from "../git/runner.ts";
import { type BytePath, foldersAbove, fromText, nameOf, onDisk, parseBytePaths, toStdin } from "./byte-path.ts";
import { ourLinks, unlinkFolders } from "./linked-folders.ts";
import { isReallyInside } from "./real-path.ts";
import { openUp, removeFolder } from "./remove-folder.ts";
import { kindOf, type SlotPlace } from "./slot-place.ts";

/** What git keeps about a fresh work tree; all else came from work in it: merges, rebases, bisects, sparse checkouts, modules. */
const REGISTRATION = ["HEAD", "commondir", "gitdir", "locked", "index"];

/** Forgets every unfinished operation and setting of a slot. */
export async function clearRegistration(place: SlotPlace): Promise<void> {
  const foreign = readdirSync(place.registration).filter((name) => !REGISTRATION.includes(name));
  await Promise.all(foreign.map((name) => removeFolder(join(place.registration, name))));
}

/** Removes leftovers, but for links of ours and ignored files that match a pattern to keep. */
export async function removeLeftovers(
  git: Git,
  slot: SlotPlace,
  leftovers: readonly BytePath[],
  keep: readonly string[],
  place: GitPlace,
): Promise<void> {
  if (leftovers.length === 0) return;
  const links = new Set((await ourLinks(slot)).map(fromText));
  const foreign = leftovers.filter((path) => !links.has(path));
  if (keep.every(isPlainName)) {
    const kept = await ignoredAmong(
      git,
      foreign.filter((path) => isNamed(path, keep)),
      place,
    );
    for (const path of foreign) if (!kept.has(path)) await removeFolder(onDisk(slot.path, path));
    return;
  }
  await unlinkFolders(slot);
  for (const path of foreign) if (isPassedByByGit(slot, path)) await removeFolder(onDisk(slot.path, path));
  await cleanByPatterns(git, slot, foreign, keep, place);
}

/** Empties the folders of submodules: in a new slot there is nothing in them, and git would leave there what it finds. */
export async function emptySubmodules(slot: SlotPlace, gitlinks: Iterable<BytePath>): Promise<void> {
  for (const path of gitlinks) {
    const folder = onDisk(slot.path, path);
    if (!isReallyInside(slot.path, path) || kindOf(folder) !== "folder") continue;
    for (const name of await readdir(folder, { encoding: "buffer" })) {
      await removeFolder(Buffer.concat([folder, Buffer.from("/"), name]));
    }
  }
}

/** Makes the folders of submodules real ones: git is content with a link there that leads to any folder. */
export async function restoreSubmodules(slot: SlotPlace, gitlinks: Iterable<BytePath>): Promise<void> {
  for (const path of gitlinks) {
    for (const above of [...foldersAbove(path), path]) {
      const kind = kindOf(onDisk(slot.path, above));
      if (kind === "folder") continue;
      if (kind !== undefined) await removeFolder(onDisk(slot.path, above));
      await mkdir(onDisk(slot.path, above));
    }
  }
}

/** A pattern that says no more than a name. */
function isPlainName(pattern: string): boolean {
  return !/[*?[\\!/]/.test(pattern.replace(/\/$/, ""));
}

function isNamed(path: BytePath, names: readonly string[]): boolean {
  return names.some((name) => fromText(name.replace(/\/$/, "")) === nameOf(path));
}

async function ignoredAmong(git: Git, paths: readonly BytePath[], place: GitPlace): Promise<ReadonlySet<BytePath>> {
  if (paths.length === 0) return new Set();
  return new Set(
    await git.run(
      { args: ["check-ignore", "-z", "--stdin"], okCodes: [0, 1], parse: parseBytePaths },
      { ...place, stdin: toStdin(paths) },
    ),
  );
}

/** Sockets and pipes, and repositories laid over tracked folders. */
function isPassedByByGit(slot: SlotPlace, path: BytePath): boolean {
  return nameOf(path) === ".git" || kindOf(onDisk(slot.path, path)) === "other";
}

async function cleanByPatterns(
  git: Git,
  slot: SlotPlace,
  leftovers: readonly BytePath[],
  keep: readonly string[],
  place: GitPlace,
): Promise<void> {
  const clean = async () => {
    // First without mercy for names to keep that are not ignored: the next snapshot would take them for content.
    await git.run({ args: ["clean", "-ffdq"], parse: () => undefined }, place);
    const patterns = keep.flatMap((pattern) => ["-e", pattern]);
    await git.run({ args: ["clean", "-ffdxq", ...patterns], parse: () => undefined }, place);
  };
  try {
    await clean();
  } catch (error) {
    if (!(error instanceof GitFault)) throw error;
    for (const path of leftovers) {
      if (kindOf(onDisk(slot.path, path)) === "folder") await openUp(onDisk(slot.path, path));
    }
    await clean();
  }
}
