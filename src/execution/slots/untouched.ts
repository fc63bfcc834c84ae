import { lstatSync } from "node:fs";
import { join } from "node:path";
import { type BytePath, folderOf, foldersAbove, nameOf } from "./byte-path.ts";
import { readNote } from "./slot-notes.ts";
import type { SlotPlace } from "./slot-place.ts";
import type { Layouts } from "./tree-layout.ts";

/** Places of a slot to look at. */
export interface UntouchedRequest {
  readonly name: string;
  readonly base: string;
  /** Path patterns in their canonical text. */
  readonly patterns: readonly string[];
}

/**
 * Whether nobody can have changed what lies at these places since the slot was prepared, told by the file system's times alone
 * and without git. False when in doubt: for wildcards, for folders, and for files whose folder was written to.
 */
export async function isUntouched(
  place: SlotPlace,
  { base, patterns }: UntouchedRequest,
  layouts: Layouts,
): Promise<boolean> {
  const prepared = changeTime(join(place.notes, "base"));
  const isAsPrepared = readNote(place, "base") === base && readNote(place, "content") === base;
  if (!isAsPrepared || prepared === undefined || !patterns.every(isPlainPath)) return false;
  const layout = await layouts.of(base);
  return (patterns as readonly BytePath[]).every((path) => {
    if (layout.folders.has(path)) return false;
    const isTracked = layout.folders.get(folderOf(path))?.has(nameOf(path)) === true;
    const written = changeTime(join(place.path, path));
    if (!isTracked)
      return written === undefined && foldersAbove(path).every((above) => isFolderOrNothing(place, above));
    // What is moved to another name keeps its own time, but the folders on the way do not.
    const times = [written, ...["", ...foldersAbove(path)].map((above) => changeTime(join(place.path, above)))];
    return times.every((time) => time !== undefined && time < prepared);
  });
}

/** Stands for itself on every file system that tells cases apart. */
function isPlainPath(pattern: string): boolean {
  return /^[\w@+-][\w@+./-]*$/.test(pattern) && !pattern.endsWith("/");
}

function isFolderOrNothing(place: SlotPlace, path: BytePath): boolean {
  return lstat(join(place.path, path))?.isDirectory() !== false;
}

/** In nanoseconds; nobody but the kernel sets it. */
function changeTime(path: string): bigint | undefined {
  return lstat(path)?.ctimeNs;
}

function lstat(path: string) {
  try {
    return lstatSync(path, { throwIfNoEntry: false, bigint: true });
  } catch {
    // A file where a folder should be, among others: then nothing is there.
    return undefined;
  }
}
