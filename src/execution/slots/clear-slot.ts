import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { GitFault } from "../git/git-fault.ts";
import type { Git, GitPlace } from "../git/runner.ts";
import { type BytePath, fromText, onDisk, parseBytePaths, toStdin } from "./byte-path.ts";
import { ourLinks, unlinkFolders } from "./linked-folders.ts";
import { isReallyInside } from "./real-path.ts";
import { openUp, removeFolder } from "./remove-folder.ts";
import { kindOf, type SlotPlace } from "./slot-place.ts";
import type { StrangeEntries } from "./strange-entries.ts";

/** What git keeps about a fresh work tree; all else came from work in it: merges, rebases, bisects, sparse checkouts, modules. */
const REGISTRATION = ["HEAD", "commondir", "gitdir", "locked", "index"];

/** Forgets every unfinished operation and setting of a slot. */
export async function clearRegistration(place: SlotPlace): Promise<void> {
  const found = await readdir(place.registration);
  await Promise.all(
    found.filter((name) => !REGISTRATION.includes(name)).map((name) => removeFolder(join(place.registration, name))),
  );
}

/** What is untracked in a work tree by an index, ignored or not; whole untracked folders as one entry. */
export function listLeftovers(git: Git, place: GitPlace): Promise<readonly BytePath[]> {
  return git.run({ args: ["ls-files", "-z", "--others", "--directory"], parse: parseBytePaths }, place);
}

/** Removes what is untracked, but for links of ours and ignored files that match a pattern to keep. */
export async function removeLeftovers(
  git: Git,
  slot: SlotPlace,
  leftovers: readonly BytePath[],
  keep: readonly string[],
  place: GitPlace,
): Promise<void> {
  const links = new Set((await ourLinks(slot)).map(fromText));
  const foreign = leftovers.filter((path) => !links.has(path));
  if (await areAllKept(git, foreign, keep, place)) return;
  await unlinkFolders(slot);
  const clean = async () => {
    // First without mercy for names to keep that are not ignored: the next snapshot would take them for content.
    if (keep.length > 0) await git.run({ args: ["clean", "-ffdq"], parse: () => undefined }, place);
    const patterns = keep.flatMap((pattern) => ["-e", pattern]);
    await git.run({ args: ["clean", "-ffdxq", ...patterns], parse: () => undefined }, place);
  };
  try {
    await clean();
  } catch (error) {
    if (!(error instanceof GitFault)) throw error;
    for (const path of foreign) await openUp(onDisk(slot.path, path.replace(/\/$/, "")));
    await clean();
  }
}

/** Removes what `git clean` passes by: repositories laid over tracked folders, sockets and pipes. */
export async function removeStrangeEntries(slot: SlotPlace, strange: StrangeEntries): Promise<void> {
  for (const path of [...strange.repositories.map((folder) => `${folder}/.git` as BytePath), ...strange.special]) {
    if (await isReallyInside(slot.path, path)) await removeFolder(onDisk(slot.path, path));
  }
}

/** Empties the folders of submodules: in a new slot there is nothing in them, and git would leave there what it finds. */
export async function emptySubmodules(slot: SlotPlace, gitlinks: readonly BytePath[]): Promise<void> {
  for (const path of gitlinks) {
    const folder = onDisk(slot.path, path);
    if (!(await isReallyInside(slot.path, path)) || (await kindOf(folder)) !== "folder") continue;
    for (const name of await readdir(folder, { encoding: "buffer" })) {
      await removeFolder(Buffer.concat([folder, Buffer.from("/"), name]));
    }
  }
}

/** Whether every leftover is an ignored one whose last name is literally one to keep: then nothing needs to be walked. */
async function areAllKept(
  git: Git,
  leftovers: readonly BytePath[],
  keep: readonly string[],
  place: GitPlace,
): Promise<boolean> {
  if (leftovers.length === 0) return true;
  const names = new Set(
    keep.filter((pattern) => !/[*?[\\!/]/.test(pattern.replace(/\/$/, ""))).map((name) => name.replace(/\/$/, "")),
  );
  if (!leftovers.every((path) => names.has(path.replace(/\/$/, "").replace(/^.*\//, "")))) return false;
  const ignored = await git.run(
    { args: ["check-ignore", "-z", "--stdin"], okCodes: [0, 1], parse: parseBytePaths },
    { ...place, stdin: toStdin(leftovers) },
  );
  return ignored.length === leftovers.length;
}
