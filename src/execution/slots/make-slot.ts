import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Git } from "../git/runner.ts";
import { removeFolder } from "./remove-folder.ts";
import { withRepositoryLock } from "./repository-lock.ts";
import { SlotBroken } from "./slot-broken.ts";
import { readNote, removeNote, writeNote } from "./slot-notes.ts";
import { kindOf, type SlotPlace } from "./slot-place.ts";

/** The reason git shows for the lock that keeps `worktree prune` away; it also tells our work trees from the user's. */
export const LOCK_REASON = "interlock slot";

/** Where processes that add or remove work trees queue. */
export function worktreeLock(git: Git): string {
  return join(git.gitDir, "interlock", "worktrees.lock");
}

/** Registers a slot with git, without files; what an interrupted try left is removed first, what is somebody else's is not. */
export async function makeSlot(git: Git, place: SlotPlace, base: string): Promise<void> {
  await withRepositoryLock(worktreeLock(git), async () => {
    if (readNote(place, "making") !== undefined) await undo(place);
    await refuseTakenName(place);
    writeNote(place, "making", base);
    await git.run({
      args: ["worktree", "add", "--detach", "--no-checkout", "--lock", "--reason", LOCK_REASON, "--", place.path, base],
      parse: () => undefined,
    });
    removeNote(place, "making");
  });
}

/** Whether an earlier try to make this slot was interrupted: nobody can have worked in it. */
export function isHalfMade(place: SlotPlace): boolean {
  return readNote(place, "making") !== undefined;
}

async function undo(place: SlotPlace): Promise<void> {
  await removeFolder(place.path);
  const leadsTo = await readFile(join(place.registration, "gitdir"), "utf8").catch(() => undefined);
  if (leadsTo === undefined || leadsTo === `${join(place.path, ".git")}\n`) await removeFolder(place.registration);
  await rm(place.notes, { recursive: true, force: true });
}

async function refuseTakenName(place: SlotPlace): Promise<void> {
  if (kindOf(place.registration) !== undefined) throw new SlotBroken(place.name, "name_taken");
  const there = kindOf(place.path);
  if (there === undefined) return;
  if (there !== "folder" || (await readdir(place.path)).length > 0) throw new SlotBroken(place.name, "name_taken");
}
