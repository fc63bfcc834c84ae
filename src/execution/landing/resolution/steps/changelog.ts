import type { Change } from "../line-changes.ts";
import type { LineSides } from "../sides.ts";
import { applyChanges, type Clash } from "../three-way.ts";
import { compareVersions } from "../versions.ts";

/**
 * Settles a stretch of a changelog to which both sides added and from which neither took: what both added is there once.
 * Entries without a heading of their own go first, because they belong to the heading above; then the headed parts, newest
 * release first.
 */
export function mergeChangelog({ base, ours, theirs, ourChanges, theirChanges }: Clash): readonly string[] | undefined {
  if (base.every(isBlank)) return joinAdded(ours, theirs);
  const isAddition = ({ from, to }: Change) => base.slice(from, to).every(isBlank);
  if (![...ourChanges, ...theirChanges].every(isAddition)) return undefined;
  const merged: Change[] = [];
  for (const { from, to, lines } of ourChanges) {
    const twin = theirChanges.find((change) => change.from <= to && change.to >= from);
    if (twin && (twin.from !== from || twin.to !== to)) return undefined;
    const both = twin ? joinAdded(lines, twin.lines) : lines;
    if (!both) return undefined;
    merged.push({ from, to, lines: both });
  }
  const rest = theirChanges.filter(({ from }) => merged.every((change) => change.from !== from));
  return applyChanges(
    base,
    [...merged, ...rest].sort((a, b) => a.from - b.from),
  );
}

/**
 * Whether both sides kept every heading of the base: where one was renamed, as when a release is cut, nobody can tell to which
 * release an entry belongs that the other side added under it.
 */
export function keepsHeadings({ base, ours, theirs }: LineSides): boolean {
  const [our, their] = [new Set(ours), new Set(theirs)];
  return headingsIn(base).every(({ at }) => our.has(base[at] ?? "") && their.has(base[at] ?? ""));
}

/** A heading with the lines below it, up to the next that is as high. */
interface Part {
  readonly heading: string;
  readonly head: readonly string[];
  readonly body: readonly string[];
}

interface Parts {
  readonly entries: readonly string[];
  /** How deep the highest headings are; 1 is the highest of all. */
  readonly depth: number;
  readonly parts: readonly Part[];
}

function joinAdded(ours: readonly string[], theirs: readonly string[]): readonly string[] | undefined {
  const [our, their] = [partsOf(ours), partsOf(theirs)];
  // Whoever began with a part of the release above and went on to a new release wrote more than one place.
  if (!our || !their) return undefined;
  const parts = joinParts(our, their);
  return (
    parts && [...joinEntries(our.entries, their.entries), ...parts.flatMap(({ head, body }) => [...head, ...body])]
  );
}

/** A part under a deeper heading belongs to the heading above all that is new, so that it must come before whole releases. */
function joinParts(ours: Parts, theirs: Parts): readonly Part[] | undefined {
  if (ours.parts.length === 0 || theirs.parts.length === 0) return [...ours.parts, ...theirs.parts];
  if (ours.depth !== theirs.depth)
    return ours.depth > theirs.depth ? [...ours.parts, ...theirs.parts] : [...theirs.parts, ...ours.parts];
  const merged: Part[] = [];
  for (const part of ours.parts) {
    const twin = theirs.parts.find(({ heading }) => heading === part.heading);
    const body = twin ? joinBodies(part, twin) : part.body;
    if (!body) return undefined;
    merged.push({ ...part, body });
  }
  const isNew = ({ heading }: Part) => ours.parts.every((part) => part.heading !== heading);
  const added = theirs.parts.filter(isNew);
  if (added.length === 0) return merged;
  return inOrder(merged, added, ours.depth);
}

/** What both wrote under one heading; a release that is out has one text, and only one that says more than the other. */
function joinBodies({ heading, body }: Part, theirs: Part): readonly string[] | undefined {
  if (holds(body, theirs.body)) return body;
  if (holds(theirs.body, body)) return theirs.body;
  return VERSION.test(heading) && !UNRELEASED.test(heading) ? undefined : joinAdded(body, theirs.body);
}

const UNRELEASED = /unreleased|not yet|development|progress|tbd|vnext|upcoming/i;

/** Releases come newest first; the kinds of change within a release come in any order. */
function inOrder(ours: readonly Part[], theirs: readonly Part[], depth: number): readonly Part[] | undefined {
  const [our, their] = [ours, theirs].map((parts) => parts.map(({ heading }) => VERSION.exec(heading)?.[0]));
  // What is not out yet stands above all that is.
  const isOpen = (parts: readonly Part[]) =>
    parts.every(({ heading }) => UNRELEASED.test(heading) && !VERSION.test(heading));
  const isOut = (parts: readonly Part[]) =>
    parts.every(({ heading }) => VERSION.test(heading) && !UNRELEASED.test(heading));
  if (isOpen(ours) && isOut(theirs)) return [...ours, ...theirs];
  if (isOpen(theirs) && isOut(ours)) return [...theirs, ...ours];
  if ([...(our ?? []), ...(their ?? [])].every((version) => version === undefined))
    return depth > RELEASE_DEPTH ? [...ours, ...theirs] : undefined;
  const order = compareVersions(our?.[0] ?? "", their?.[0] ?? "");
  if (order === undefined || order === 0) return undefined;
  return order > 0 ? [...ours, ...theirs] : [...theirs, ...ours];
}

const VERSION = /\d+(?:\.\d+)+(?:-[0-9A-Za-z.-]+)?/;

/** Releases have headings up to this depth. */
const RELEASE_DEPTH = 2;

/** Where releases have headings, kinds of change under headings as high belong to the release above them. */
function partsOf(lines: readonly string[]): Parts | undefined {
  const headings = headingsIn(lines);
  const depth = Math.min(...headings.map((one) => one.depth));
  const highest = headings.filter((one) => one.depth === depth);
  const releases = highest.filter(({ at }) => VERSION.test(lines[at] ?? ""));
  const tops = releases.length > 0 ? releases : highest;
  if (headings[0]?.at !== tops[0]?.at) return undefined;
  const parts = tops.map(({ at, size }, i) => ({
    heading: (lines[at] ?? "").trim(),
    head: lines.slice(at, at + size),
    body: lines.slice(at + size, tops[i + 1]?.at ?? lines.length),
  }));
  return { entries: lines.slice(0, tops[0]?.at ?? lines.length), depth, parts };
}

interface Heading {
  readonly at: number;
  /** How many lines it takes. */
  readonly size: number;
  readonly depth: number;
}

/** `## 1.2.0`, or a line that is underlined; not what stands in examples. */
function headingsIn(lines: readonly string[]): readonly Heading[] {
  const found: Heading[] = [];
  let isExample = false;
  for (const [at, line] of lines.entries()) {
    if (/^\s*(?:```|~~~)/.test(line)) isExample = !isExample;
    if (isExample) continue;
    const marks = /^(#{1,6})\s/.exec(line)?.[1];
    const underline = /^([=\-~^])\1{2,}\s*$/.exec(lines[at + 1] ?? "")?.[1];
    if (marks !== undefined) found.push({ at, size: 1, depth: marks.length });
    else if (!isBlank(line) && underline !== undefined)
      found.push({ at, size: 2, depth: 1 + "=-~^".indexOf(underline) });
  }
  return found;
}

/** Both blocks of entries, with an empty line between them where entries have one. */
function joinEntries(ours: readonly string[], theirs: readonly string[]): readonly string[] {
  if (ours.every(isBlank)) return theirs;
  if (theirs.every(isBlank)) return ours;
  const [our, their] = [trim(ours), trim(theirs)];
  const lead = ours.slice(0, ours.indexOf(our[0] ?? ""));
  const trail = Array.from({ length: Math.max(trailing(ours), trailing(theirs)) }, () => "");
  const hasBlanks =
    [...our, ...their].some(isBlank) || (isBlank(ours[0] ?? "x") && isBlank(theirs[0] ?? "x") && trail.length === 0);
  return [...lead, ...our, ...(hasBlanks ? [""] : []), ...their, ...trail];
}

function trim(lines: readonly string[]): readonly string[] {
  return lines.slice(
    lines.findIndex((line) => !isBlank(line)),
    lines.length - trailing(lines),
  );
}

function trailing(lines: readonly string[]): number {
  return lines.length - 1 - lines.findLastIndex((line) => !isBlank(line));
}

/** Whether a text has all lines of another, in their order. */
function holds(lines: readonly string[], others: readonly string[]): boolean {
  let at = 0;
  for (const line of others) {
    if (isBlank(line)) continue;
    const found = lines.indexOf(line, at);
    if (found < 0) return false;
    at = found + 1;
  }
  return true;
}

function isBlank(line: string): boolean {
  return line.trim() === "";
}
