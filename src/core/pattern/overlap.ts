import type { Alternative } from "./alternative.ts";
import { anyCharacter, type CharSet, holds, intersect, oneCharacter, readable, subtract } from "./char-set.ts";
import type { Pattern } from "./parse.ts";
import { anyName, type Segment, takesName, type WildSegment } from "./segment.ts";
import { type Alphabet, meet } from "./steps.ts";

// [P4] Exact: classes are compared as sets, never sampled, and a path that git cannot hold (a segment `.`, `..` or `.git`)
// does not count. One approximation, on the safe side: where two patterns only share names that are not NFC, they overlap.

/** Finds a name that two segments share, and remembers it: braces and many patterns ask about the same segments again. */
type NamesInCommon = Alphabet<Segment, string>;

/** A path that both patterns match, or undefined if there is none; where case is ignored it is in folded letters. */
export function overlap(a: Pattern, b: Pattern, names: NamesInCommon = namesInCommon()): string | undefined {
  if (a.ignoreCase !== b.ignoreCase) throw new Error(`Patterns of one workspace fold case alike: ${a.text}, ${b.text}`);
  for (const one of a.alternatives) {
    for (const other of b.alternatives) {
      const path = sharePrefix(one, other) ? meet(one.steps, other.steps, names) : undefined;
      if (path !== undefined) return path.join("/");
    }
  }
  return undefined;
}

/** To be handed to `overlap` wherever it is asked more than once. */
export function namesInCommon(): NamesInCommon {
  const known = new Map<Segment, Map<Segment, string | undefined>>();
  const remembered = (a: WildSegment, b: WildSegment) => {
    const row = known.get(a) ?? new Map<Segment, string | undefined>();
    known.set(a, row);
    if (!row.has(b)) row.set(b, commonName(a, b));
    return row.get(b);
  };
  return {
    guards: 1,
    mayEnd: () => true,
    common(a = anyName, b = anyName, _, take) {
      let name: string | undefined;
      if (a.is === "literal") name = takesName(b, a.name) ? a.name : undefined;
      else if (b.is === "literal") name = takesName(a, b.name) ? b.name : undefined;
      else name = remembered(a, b);
      if (name !== undefined) take(name, 0);
    },
  };
}

function sharePrefix(a: Alternative, b: Alternative): boolean {
  const length = Math.min(a.prefix.length, b.prefix.length);
  for (let at = 0; at < length; at += 1) if (a.prefix[at] !== b.prefix[at]) return false;
  return true;
}

function commonName(a: WildSegment, b: WildSegment): string | undefined {
  const codes = meet(a.characters, b.characters, characters);
  if (codes === undefined) return undefined;
  const name = String.fromCodePoint(...codes);
  const fuller = `a${name}`;
  return name.startsWith(".") && takesName(a, fuller) && takesName(b, fuller) ? fuller : name;
}

/** The names that no file has: the nothing, `.`, `..` and `.git`, and how far into one of them a name can be. */
const elsewhere = 6;
const forbidden = new Set([0, 1, 2, 5]);
const towardsForbidden: readonly (readonly (readonly [code: number, to: number])[])[] = [
  [...towards(".", 1)],
  [...towards(".", 2), ...towards("gG", 3)],
  [],
  [...towards("iI", 4)],
  [...towards("tT", 5)],
  [],
  [],
];

function towards(letters: string, to: number): readonly (readonly [code: number, to: number])[] {
  return Array.from(letters, (letter) => [letter.charCodeAt(0), to]);
}

const characters: Alphabet<CharSet, number> = {
  guards: towardsForbidden.length,
  mayEnd: (guard) => !forbidden.has(guard),
  common(a = anyCharacter, b = anyCharacter, guard, take) {
    const both = intersect(a, b);
    if (both.length === 0) return;
    const steps = towardsForbidden[guard] ?? [];
    let rest = both;
    for (const [code] of steps) if (holds(both, code)) rest = subtract(rest, oneCharacter(code));
    // What leads elsewhere comes first: it reads better, and most walks end there.
    const symbol = readable(rest);
    if (symbol !== undefined) take(symbol, elsewhere);
    for (const [code, to] of steps) if (holds(both, code)) take(code, to);
  },
};
