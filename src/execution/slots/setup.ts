import { listTree } from "../git/objects.ts";
import type { Git } from "../git/runner.ts";
import { readNote, writeNote } from "./slot-notes.ts";
import type { SlotPlace } from "./slot-place.ts";

/** Runs setup unless it ran to its end in this slot with the same content of the files that decide. */
export async function setUp(
  git: Git,
  place: SlotPlace,
  base: string,
  setup: { readonly when: readonly string[]; readonly run: () => Promise<void> },
): Promise<boolean> {
  const entries = setup.when.length === 0 ? [] : await listTree(git, base, setup.when);
  const state = JSON.stringify(entries.map((entry) => [entry.path, entry.oid]));
  if (readNote(place, "setup") === state) return false;
  await setup.run();
  writeNote(place, "setup", state);
  return true;
}
