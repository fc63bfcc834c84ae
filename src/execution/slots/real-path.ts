import { type BytePath, folderOf, onDisk } from "./byte-path.ts";
import { kindOf } from "./slot-place.ts";

/** Whether a path is truly below the folder: an agent may have put a link in place of any folder on the way. */
export function isReallyInside(folder: string, path: BytePath): boolean {
  for (let above = folderOf(path); above !== ""; above = folderOf(above)) {
    if (kindOf(onDisk(folder, above)) !== "folder") return false;
  }
  return true;
}

/** Whether the folders above a path are real ones as far as they exist, so that writing there writes into the folder. */
export function hasPlainFolders(folder: string, path: BytePath): boolean {
  for (let above = folderOf(path); above !== ""; above = folderOf(above)) {
    const kind = kindOf(onDisk(folder, above));
    if (kind !== undefined) return kind === "folder" && isReallyInside(folder, above);
  }
  return true;
}
