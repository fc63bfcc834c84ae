import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SlotPlace } from "./slot-place.ts";

/**
 * What we remember of a slot, outside it: `making` while it is being made, `base`, `content` and `index` as last prepared, `last-index`
 * and `tree` as last read, `handed` the index that the agent got, `stash` entries there were, `links` of ours, `setup` as last run, `ready`
 * once it was handed out.
 */
export type Note = "making" | "base" | "content" | "tree" | "handed" | "stash" | "links" | "setup" | "ready";

/** A note's text, or undefined when there is none. */
export function readNote(place: SlotPlace, note: Note): string | undefined {
  try {
    return readFileSync(join(place.notes, note), "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** Writes a note in one step. */
export function writeNote(place: SlotPlace, note: Note, text: string): void {
  mkdirSync(place.notes, { recursive: true });
  const draft = join(place.notes, `${note}.${randomUUID()}`);
  writeFileSync(draft, text);
  renameSync(draft, join(place.notes, note));
}

export function removeNote(place: SlotPlace, note: Note): void {
  rmSync(join(place.notes, note), { force: true });
}
