import { type Change, changesBetween } from "./line-changes.ts";
import type { LineSides } from "./sides.ts";

/** A stretch where both sides changed lines that overlap or touch; the changes count from the start of `base`. */
export interface Clash extends LineSides {
  readonly ourChanges: readonly Change[];
  readonly theirChanges: readonly Change[];
}

/** A merged text is settled lines with clashes between them. */
export type Region = { readonly settled: readonly string[] } | { readonly clash: Clash };

/** Merges lines as git does: what one side changed, or both in the same way, is settled; the rest clashes. */
export function mergeLines({ base, ours, theirs }: LineSides): readonly Region[] {
  const regions: Region[] = [];
  let at = 0;
  for (const group of groups(changesBetween(base, ours), changesBetween(base, theirs))) {
    if (group.from > at) regions.push({ settled: base.slice(at, group.from) });
    regions.push(regionOf(base, group));
    at = group.to;
  }
  if (at < base.length) regions.push({ settled: base.slice(at) });
  return regions;
}

/** A clash of whole texts. */
export function clashOf({ base, ours, theirs }: LineSides): Clash {
  const [ourChanges, theirChanges] = [changesBetween(base, ours), changesBetween(base, theirs)];
  return { base, ours, theirs, ourChanges, theirChanges };
}

/** A stretch of lines with changes made to it: the changes count from where the stretch starts. */
export function applyChanges(lines: readonly string[], changes: readonly Change[]): readonly string[] {
  const result: string[] = [];
  let at = 0;
  for (const change of changes) {
    result.push(...lines.slice(at, change.from), ...change.lines);
    at = change.to;
  }
  return [...result, ...lines.slice(at)];
}

interface Group {
  readonly from: number;
  readonly to: number;
  readonly ours: readonly Change[];
  readonly theirs: readonly Change[];
}

/** Changes of both sides that overlap or touch stand together. */
function groups(ours: readonly Change[], theirs: readonly Change[]): readonly Group[] {
  const all = [
    ...ours.map((change) => ({ change, isOurs: true })),
    ...theirs.map((change) => ({ change, isOurs: false })),
  ].sort((a, b) => a.change.from - b.change.from || a.change.to - b.change.to);
  const found: { from: number; to: number; ours: Change[]; theirs: Change[] }[] = [];
  for (const { change, isOurs } of all) {
    let last = found.at(-1);
    if (!last || change.from > last.to) {
      last = { from: change.from, to: change.to, ours: [], theirs: [] };
      found.push(last);
    }
    last.to = Math.max(last.to, change.to);
    (isOurs ? last.ours : last.theirs).push(change);
  }
  return found;
}

function regionOf(base: readonly string[], { from, to, ours, theirs }: Group): Region {
  const stretch = base.slice(from, to);
  const shift = (changes: readonly Change[]) =>
    changes.map((change) => ({ ...change, from: change.from - from, to: change.to - from }));
  const [ourChanges, theirChanges] = [shift(ours), shift(theirs)];
  const [our, their] = [applyChanges(stretch, ourChanges), applyChanges(stretch, theirChanges)];
  if (theirChanges.length === 0 || sameLines(our, their)) return { settled: our };
  if (ourChanges.length === 0) return { settled: their };
  return { clash: { base: stretch, ours: our, theirs: their, ourChanges, theirChanges } };
}

/** Whether two lists hold the same lines in the same order. */
export function sameLines(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((line, i) => line === other[i]);
}
