interface Sides {
  readonly base: readonly string[];
  readonly ours: readonly string[];
  readonly theirs: readonly string[];
}

/** One stretch of a merge of texts: settled, or both sides' lines. */
type Stretch = { readonly lines: readonly string[] } | Sides;

export interface MergedText {
  /** With markers where it conflicts. */
  readonly text: string;
  readonly hunks: readonly { readonly base: string; readonly ours: string; readonly theirs: string }[];
}

/** Merges two texts as git does: line by line, with neighbouring changes of both sides in conflict. */
export function mergeTexts(
  base: string,
  ours: string,
  theirs: string,
  names: { readonly ours: string; readonly theirs: string },
): MergedText {
  const stretches = stretchesOf(split(base), split(ours), split(theirs));
  const lines: string[] = [];
  const hunks: { base: string; ours: string; theirs: string }[] = [];
  for (const stretch of stretches) {
    if ("lines" in stretch) {
      lines.push(...stretch.lines);
      continue;
    }
    hunks.push({ base: stretch.base.join(""), ours: stretch.ours.join(""), theirs: stretch.theirs.join("") });
    lines.push(...marked(stretch, names));
  }
  return { text: lines.join(""), hunks };
}

function split(text: string): string[] {
  return text.split(/(?<=\n)/).filter((line) => line !== "");
}

function stretchesOf(base: readonly string[], ours: readonly string[], theirs: readonly string[]): readonly Stretch[] {
  const [inOurs, inTheirs] = [matches(base, ours), matches(base, theirs)];
  const found: Stretch[] = [];
  let [b, o, t] = [0, 0, 0];
  const settle = (toB: number, toO: number, toT: number) => {
    const piece = { base: base.slice(b, toB), ours: ours.slice(o, toO), theirs: theirs.slice(t, toT) };
    if (piece.base.length + piece.ours.length + piece.theirs.length > 0) found.push(...decide(piece));
    [b, o, t] = [toB, toO, toT];
  };
  for (let line = 0; line < base.length; line += 1) {
    const [mine, other] = [inOurs.get(line), inTheirs.get(line)];
    if (mine === undefined || other === undefined) continue;
    settle(line, mine, other);
    found.push({ lines: base.slice(line, line + 1) });
    [b, o, t] = [line + 1, mine + 1, other + 1];
  }
  settle(base.length, ours.length, theirs.length);
  return found;
}

function decide(piece: Sides): readonly Stretch[] {
  const { base, ours, theirs } = piece;
  const same = (a: readonly string[], c: readonly string[]) => a.join("") === c.join("");
  if (same(ours, theirs) || same(base, theirs)) return [{ lines: ours }];
  return same(base, ours) ? [{ lines: theirs }] : [piece];
}

/** What both sides begin or end with alike stands outside of the markers. */
function marked({ ours, theirs }: Sides, names: { readonly ours: string; readonly theirs: string }): readonly string[] {
  const shorter = Math.min(ours.length, theirs.length);
  let start = 0;
  while (start < shorter && ours[start] === theirs[start]) start += 1;
  let end = 0;
  while (end < shorter - start && ours.at(-1 - end) === theirs.at(-1 - end)) end += 1;
  const inner = (lines: readonly string[]) => lines.slice(start, lines.length - end);
  return [
    ...ours.slice(0, start),
    `<<<<<<< ${names.ours}\n`,
    ...inner(ours),
    "=======\n",
    ...inner(theirs),
    `>>>>>>> ${names.theirs}\n`,
    ...ours.slice(ours.length - end),
  ];
}

/** Which line of the other text each line of the first is, by the longest common subsequence. */
function matches(one: readonly string[], other: readonly string[]): ReadonlyMap<number, number> {
  const lengths: number[][] = Array.from({ length: one.length + 1 }, () => Array(other.length + 1).fill(0));
  const at = (i: number, j: number) => lengths[i]?.[j] ?? 0;
  for (let i = one.length - 1; i >= 0; i -= 1) {
    const row = lengths[i] ?? [];
    for (let j = other.length - 1; j >= 0; j -= 1)
      row[j] = one[i] === other[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  }
  const found = new Map<number, number>();
  for (let [i, j] = [0, 0]; i < one.length && j < other.length; ) {
    if (one[i] === other[j]) {
      found.set(i, j);
      i += 1;
      j += 1;
    } else if (at(i + 1, j) >= at(i, j + 1)) i += 1;
    else j += 1;
  }
  return found;
}
