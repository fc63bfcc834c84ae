import type { Change } from "../line-changes.ts";
import { applyChanges, type Clash } from "../three-way.ts";
import { compareVersions } from "../versions.ts";

/**
 * Settles a stretch of a changelog to which both sides added and from which neither took: what both added is there once.
 * Entries without a heading of their own go first, because they belong to the heading above; then the headed parts.
 */
export function mergeChangelog({ base, ourChanges, theirChanges }: Clash): readonly string[] | undefined {
  const isAddition = ({ from, to }: Change) => base.slice(from, to).every((line) => line.trim() === "");
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

function joinAdded(ours: readonly string[], theirs: readonly string[]): readonly string[] | undefined {
  const [our, their] = [partsOf(ours), partsOf(theirs)];
  const parts = joinParts(our.parts, their.parts);
  return parts && [...joined(our.entries, their.entries), ...parts.flatMap(({ lines }) => lines)];
}

/** A part under a deeper heading belongs to the heading above all that is new, so that it must come before whole releases. */
function joinParts(ours: readonly Part[], theirs: readonly Part[]): readonly Part[] | undefined {
  if (ours.length === 0 || theirs.length === 0) return [...ours, ...theirs];
  const [our, their] = [ours, theirs].map((parts) => Math.min(...parts.map(({ depth }) => depth))) as [number, number];
  // Whoever began with a part of the release above and went on to a new release wrote more than one place.
  if (ours[0]?.depth !== our || theirs[0]?.depth !== their) return undefined;
  if (our !== their) return our > their ? [...ours, ...theirs] : [...theirs, ...ours];
  if (theirs.some(({ heading }) => ours.some((part) => part.heading === heading))) return undefined;
  const [ourVersion, theirVersion] = [ours, theirs].map((parts) => /\d+(?:\.\d+)+/.exec(parts[0]?.heading ?? "")?.[0]);
  if (ourVersion === undefined || theirVersion === undefined) return undefined;
  return compareVersions(ourVersion, theirVersion) >= 0 ? [...ours, ...theirs] : [...theirs, ...ours];
}

interface Part {
  readonly heading: string;
  /** 1 for the highest. */
  readonly depth: number;
  readonly lines: readonly string[];
}

function withoutBlank(lines: readonly string[]): readonly string[] {
  return lines.filter((line) => line.trim() !== "");
}

function partsOf(lines: readonly string[]): { readonly entries: readonly string[]; readonly parts: readonly Part[] } {
  const starts = lines.flatMap((line, i) => (depthOf(line, lines[i + 1]) > 0 ? [i] : []));
  const parts = starts.map((start, i) => ({
    heading: (lines[start] ?? "").trim(),
    depth: depthOf(lines[start] ?? "", lines[start + 1]),
    lines: lines.slice(start, starts[i + 1] ?? lines.length),
  }));
  return { entries: lines.slice(0, starts[0] ?? lines.length), parts };
}

/** How deep a heading is (`## 1.2.0`, or a line that is underlined), or 0 for what is none. */
function depthOf(line: string, next: string | undefined): number {
  const marks = /^(#{1,6})\s/.exec(line)?.[1];
  if (marks !== undefined) return marks.length;
  const underline = /^([=\-~^])\1{2,}\s*$/.exec(next ?? "")?.[1];
  return line.trim() === "" || underline === undefined ? 0 : 1 + "=-~^".indexOf(underline);
}

/** Both blocks with the empty lines that stood around them, but without twins. */
function joined(ours: readonly string[], theirs: readonly string[]): readonly string[] {
  if (withoutBlank(ours).length === 0) return theirs;
  if (withoutBlank(theirs).length === 0) return ours;
  const isSpaced = ours.at(-1)?.trim() === "" || theirs[0]?.trim() === "";
  const hasBlanks = [...trim(ours), ...trim(theirs)].some((line) => line.trim() === "");
  return isSpaced || !hasBlanks ? [...ours, ...theirs] : [...ours, "", ...theirs];
}

function trim(lines: readonly string[]): readonly string[] {
  const isText = (line: string) => line.trim() !== "";
  const first = lines.findIndex(isText);
  return first < 0 ? [] : lines.slice(first, lines.findLastIndex(isText) + 1);
}
