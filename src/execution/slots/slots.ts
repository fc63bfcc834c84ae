import { lstat, mkdir } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Git } from "../git/runner.ts";
import { listWorktrees } from "../git/worktree-list.ts";
import { type Glance, glanceAt } from "./glance.ts";
import { copyIncludedFiles, hasIncludeList } from "./included-files.ts";
import { linkFolders } from "./linked-folders.ts";
import { LOCK_REASON } from "./make-slot.ts";
import { type ParkedSlot, type ParkRequest, parkSlot } from "./park.ts";
import { fillSlot, type PreparedSlot, type PrepareRequest } from "./prepare.ts";
import { removeOlderThan } from "./remove-folder.ts";
import { type RemoveRequest, removeSlot, type SlotRemoval, sweepRemoved } from "./remove-slot.ts";
import { setUp } from "./setup.ts";
import { ensureSlotFolder } from "./slot-folder.ts";
import { writeNote } from "./slot-notes.ts";
import { kindOf, type SlotPlace, slotPlace } from "./slot-place.ts";
import { type SnapshotResult, takeSnapshot } from "./snapshot.ts";
import { type StillHolds, stillHolds } from "./still-holds.ts";
import { createLayouts, type Layouts } from "./tree-layout.ts";
import { isUntouched, type UntouchedRequest } from "./untouched.ts";

/** What the pool of a repository's slots needs to know. */
export interface SlotsOptions {
  readonly git: Git;
  /** The user's checkout that ignored files are copied and linked from; undefined for a bare repository. */
  readonly root: string | undefined;
  /** Absolute folder for slots, links resolved; `defaultSlotFolder` chooses one. */
  readonly folder: string;
  /** Folders below the root that every slot links to instead of having its own. */
  readonly link?: readonly string[];
  /** Runs when a slot is new or when one of `setupWhen`'s files differs from when it last ran. */
  readonly setup?: (slot: { readonly name: string; readonly path: string }) => Promise<void>;
  /** Files whose content decides whether setup runs again. */
  readonly setupWhen?: readonly string[];
}

/** A slot of this repository as git registers it. */
export interface Slot {
  readonly name: string;
  readonly path: string;
  readonly head: string | undefined;
}

/** The pool: every operation may be killed between any two steps and run again. */
export interface Slots {
  readonly folder: string;
  pathOf(name: string): string;
  /** Whether there is a folder, whatever is in it. */
  isThere(name: string): Promise<boolean>;
  /** Makes or reuses a slot; throws SlotBroken when what is there cannot be trusted. [G4] */
  prepare(request: PrepareRequest): Promise<PreparedSlot>;
  /** Says that slots will be prepared for this commit soon, so that what there is to read is read while nobody waits for it. */
  expect(commit: string): void;
  /** Writes the slot's non-ignored content as a tree, changing nothing in it. [G2] */
  snapshot(request: { readonly name: string; readonly base: string }): Promise<SnapshotResult>;
  /** Looks at the slot again and again while an agent works in it, and leaves no trace. [R3] */
  glanceAt(request: { readonly name: string; readonly base: string }): Glance;
  /** Whether nobody can have changed what lies at some places of the slot; false when in doubt, without asking git. */
  isUntouched(request: UntouchedRequest): Promise<boolean>;
  /** Whether the slot holds nothing but what the last snapshot read from it, which was this tree. */
  stillHolds(request: StillHolds): Promise<boolean>;
  /** Makes whatever is in the slot reachable from refs and names the rest. [G3] */
  park(request: ParkRequest): Promise<ParkedSlot>;
  /** Deletes the slot if its content is `unlessChangedFrom` (a tree), or in any case with `force` after parking. */
  remove(request: RemoveRequest): Promise<SlotRemoval>;
  list(): Promise<readonly Slot[]>;
}

/** The pool of slots of a repository. */
export function createSlots(options: SlotsOptions): Slots {
  const { git, folder } = options;
  const layouts = createLayouts(git);
  const placeOf = (name: string) => slotPlace(git.gitDir, folder, name);
  let folderIsThere: Promise<void> | undefined;
  return {
    folder,
    pathOf: (name) => placeOf(name).path,
    isThere: (name) => isFolder(placeOf(name).path),
    prepare: async (request) => {
      const place = placeOf(request.name);
      // Somebody may have deleted it since, and with it what keeps stray git commands away.
      if (kindOf(folder) === undefined) folderIsThere = undefined;
      folderIsThere ??= makeFolders(git, folder);
      await folderIsThere;
      const { isNew } = await fillSlot(git, place, request, layouts);
      return { path: place.path, isNew, ranSetup: await furnish(options, place, request.base, layouts) };
    },
    // Whoever asks for it in earnest hears of a fault.
    expect: (commit) => void layouts.of(commit).catch(() => undefined),
    snapshot: ({ name, base }) => takeSnapshot(git, placeOf(name), base, layouts),
    glanceAt: ({ name, base }) => glanceAt(git, placeOf(name), base, layouts),
    isUntouched: (request) => isUntouched(placeOf(request.name), request, layouts),
    stillHolds: (request) => stillHolds(git, placeOf(request.name), request, layouts),
    park: (request) => parkSlot(git, placeOf(request.name), request, layouts),
    remove: (request) => removeSlot(git, placeOf(request.name), request, layouts),
    list: async () =>
      (await listWorktrees(git))
        .filter((worktree) => worktree.locked === LOCK_REASON)
        .map(({ path, head }) => ({ name: basename(path), path, head })),
  };
}

/** Nothing of ours takes this long: what is older was left by a process that was killed. */
const STALE_SCRATCH_MS = 6 * 3_600_000;

async function makeFolders(git: Git, folder: string): Promise<void> {
  const scratch = join(git.gitDir, "interlock", "tmp");
  await mkdir(scratch, { recursive: true });
  await removeOlderThan(scratch, STALE_SCRATCH_MS);
  await ensureSlotFolder(git.gitDir, folder);
  await sweepRemoved(folder);
}

async function isFolder(path: string): Promise<boolean> {
  return lstat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** What a slot has beyond its files: copies and links from the user's checkout, and what setup makes. */
async function furnish(options: SlotsOptions, place: SlotPlace, base: string, layouts: Layouts): Promise<boolean> {
  const { git, root, setup } = options;
  if (root !== undefined) {
    if (hasIncludeList(await layouts.of(base))) await copyIncludedFiles(git, place, root, base);
    if (options.link !== undefined) await linkFolders(place, root, options.link);
  }
  const slot = { name: place.name, path: place.path };
  const ranSetup =
    setup !== undefined && (await setUp(git, place, base, { when: options.setupWhen ?? [], run: () => setup(slot) }));
  writeNote(place, "ready", "");
  return ranSetup;
}
