import { changesBetween } from "../line-changes.ts";

/** What became of each line of the base, and what was added before each and at the end. */
export interface LineStory {
  /** As it reads now; undefined when it is gone. */
  readonly lines: readonly (string | undefined)[];
  readonly added: readonly (readonly string[])[];
}

/** Tells lines that were reworded from those that went and those that are new, by the words that they share. */
export function storyOf(base: readonly string[], now: readonly string[]): LineStory {
  const lines: (string | undefined)[] = [...base];
  const added: string[][] = Array.from({ length: base.length + 1 }, () => []);
  for (const { from, to, lines: made } of changesBetween(base, now)) {
    let at = 0;
    for (const [i, index] of pairsOf(base.slice(from, to), made).entries()) {
      lines[from + i] = index === undefined ? undefined : made[index];
      if (index === undefined) continue;
      added[from + i]?.push(...made.slice(at, index));
      at = index + 1;
    }
    added[to]?.push(...made.slice(at));
  }
  return { lines, added };
}

/** How much of their words two lines share, from 0 to 1; punctuation tells nothing. */
export function likeness(one: string, other: string): number {
  const [words, others] = [wordsIn(one), wordsIn(other)];
  const shared = [...words].filter((word) => others.has(word)).length;
  return shared / Math.max(words.size, others.size, 1);
}

/** Below this a line counts as another one. */
const ALIKE = 0.5;

/** For each old line the index of what it became: in order, and as like as can be. */
function pairsOf(old: readonly string[], made: readonly string[]): readonly (number | undefined)[] {
  const like = old.map((line) => made.map((other) => likeness(line, other)));
  if (old.length === made.length && like.every((row, i) => (row[i] ?? 0) >= ALIKE)) return old.map((_, i) => i);
  const best: number[][] = Array.from({ length: old.length + 1 }, () => Array(made.length + 1).fill(0));
  const cell = (i: number, j: number) => best[i]?.[j] ?? 0;
  const worth = (i: number, j: number) => {
    const found = like[i]?.[j] ?? 0;
    return found >= ALIKE ? found + cell(i + 1, j + 1) : 0;
  };
  for (let i = old.length - 1; i >= 0; i -= 1)
    for (let j = made.length - 1; j >= 0; j -= 1) {
      const row = best[i];
      if (row) row[j] = Math.max(cell(i + 1, j), cell(i, j + 1), worth(i, j));
    }
  const pairs: (number | undefined)[] = old.map(() => undefined);
  for (let i = 0, j = 0; i < old.length && j < made.length; ) {
    if (worth(i, j) > 0 && worth(i, j) === cell(i, j)) {
      pairs[i] = j;
      i += 1;
      j += 1;
    } else if (cell(i + 1, j) >= cell(i, j + 1)) i += 1;
    else j += 1;
  }
  return pairs;
}

function wordsIn(line: string): ReadonlySet<string> {
  return new Set(line.match(/[\p{L}\p{N}_$]+/gu) ?? []);
}
