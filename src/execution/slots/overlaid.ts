import { lstatSync } from "node:fs";
import { setImmediate as nextTurn } from "node:timers/promises";
import { type BytePath, onDisk } from "./byte-path.ts";
import { isReallyInside } from "./real-path.ts";

/** Folders (the top one is not looked at) in which there is a `.git`. */
export async function findRepositories(workTree: string, folders: Iterable<BytePath>): Promise<readonly BytePath[]> {
  const found: BytePath[] = [];
  let looked = 0;
  for (const folder of folders) {
    if (folder !== "" && isThere(onDisk(workTree, `${folder}/.git`))) found.push(folder);
    looked += 1;
    if (looked % AT_ONCE === 0) await nextTurn();
  }
  return found.filter((folder) => isReallyInside(workTree, `${folder}/.git` as BytePath));
}

/** Few enough that the event loop is not held up for long. */
const AT_ONCE = 500;

function isThere(path: Buffer): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}
