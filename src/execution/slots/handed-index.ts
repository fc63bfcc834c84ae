import { lstatSync } from "node:fs";
import { join } from "node:path";
import { readNote, writeNote } from "./slot-notes.ts";
import type { SlotPlace } from "./slot-place.ts";

/** Remembers the index as the agent gets it with the slot. */
export function noteHandedIndex(place: SlotPlace): void {
  writeNote(place, "handed", markOf(place));
}

/** Whether nobody has written the index since the agent got it, so that nothing can have been added to it. */
export function isIndexAsHanded(place: SlotPlace): boolean {
  return readNote(place, "handed") === markOf(place);
}

/** Changes whenever git writes the file, because git replaces it. */
function markOf(place: SlotPlace): string {
  const found = lstatSync(join(place.registration, "index"), { throwIfNoEntry: false, bigint: true });
  return found === undefined ? "" : [found.ino, found.size, found.mtimeNs, found.ctimeNs].join(" ");
}
