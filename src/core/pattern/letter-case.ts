import { type CharSet, charSet, type Interval, intersect, subtract } from "./char-set.ts";

// Folding is idempotent and goes further than git's own (ASCII): two names that some file system takes for one must
// never be held apart. It maps one code point to one, so that `?` and classes keep their meaning.

/** The text as it is compared: NFC, and with letters folded where case does not count. */
export function comparable(text: string, ignoreCase: boolean): string {
  const normal = text.normalize("NFC");
  if (!ignoreCase) return normal;
  if (ascii.test(normal)) return normal.toLowerCase();
  return Array.from(normal, foldCharacter).join("").normalize("NFC");
}

/** The code points that stand for those of the set where case does not count. */
export function foldSet(set: CharSet): CharSet {
  const folded: Interval[] = [];
  for (const [code, to] of folds()) {
    if (set.some(([first, last]) => first <= code && code <= last)) folded.push([to, to]);
  }
  return charSet([...subtract(set, foldedAway()), ...folded]);
}

/** The set without what never occurs in folded text, so that no witness is made of it. */
export function withoutFoldedAway(set: CharSet): CharSet {
  return intersect(set, subtract(set, foldedAway()));
}

/** The one character that stands for this one where case does not count. */
export function foldCharacter(character: string): string {
  const upper = single(character.toUpperCase()) ?? character;
  return single(upper.toLowerCase()) ?? character;
}

const ascii = /^\p{ASCII}*$/u;

function single(text: string): string | undefined {
  const code = text.codePointAt(0);
  return code !== undefined && text.length === (code > 0xffff ? 2 : 1) ? text : undefined;
}

// Asked for only by classes where case does not count, so the 130,000 look-ups are put off until then.
let known: { readonly folds: ReadonlyMap<number, number>; readonly away: CharSet } | undefined;

function folds(): ReadonlyMap<number, number> {
  return table().folds;
}

function foldedAway(): CharSet {
  return table().away;
}

function table(): { readonly folds: ReadonlyMap<number, number>; readonly away: CharSet } {
  if (known === undefined) {
    const found = new Map<number, number>();
    // No letter with case lies above the supplementary multilingual plane.
    for (let code = 0x41; code < 0x20000; code += 1) {
      const folded = foldCharacter(String.fromCodePoint(code)).codePointAt(0);
      if (folded !== undefined && folded !== code) found.set(code, folded);
    }
    known = { folds: found, away: charSet([...found.keys()].map((code): Interval => [code, code])) };
  }
  return known;
}
