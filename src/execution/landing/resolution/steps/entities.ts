/**
 * Merges sources by what stands in them. An entity that one side changed is as that side has it; what both added is there
 * twice over, under different names; what both changed differently is refused, unless `inside` settles it.
 */
import type { Body, Segment } from "../segments.ts";

/** The three sides of one thing. */
export interface Three<T> {
  readonly base: T;
  readonly ours: T;
  readonly theirs: T;
}

/** Merges the lines of one segment that both sides changed, or undefined. */
export type MergeInside = (lines: Three<readonly string[]>, is: Segment["is"]) => readonly string[] | undefined;

/** What the merging of segments leaves to its caller. */
export interface SegmentMerge {
  readonly inside: MergeInside;
  /** Hears of what both sides added at one place. */
  readonly note: (what: "imports" | "entities") => void;
}

/** The merged lines of siblings, or undefined where an entity was edited twice, moved, or edited here and deleted there. */
export function mergeSegments(sides: Three<readonly Segment[]>, merge: SegmentMerge): readonly string[] | undefined {
  const keys = mergeOrder(sides, merge);
  if (!keys) return undefined;
  const [base, ours, theirs] = [sides.base, sides.ours, sides.theirs].map(byKey) as [ByKey, ByKey, ByKey];
  const usual = usualBlank([...sides.base, ...sides.ours, ...sides.theirs]);
  const lines: string[] = [];
  let before: Segment | undefined;
  for (const key of keys) {
    const [old, our, their] = [base.get(key), ours.get(key), theirs.get(key)];
    const merged = mergeOne({ base: old, ours: our, theirs: their }, merge);
    if (!merged) return undefined;
    const some = our ?? their;
    const blank = mergeBlank({ base: old?.blank, ours: our?.blank, theirs: their?.blank });
    const isNew = old === undefined || lines.length === 0;
    const wanted = before && some && isNew ? roomBetween(before, some, blank, usual) : blank;
    lines.push(...Array.from({ length: wanted }, () => ""), ...merged);
    before = some;
  }
  return lines;
}

type ByKey = ReadonlyMap<string, Segment>;

function byKey(segments: readonly Segment[]): ByKey {
  return new Map(segments.map((segment) => [segment.key, segment]));
}

function mergeOne(
  { base, ours, theirs }: Three<Segment | undefined>,
  merge: SegmentMerge,
): readonly string[] | undefined {
  if (!ours || !theirs) return (ours ?? theirs)?.lines;
  if (isSame(ours, theirs) || isSame(base, theirs)) return ours.lines;
  if (isSame(base, ours)) return theirs.lines;
  if (base?.body && ours.body && theirs.body)
    return mergeBodies({ base: base.body, ours: ours.body, theirs: theirs.body }, merge, base.is);
  return merge.inside({ base: base?.lines ?? [], ours: ours.lines, theirs: theirs.lines }, ours.is);
}

function mergeBodies(
  { base, ours, theirs }: Three<Body>,
  merge: SegmentMerge,
  is: Segment["is"],
): readonly string[] | undefined {
  const edge = (part: "head" | "tail") => {
    const [old, our, their] = [base[part], ours[part], theirs[part]];
    if (sameText(our, their) || sameText(old, their)) return our;
    return sameText(old, our) ? their : merge.inside({ base: old, ours: our, theirs: their }, is);
  };
  const [head, tail] = [edge("head"), edge("tail")];
  const members = mergeSegments({ base: base.members, ours: ours.members, theirs: theirs.members }, merge);
  return head && tail && members ? [...head, ...members, ...tail] : undefined;
}

/** The keys of the result in order: ours, with what theirs added after what it came after. */
function mergeOrder(
  { base, ours, theirs }: Three<readonly Segment[]>,
  { note }: SegmentMerge,
): readonly string[] | undefined {
  const [old, our, their] = [base, ours, theirs].map(byKey) as [ByKey, ByKey, ByKey];
  if (!sameOrder(base, ours) || !sameOrder(base, theirs) || !sameOrder(ours, theirs)) return undefined;
  for (const [key, segment] of old) {
    const [here, there] = [our.get(key), their.get(key)];
    // Deleted on one side and edited on the other.
    if (!here && there && !isSame(segment, there)) return undefined;
    if (here && !there && !isSame(segment, here)) return undefined;
  }
  const gaps = [ours, theirs].map((side) => gapsOf(side, (key) => old.has(key))) as [Gaps, Gaps];
  if (!gapsAgree(gaps, base, { our, their, note })) return undefined;
  const kept = ours.map(({ key }) => key).filter((key) => their.has(key) || !old.has(key));
  return insertAll(kept, theirs, (key) => !old.has(key) && !our.has(key), old);
}

/** Puts what theirs added behind what it stands behind there, after whatever ours added at the same place. */
function insertAll(
  kept: readonly string[],
  theirs: readonly Segment[],
  isNew: (key: string) => boolean,
  old: ByKey,
): readonly string[] {
  const result = [...kept];
  const there = new Set(theirs.map(({ key }) => key));
  let at = -1;
  for (const { key } of theirs) {
    const index = result.indexOf(key);
    if (index >= 0) {
      at = index;
      continue;
    }
    if (!isNew(key)) continue;
    const previous = result[at];
    // What ours added at this place goes first, so that both blocks stay whole.
    if (previous === undefined || old.has(previous))
      while (at + 1 < result.length && !old.has(result[at + 1] ?? "") && !there.has(result[at + 1] ?? "")) at += 1;
    at += 1;
    result.splice(at, 0, key);
  }
  return result;
}

/** What was added or taken away after which segment of the base; "" is the start. */
type Gaps = ReadonlyMap<string, readonly Segment[]>;

function gapsOf(side: readonly Segment[], isOld: (key: string) => boolean): Gaps {
  const gaps = new Map<string, Segment[]>();
  let after = "";
  for (const segment of side) {
    if (isOld(segment.key)) after = segment.key;
    else gaps.set(after, [...(gaps.get(after) ?? []), segment]);
  }
  return gaps;
}

/**
 * Between two neighbours of the base that both sides kept, either one side alone made changes, or both added nothing but
 * things with names or imports, whose order means nothing, and did not both take the same thing away.
 */
function gapsAgree(
  [ours, theirs]: readonly [Gaps, Gaps],
  base: readonly Segment[],
  { our, their, note }: { readonly our: ByKey; readonly their: ByKey; readonly note: SegmentMerge["note"] },
): boolean {
  const start = (): Gap => ({ ours: [], theirs: [], gone: { ours: false, theirs: false, both: false } });
  let gap = start();
  const add = (key: string) => {
    gap.ours.push(...(ours.get(key) ?? []).filter((one) => !their.has(one.key)));
    gap.theirs.push(...(theirs.get(key) ?? []).filter((one) => !our.has(one.key)));
  };
  add("");
  for (const { key } of base) {
    const [here, there] = [our.has(key), their.has(key)];
    if (here && there) {
      if (!isFree(gap, note)) return false;
      gap = start();
    }
    gap.gone.ours ||= !here;
    gap.gone.theirs ||= !there;
    gap.gone.both ||= !here && !there;
    add(key);
  }
  return isFree(gap, note);
}

/** What only one side added in a gap, and whether something was taken away there. */
interface Gap {
  readonly ours: Segment[];
  readonly theirs: Segment[];
  readonly gone: { ours: boolean; theirs: boolean; both: boolean };
}

function isFree({ ours, theirs, gone }: Gap, note: SegmentMerge["note"]): boolean {
  const isAny = ours.length > 0 || theirs.length > 0;
  if (gone.both && isAny) return false;
  const isPlain = (segments: readonly Segment[]) => segments.some(({ is }) => is === "other");
  const isEntity = (segments: readonly Segment[]) => segments.some(({ is }) => is !== "import");
  // What stood around it may have moved elsewhere, and the new one should have moved with it.
  if ((gone.ours && isEntity(theirs)) || (gone.theirs && isEntity(ours))) return false;
  if (ours.length === 0 || theirs.length === 0) return true;
  // Whoever rewrote the imports, as when a file moves, would have written the new one otherwise too.
  if (gone.ours || gone.theirs) return false;
  const both = [...ours, ...theirs];
  note(both.every(({ is }) => is === "import") ? "imports" : "entities");
  return !isPlain(both);
}

function sameOrder(one: readonly Segment[], other: readonly Segment[]): boolean {
  const places = new Map(other.map(({ key }, i) => [key, i]));
  let last = -1;
  for (const { key } of one) {
    const place = places.get(key);
    if (place === undefined) continue;
    if (place < last) return false;
    last = place;
  }
  return true;
}

function isSame(one: Segment | undefined, other: Segment): boolean {
  return one !== undefined && sameText(one.lines, other.lines);
}

function sameText(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((line, i) => line.trimEnd() === other[i]?.trimEnd());
}

function mergeBlank({ base, ours, theirs }: Three<number | undefined>): number {
  if (ours === undefined || theirs === undefined) return ours ?? theirs ?? 0;
  if (ours === base) return theirs;
  return theirs === base ? ours : Math.max(ours, theirs);
}

/** What is new stands as far from its neighbour as its like do. */
function roomBetween(before: Segment, segment: Segment, blank: number, usual: number): number {
  const areImports = before.is === "import" && segment.is === "import";
  const areShort = before.lines.length === 1 && segment.lines.length === 1;
  return areImports || areShort ? blank : Math.max(blank, usual);
}

/** How far entities of several lines mostly stand apart. */
function usualBlank(segments: readonly Segment[]): number {
  const counts = new Map<number, number>();
  for (const { blank, is, lines } of segments)
    if (is === "named" && lines.length > 1) counts.set(blank, (counts.get(blank) ?? 0) + 1);
  const [most] = [...counts].sort(([, a], [, b]) => b - a);
  return most?.[0] ?? 0;
}
