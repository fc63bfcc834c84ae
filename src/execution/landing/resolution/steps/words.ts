import { type Change, changesBetween } from "../line-changes.ts";
import { applyChanges, type Clash, sameLines } from "../three-way.ts";
import { type LineStory, likeness, storyOf } from "./line-story.ts";

/**
 * Settles a stretch in which both sides changed lines that stand next to each other, or different words of one line with words
 * that both kept between them. Refuses where a line may be one of several, where one went that the other changed, where both
 * added at one place, and in code where one changed what is called and the other what it is given.
 */
export function mergeWords({ base, ours, theirs }: Clash, isCode: boolean): readonly string[] | undefined {
  if (base.length * (ours.length + theirs.length) > MOST_PAIRS) return undefined;
  if ([base, ours, theirs].flat().join("").length > MOST_CHARACTERS) return undefined;
  const [our, their] = [storyOf(base, ours), storyOf(base, theirs)];
  if (hasTwins(base, our, their)) return undefined;
  if (isCode && (importsAnew(base, our, their) || setsIn(base, our) || setsIn(base, their))) return undefined;
  const merged: string[] = [];
  for (let i = 0; i <= base.length; i += 1) {
    const added = mergeAdded(our, their, i);
    if (isCode && base[i] !== undefined && (speaksOf(our, their, i, base) || speaksOf(their, our, i, base)))
      return undefined;
    if (!added) return undefined;
    merged.push(...added);
    if (i === base.length) break;
    const line = mergeLine(base[i] ?? "", our.lines[i], their.lines[i], isCode);
    if (line === undefined) return undefined;
    merged.push(...line);
  }
  return merged;
}

/** One text with what both sides changed in it, where a word that both kept stands between. */
export function joinTexts(base: string, ours: string, theirs: string, isCode = false): string | undefined {
  const [old, our, their] = [base, ours, theirs].map(wordsOf) as [Words, Words, Words];
  const [here, there] = [changesBetween(old, our), changesBetween(old, their)];
  const alone = there.filter((change) => !here.some((one) => isSame(one, change)));
  const free = here.filter((change) => !there.some((one) => isSame(one, change)));
  for (const one of free)
    for (const other of alone) {
      if (!standApart(old, one, other)) return undefined;
      if (isCode && (isCallOf(old, one, other) || isCallOf(old, other, one))) return undefined;
    }
  const all = [...here, ...alone].sort((a, b) => a.from - b.from || a.to - b.to);
  return applyChanges(old, all).join("");
}

/** Whether a line that was changed has its like among what was added: the change may have been meant for both, or for that one. */
function hasTwins(base: readonly string[], ours: LineStory, theirs: LineStory): boolean {
  const added = [...ours.added, ...theirs.added].flat();
  return base.some(
    (line, i) =>
      (ours.lines[i] !== line || theirs.lines[i] !== line) && added.some((other) => likeness(line, other) >= TWINS),
  );
}

const TWINS = 0.6;

/** Longer stretches were written anew, and every line is held against every other. */
const MOST_PAIRS = 10_000;
const MOST_CHARACTERS = 50_000;

/** Whether a line was only set in otherwise: what it stands in may be another block, or a text of several lines. */
function setsIn(base: readonly string[], { lines }: LineStory): boolean {
  return lines.some(
    (line, i) =>
      line !== undefined &&
      line !== base[i] &&
      line.trim() === base[i]?.trim() &&
      /^\s*/.exec(line)?.[0] !== /^\s*/.exec(base[i])?.[0],
  );
}

/** Whether one added an import where the other changed imports: it would have written the new one otherwise too. */
function importsAnew(base: readonly string[], ours: LineStory, theirs: LineStory): boolean {
  const isAdded = ({ added }: LineStory) => added.flat().some((line) => IMPORT.test(line));
  const isChanged = ({ lines }: LineStory) => lines.some((line, i) => line !== base[i] && IMPORT.test(base[i] ?? ""));
  return (isAdded(ours) && isChanged(theirs)) || (isAdded(theirs) && isChanged(ours));
}

const IMPORT =
  /^\s*(?:import|from|use|pub\s+use|using|#include|extern\s+crate)\b|^\s*(?:export|\}).*\bfrom\s*["']|\brequire\(/;

/** What was added before a line, by one side only, and not where the other took a neighbour out. */
function mergeAdded(ours: LineStory, theirs: LineStory, at: number): readonly string[] | undefined {
  const [our, their] = [ours.added[at] ?? [], theirs.added[at] ?? []];
  if (sameLines(our, their)) return our;
  if (our.length > 0 && their.length > 0) return undefined;
  const other = our.length > 0 ? theirs : ours;
  const isGone = (i: number) => i >= 0 && i < other.lines.length && other.lines[i] === undefined;
  return isGone(at - 1) || isGone(at) ? undefined : [...our, ...their];
}

/** Whether one put a comment right above a line that the other reworded: it speaks of what is no longer there. */
function speaksOf(one: LineStory, other: LineStory, at: number, base: readonly string[]): boolean {
  const above = one.added[at]?.at(-1);
  return above !== undefined && COMMENT.test(above) && other.lines[at] !== base[at];
}

const COMMENT = /^\s*(?:\/\/|\/\*|\*|#(?!\[))/;

function mergeLine(
  base: string,
  ours: string | undefined,
  theirs: string | undefined,
  isCode: boolean,
): readonly string[] | undefined {
  if (ours === theirs || theirs === base) return ours === undefined ? [] : [ours];
  if (ours === base) return theirs === undefined ? [] : [theirs];
  if (ours === undefined || theirs === undefined) return undefined;
  if (isCode && changedCommas(base, ours) && changedCommas(base, theirs)) return undefined;
  const line = joinTexts(base, ours, theirs, isCode);
  return line === undefined ? undefined : [line];
}

/** Two that both gave something more to one call may have given it the same thing. */
function changedCommas(base: string, line: string): boolean {
  const commas = (text: string) => text.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`/g, "").split(",").length;
  return commas(base) !== commas(line);
}

type Words = readonly string[];

/** Versions and what else has numbers in it whole, names, spaces, and all else by characters; they join to the line again. */
function wordsOf(line: string): Words {
  const parts = line.match(/\s+|[\p{L}\p{N}_$]+(?:[.+-][\p{L}\p{N}_$]+)*|[^\p{L}\p{N}_$]/gu) ?? [];
  return parts.flatMap((part) => (/\p{N}/u.test(part) ? [part] : (part.match(/[.+-]|[^.+-]+/g) ?? [part])));
}

function isSame(one: Change, other: Change): boolean {
  return one.from === other.from && one.to === other.to && sameLines(one.lines, other.lines);
}

/** Whether a word that both kept stands between two changes. */
function standApart(old: Words, one: Change, other: Change): boolean {
  const [first, second] = one.from <= other.from ? [one, other] : [other, one];
  return second.from > first.to && old.slice(first.to, second.from).some((word) => /[\p{L}\p{N}]/u.test(word));
}

/** Whether a change is of the name of what is called and another comes behind it, where its arguments are. */
function isCallOf(old: Words, name: Change, other: Change): boolean {
  return name.from < name.to && old[name.to] === "(" && other.from > name.to;
}
