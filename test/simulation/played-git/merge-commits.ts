import type { MergeConflict, MergeRequest, MergeResult } from "../../../src/execution/landing/merge.ts";
import { mergeTexts } from "./merge-lines.ts";
import type { Files, PlayedRepository } from "./object-store.ts";

/** Merges two commits of a played repository; knows no renames, modes or folders in the way of files. */
export function mergeCommits(repository: PlayedRepository, { ours, theirs, base }: MergeRequest): MergeResult {
  const ancestor = base ?? repository.mergeBases(ours, theirs)[0];
  const before: Files = ancestor === undefined ? new Map() : repository.files(ancestor);
  const [mine, other] = [repository.files(ours), repository.files(theirs)];
  const merged = new Map<string, string>();
  const conflicts: MergeConflict[] = [];
  for (const path of [...new Set([...before.keys(), ...mine.keys(), ...other.keys()])].sort()) {
    const result = mergePath(
      { path, base: before.get(path), ours: mine.get(path), theirs: other.get(path) },
      { ours, theirs },
    );
    if (result.text !== undefined) merged.set(path, result.text);
    if (result.conflict) conflicts.push(result.conflict);
  }
  const tree = repository.writeTree(merged);
  return conflicts.length === 0 ? { clean: true, tree } : { clean: false, tree, conflicts };
}

interface Sides {
  readonly path: string;
  readonly base: string | undefined;
  readonly ours: string | undefined;
  readonly theirs: string | undefined;
}

function mergePath(
  { path, base, ours, theirs }: Sides,
  names: { readonly ours: string; readonly theirs: string },
): { readonly text: string | undefined; readonly conflict?: MergeConflict } {
  if (ours === theirs || theirs === base) return { text: ours };
  if (ours === base) return { text: theirs };
  const say = `CONFLICT in ${path}`;
  if (ours === undefined || theirs === undefined)
    return { text: ours ?? theirs, conflict: { path, kind: "modify/delete", hunks: [], moreHunks: 0, say } };
  const { text, hunks } = mergeTexts(base ?? "", ours, theirs, names);
  if (hunks.length === 0) return { text };
  const kind = base === undefined ? "add/add" : "content";
  return { text, conflict: { path, kind, hunks, moreHunks: 0, say } };
}
