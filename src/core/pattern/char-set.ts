/** Inclusive bounds, in code points. */
export type Interval = readonly [from: number, to: number];

/** A set of code points: sorted, disjoint intervals, so that ranges are compared whole and never sampled. */
export type CharSet = readonly Interval[];

const last = 0x10ffff;
const slash = 0x2f;

/** What a path segment can hold: everything but NUL and `/`. */
export const anyCharacter: CharSet = [
  [1, slash - 1],
  [slash + 1, last],
];

/** The set of the given intervals, which may overlap and come in any order. */
export function charSet(intervals: readonly Interval[]): CharSet {
  const merged: [number, number][] = [];
  for (const [from, to] of [...intervals].sort((a, b) => a[0] - b[0])) {
    const previous = merged.at(-1);
    if (previous !== undefined && from <= previous[1] + 1) previous[1] = Math.max(previous[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

/** The set that holds one code point. */
export function oneCharacter(code: number): CharSet {
  return [[code, code]];
}

/** The only code point of a set, or undefined if it has none or several. */
export function onlyCharacter(set: CharSet): number | undefined {
  const [first, second] = set;
  return first !== undefined && second === undefined && first[0] === first[1] ? first[0] : undefined;
}

/** Whether the set holds the code point. */
export function holds(set: CharSet, code: number): boolean {
  let low = 0;
  let high = set.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const interval = set[middle];
    if (interval !== undefined && interval[1] < code) low = middle + 1;
    else high = middle;
  }
  const interval = set[low];
  return interval !== undefined && interval[0] <= code;
}

/** What is in both sets. */
export function intersect(a: CharSet, b: CharSet): CharSet {
  if (a === b) return a;
  if (onlyCharacter(a) !== undefined) return holds(b, a[0]?.[0] ?? 0) ? a : none;
  if (onlyCharacter(b) !== undefined) return holds(a, b[0]?.[0] ?? 0) ? b : none;
  const common: Interval[] = [];
  let i = 0;
  let j = 0;
  for (let x = a[i], y = b[j]; x !== undefined && y !== undefined; x = a[i], y = b[j]) {
    const from = Math.max(x[0], y[0]);
    const to = Math.min(x[1], y[1]);
    if (from <= to) common.push([from, to]);
    if (x[1] < y[1]) i += 1;
    else j += 1;
  }
  return common;
}

/** What is in the first set and not in the second. */
export function subtract(a: CharSet, b: CharSet): CharSet {
  return b.length === 0 ? a : intersect(a, complement(b));
}

/** One code point of the set, as readable as the set allows, or undefined if the set is empty. */
export function readable(set: CharSet): number | undefined {
  if (set === anyCharacter) return 0x61;
  const only = onlyCharacter(set);
  if (only !== undefined) return only;
  for (const tier of tiers) {
    const first = intersect(set, tier)[0];
    if (first !== undefined) return first[0];
  }
  return undefined;
}

const none: CharSet = [];

/** From what reads best to what reads worst: a witness is shown to agents and people. */
const tiers: readonly CharSet[] = [
  [[0x61, 0x7a]], // a-z
  [[0x30, 0x39]], // 0-9
  [[0x41, 0x5a]], // A-Z
  [[0x21, 0x7e]], // other ASCII that can be seen
  [[0xa1, 0x2ff]], // Latin with marks
  [[0x370, 0xd7ff]], // other scripts, past the first combining marks
  [
    [0x20, 0xd7ff],
    [0xe000, last],
  ], // no surrogates
  [[0, last]],
];

function complement(set: CharSet): CharSet {
  const rest: Interval[] = [];
  let from = 0;
  for (const [start, end] of set) {
    if (from < start) rest.push([from, start - 1]);
    from = end + 1;
  }
  if (from <= last) rest.push([from, last]);
  return rest;
}
