import type { Change } from "../line-changes.ts";
import { applyChanges, type Clash } from "../three-way.ts";

/**
 * Settles a stretch in which both sides changed different lines that merely stand next to each other. Refuses what could be
 * meant in two orders: both adding at one place, or one adding where the other took lines away or wrote something else.
 */
export function mergeAdjacent({ base, ourChanges, theirChanges }: Clash): readonly string[] | undefined {
  const ours = ourChanges.flatMap((change) => lineByLine(base, change));
  const theirs = theirChanges.flatMap((change) => lineByLine(base, change));
  for (const our of ours) for (const their of theirs) if (!standApart(base, our, their)) return undefined;
  const changes = [...ours, ...theirs].sort((a, b) => a.from - b.from || a.to - b.to);
  return applyChanges(base, changes);
}

/** Lines that were each reworded a little are as many changes: something can be added between them. */
function lineByLine(base: readonly string[], change: Change): readonly Change[] {
  if (!isInPlace(change) || !isMuchTheSame(base, change)) return [change];
  return change.lines.map((line, i) => ({ from: change.from + i, to: change.from + i + 1, lines: [line] }));
}

function standApart(base: readonly string[], one: Change, other: Change): boolean {
  if (one.to < other.from || other.to < one.from) return true;
  if (one.to !== other.from && other.to !== one.from) return false;
  if (isAddition(one) && isAddition(other)) return false;
  if (isAddition(one)) return isInPlace(other) && isMuchTheSame(base, other);
  if (isAddition(other)) return isInPlace(one) && isMuchTheSame(base, one);
  return isInPlace(one) && isInPlace(other);
}

/** Has as many lines as before, so that each stands for one that was there. */
function isInPlace({ from, to, lines }: Change): boolean {
  return lines.length === to - from;
}

/** What is added next to a line was meant for that line, not for whatever stands there now. */
function isMuchTheSame(base: readonly string[], { from, lines }: Change): boolean {
  return lines.every((line, i) => isAlike(base[from + i] ?? "", line));
}

function isAddition({ from, to }: Change): boolean {
  return from === to;
}

/** Whether two lines share at least half of their words. */
function isAlike(one: string, other: string): boolean {
  const [words, others] = [wordsOf(one), wordsOf(other)];
  const shared = [...words].filter((word) => others.has(word)).length;
  return shared * 2 >= Math.max(words.size, others.size);
}

function wordsOf(line: string): ReadonlySet<string> {
  return new Set(line.toLowerCase().match(/\w+|[^\s\w]/g) ?? []);
}
