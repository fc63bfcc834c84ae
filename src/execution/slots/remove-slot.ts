import { randomUUID } from "node:crypto";
import { readdir, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Git } from "../git/runner.ts";
import { findAgentCommits } from "./agent-traces.ts";
import { worktreeLock } from "./make-slot.ts";
import { removeFolder } from "./remove-folder.ts";
import { withRepositoryLock } from "./repository-lock.ts";
import { inspectSlot, kindOf, type SlotPlace } from "./slot-place.ts";
import { takeSnapshot } from "./snapshot.ts";
import type { Layouts } from "./tree-layout.ts";

/** When a slot may go: only if its content is a tree that is safe, or, after parking, in any case. */
export interface RemoveRequest {
  readonly name: string;
  readonly base: string;
  readonly unlessChangedFrom?: string;
  readonly force?: boolean;
}

/** Whether the slot is gone, or what in it is nowhere else. */
export type SlotRemoval =
  | { readonly removed: true }
  | { readonly removed: false; readonly because: "changed" | "unreadable" };

const BEING_REMOVED = ".removed-";

/** Deletes a slot and its registration; everything else that git knows of stays as it is. */
export async function removeSlot(
  git: Git,
  place: SlotPlace,
  request: RemoveRequest,
  layouts: Layouts,
): Promise<SlotRemoval> {
  const objection = request.force === true ? undefined : await findObjection(git, place, request, layouts);
  if (objection !== undefined) return { removed: false, because: objection };
  await withRepositoryLock(worktreeLock(git), async () => {
    // Out of the agent's reach first: a half-deleted slot must never be taken for one.
    if (kindOf(place.path) !== undefined)
      await rename(place.path, `${place.path.slice(0, -place.name.length)}${BEING_REMOVED}${randomUUID()}`);
    await removeFolder(place.registration);
    await removeFolder(place.notes);
  });
  await sweepRemoved(dirname(place.path));
  return { removed: true };
}

/** Deletes what an interrupted removal left. */
export async function sweepRemoved(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) if (name.startsWith(BEING_REMOVED)) await removeFolder(join(folder, name));
}

async function findObjection(
  git: Git,
  place: SlotPlace,
  request: RemoveRequest,
  layouts: Layouts,
): Promise<"changed" | "unreadable" | undefined> {
  const damage = inspectSlot(place);
  if (damage === "missing") return undefined;
  const snapshot = await takeSnapshot(git, place, request.base, layouts);
  if (snapshot.is === "gone" || snapshot.damage !== undefined || snapshot.unreadable.length > 0) return "unreadable";
  if (snapshot.tree !== request.unlessChangedFrom || snapshot.nested.length > 0 || snapshot.stash.length > 0)
    return "changed";
  return (await findAgentCommits(git, place, request.base)).length > 0 ? "changed" : undefined;
}
