import { join } from "node:path";
import type { Git } from "../git/runner.ts";
import { findSlotStash, readSlotHead } from "./agent-traces.ts";
import { fromText } from "./byte-path.ts";
import { isIndexAsHanded } from "./handed-index.ts";
import { ourLinks } from "./linked-folders.ts";
import { findRepositories } from "./overlaid.ts";
import { compareWithIndex } from "./read-files.ts";
import { readNote } from "./slot-notes.ts";
import { inspectSlot, kindOf, type SlotPlace } from "./slot-place.ts";
import type { Layouts } from "./tree-layout.ts";

/** What a slot is thought to hold. */
export interface StillHolds {
  readonly name: string;
  readonly base: string;
  readonly tree: string;
}

/**
 * Looks whether a slot is as the last snapshot left it, without making another: a slot that nobody has touched since its content was
 * handed in is the rule. False when in doubt.
 */
export async function stillHolds(
  git: Git,
  place: SlotPlace,
  { base, tree }: StillHolds,
  layouts: Layouts,
): Promise<boolean> {
  const index = join(place.notes, "last-index");
  const isKnown = readNote(place, "tree") === tree && readNote(place, "base") === base && kindOf(index) === "file";
  if (!isKnown || inspectSlot(place) !== undefined || !isIndexAsHanded(place)) return false;
  const layout = await layouts.of(tree);
  if (layout.gitlinks.size > 0) return false;
  const [head, stash, links, repositories, differences] = await Promise.all([
    readSlotHead(git, place, base),
    findSlotStash(git, place, base),
    ourLinks(place),
    findRepositories(place.path, layout.folders.keys()),
    compareWithIndex(git, { workTree: place.path, indexFile: index }),
  ]);
  const ours = new Set(links.map(fromText));
  const { changed, others, problems } = differences;
  const found = [...changed, ...others.filter((path) => !ours.has(path)), ...problems, ...stash, ...repositories];
  return head === undefined && found.length === 0;
}
