import { randomUUID } from "node:crypto";
import { statSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { diffTrees, type TreeChange } from "../git/diff.ts";
import type { Git } from "../git/runner.ts";
import { findSlotStash, readSlotHead } from "./agent-traces.ts";
import type { BytePath } from "./byte-path.ts";
import { findConflictMarkers } from "./conflict-markers.ts";
import { isIndexAsHanded } from "./handed-index.ts";
import { ourLinks } from "./linked-folders.ts";
import { findRepositories } from "./overlaid.ts";
import { asTexts, readFiles } from "./read-files.ts";
import type { SlotDamage } from "./slot-broken.ts";
import { readNote, removeNote, writeNote } from "./slot-notes.ts";
import { inspectSlot, type SlotPlace } from "./slot-place.ts";
import { copyIndex } from "./stat-cache.ts";
import { addFolders, type Layouts } from "./tree-layout.ts";
import type { Unreadable } from "./update-index.ts";

/** A path of the slot that differs from the base. */
export interface SlotChange {
  readonly path: string;
  readonly status: TreeChange["status"];
  readonly oldMode: string;
  readonly newMode: string;
}

/** The content of a slot, or that its folder is gone. */
export type SnapshotResult = Snapshot | { readonly is: "gone"; readonly damage: SlotDamage };

/** The exact non-ignored content of a slot at one moment, compared with its base. */
export interface Snapshot {
  readonly is: "snapshot";
  readonly tree: string;
  /** By path; a rename is a D and an A. */
  readonly changes: readonly SlotChange[];
  /** Changed files that hold conflict markers which the base does not hold. */
  readonly markers: readonly string[];
  readonly unreadable: readonly Unreadable[];
  /** Folders with a repository of their own. The tree leaves their files out, or holds the gitlink they are in the base. */
  readonly nested: readonly string[];
  /** The commit the agent moved HEAD to; undefined when HEAD still is the base. */
  readonly head: string | undefined;
  /** Stash entries made on a commit of this slot since it was prepared. */
  readonly stash: readonly string[];
  /** What is wrong with the slot although its files could be read. */
  readonly damage: SlotDamage | undefined;
}

/** A slot's files as a tree, with what parking needs to know beyond it. */
export interface SlotFiles {
  readonly tree: string;
  readonly unreadable: readonly Unreadable[];
  /** Repositories whose files the tree leaves out. */
  readonly nested: readonly BytePath[];
  /** Folders whose files are in the tree although there is a `.git` in them. */
  readonly overlaid: readonly BytePath[];
}

/** Snapshots a slot that may be in any state; changes nothing in it. [G2] [G7] */
export async function takeSnapshot(
  git: Git,
  place: SlotPlace,
  base: string,
  layouts: Layouts,
): Promise<SnapshotResult> {
  const damage = inspectSlot(place);
  if (damage === "missing" || damage === "not_a_folder") return { is: "gone", damage };
  const [files, head, stash] = await Promise.all([
    readSlotFiles(git, place, base, layouts),
    readSlotHead(git, place, base),
    findSlotStash(git, place, base),
  ]);
  const changes = await diffTrees(git, base, files.tree);
  const written = changes.filter(({ newMode }) => newMode.startsWith("100"));
  return {
    is: "snapshot",
    tree: files.tree,
    changes: changes.map(({ path, status, oldMode, newMode }) => ({ path, status, oldMode, newMode })),
    markers: await findConflictMarkers(
      git,
      written.map(({ path, status, oldId, newId }) => ({ path, newId, oldId: status === "A" ? undefined : oldId })),
    ),
    unreadable: files.unreadable,
    nested: asTexts([...files.nested, ...files.overlaid]),
    head,
    stash,
    damage,
  };
}

/** Reads a slot's files with what is remembered of it as a stat cache. */
export async function readSlotFiles(git: Git, place: SlotPlace, base: string, layouts: Layouts): Promise<SlotFiles> {
  await mkdir(place.notes, { recursive: true });
  await settleCache(git, place);
  removeNote(place, "tree");
  const [layout, links] = await Promise.all([layouts.of(base), ourLinks(place)]);
  const read = await readFiles(git, {
    workTree: place.path,
    base,
    gitlinks: [...layout.gitlinks],
    cache: { file: join(place.notes, "index"), exact: readNote(place, "base") === base },
    keepIndexAs: join(place.notes, "last-index"),
    ...(isIndexAsHanded(place) ? {} : { agentIndex: join(place.registration, "index") }),
    leaveOut: links,
  });
  writeNote(place, "tree", read.tree);
  const folders = new Set(layout.folders.keys());
  for (const path of read.others) addFolders(folders, path);
  const nested = new Set(read.nested);
  const repositories = await findRepositories(place.path, folders);
  return {
    tree: read.tree,
    unreadable: read.unreadable,
    nested: [...nested],
    overlaid: repositories.filter((folder) => !nested.has(folder)),
  };
}

/**
 * What was written in the same second as an index has to be read again and again, and in a new slot that is everything. Once
 * that second is over, one look makes the index worth more; afterwards it is newer than the note that it was prepared.
 */
async function settleCache(git: Git, place: SlotPlace): Promise<void> {
  const index = join(place.notes, "index");
  const [written, prepared] = [timeOf(index), timeOf(join(place.notes, "base"))];
  if (
    written === undefined ||
    prepared === undefined ||
    written > prepared ||
    Date.now() - prepared < SECOND_IS_OVER_MS
  )
    return;
  const draft = `${index}.${randomUUID()}`;
  try {
    await copyIndex(index, draft);
    const args = ["update-index", "-q", "--refresh"];
    await git.run({ args, okCodes: [0, 1], parse: () => undefined }, { workTree: place.path, indexFile: draft });
    if (timeOf(join(place.notes, "base")) === prepared) await rename(draft, index);
  } finally {
    await rm(draft, { force: true });
  }
}

const SECOND_IS_OVER_MS = 2_000;

function timeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}
