/** A stretch of the old lines, `from` up to but without `to`, and what stands there now. */
export interface Change {
  readonly from: number;
  readonly to: number;
  readonly lines: readonly string[];
}

/**
 * What turns one list of lines into another, from first to last; changes never touch. Lines that are in both just once are
 * matched first, as people see it, and the shortest script joins the rest.
 */
export function changesBetween(old: readonly string[], now: readonly string[]): readonly Change[] {
  const matches: Match[] = [];
  matchRange({ old, now }, { oldFrom: 0, oldTo: old.length, nowFrom: 0, nowTo: now.length }, matches);
  const changes: Change[] = [];
  let [oldAt, nowAt] = [0, 0];
  for (const [oldIndex, nowIndex] of [...matches, [old.length, now.length] as const]) {
    if (oldIndex > oldAt || nowIndex > nowAt)
      changes.push({ from: oldAt, to: oldIndex, lines: now.slice(nowAt, nowIndex) });
    oldAt = oldIndex + 1;
    nowAt = nowIndex + 1;
  }
  return changes;
}

/** Pairs of indexes at which both lists hold the same line. */
type Match = readonly [number, number];

interface Texts {
  readonly old: readonly string[];
  readonly now: readonly string[];
}

interface Range {
  readonly oldFrom: number;
  readonly oldTo: number;
  readonly nowFrom: number;
  readonly nowTo: number;
}

function matchRange(texts: Texts, range: Range, matches: Match[]): void {
  const { old, now } = texts;
  let { oldFrom, oldTo, nowFrom, nowTo } = range;
  while (oldFrom < oldTo && nowFrom < nowTo && old[oldFrom] === now[nowFrom]) {
    matches.push([oldFrom, nowFrom]);
    oldFrom += 1;
    nowFrom += 1;
  }
  const tail: Match[] = [];
  while (oldFrom < oldTo && nowFrom < nowTo && old[oldTo - 1] === now[nowTo - 1]) {
    oldTo -= 1;
    nowTo -= 1;
    tail.push([oldTo, nowTo]);
  }
  if (oldFrom < oldTo && nowFrom < nowTo) {
    const inner = { oldFrom, oldTo, nowFrom, nowTo };
    const anchors = longestRise(uniqueInBoth(texts, inner));
    if (anchors.length === 0) matchShortest(texts, inner, matches);
    else {
      let [oldAt, nowAt] = [oldFrom, nowFrom];
      for (const [oldIndex, nowIndex] of anchors) {
        // An anchor may have been matched already from its neighbour's end.
        if (oldIndex < oldAt || nowIndex < nowAt) continue;
        matchRange(texts, { oldFrom: oldAt, oldTo: oldIndex, nowFrom: nowAt, nowTo: nowIndex }, matches);
        matches.push([oldIndex, nowIndex]);
        oldAt = oldIndex + 1;
        nowAt = nowIndex + 1;
      }
      matchRange(texts, { oldFrom: oldAt, oldTo, nowFrom: nowAt, nowTo }, matches);
    }
  }
  matches.push(...tail.reverse());
}

function uniqueInBoth({ old, now }: Texts, { oldFrom, oldTo, nowFrom, nowTo }: Range): readonly Match[] {
  const once = (lines: readonly string[], from: number, to: number) => {
    const found = new Map<string, number>();
    for (let i = from; i < to; i += 1) {
      const line = lines[i] ?? "";
      found.set(line, found.has(line) ? -1 : i);
    }
    return found;
  };
  const inNow = once(now, nowFrom, nowTo);
  const pairs: Match[] = [];
  for (const [line, oldIndex] of once(old, oldFrom, oldTo)) {
    const nowIndex = inNow.get(line) ?? -1;
    if (oldIndex >= 0 && nowIndex >= 0) pairs.push([oldIndex, nowIndex]);
  }
  return pairs;
}

/** The most pairs that rise in both; the first of each pair rises already. */
function longestRise(pairs: readonly Match[]): readonly Match[] {
  const tops: number[] = [];
  const before: number[] = [];
  for (const [i, [, now]] of pairs.entries()) {
    let [low, high] = [0, tops.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((pairs[tops[middle] ?? 0]?.[1] ?? 0) < now) low = middle + 1;
      else high = middle;
    }
    before[i] = low > 0 ? (tops[low - 1] ?? -1) : -1;
    tops[low] = i;
  }
  const rise: Match[] = [];
  for (let i = tops.at(-1) ?? -1; i >= 0; i = before[i] ?? -1) {
    const pair = pairs[i];
    if (pair) rise.push(pair);
  }
  return rise.reverse();
}

/** Beyond so many cells the lists count as wholly different: it costs memory and tells nobody anything. */
const MOST_CELLS = 4_000_000;

/** Matches a longest common subsequence. */
function matchShortest({ old, now }: Texts, { oldFrom, oldTo, nowFrom, nowTo }: Range, matches: Match[]): void {
  const [rows, columns] = [oldTo - oldFrom, nowTo - nowFrom];
  if (rows * columns > MOST_CELLS) return;
  const width = columns + 1;
  const lengths = new Uint16Array((rows + 1) * width);
  for (let i = rows - 1; i >= 0; i -= 1)
    for (let j = columns - 1; j >= 0; j -= 1) {
      const below = lengths[(i + 1) * width + j] ?? 0;
      const right = lengths[i * width + j + 1] ?? 0;
      const same = old[oldFrom + i] === now[nowFrom + j];
      lengths[i * width + j] = same ? (lengths[(i + 1) * width + j + 1] ?? 0) + 1 : Math.max(below, right);
    }
  for (let i = 0, j = 0; i < rows && j < columns; ) {
    if (old[oldFrom + i] === now[nowFrom + j]) {
      matches.push([oldFrom + i, nowFrom + j]);
      i += 1;
      j += 1;
    } else if ((lengths[(i + 1) * width + j] ?? 0) >= (lengths[i * width + j + 1] ?? 0)) i += 1;
    else j += 1;
  }
}
