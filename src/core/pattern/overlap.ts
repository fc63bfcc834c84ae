import type { Alternative } from "./alternative.ts";
import { anyCharacter, type CharSet, holds, intersect, oneCharacter, readable, subtract } from "./char-set.ts";
import type { Pattern } from "./parse.ts";
import { anyName, type Segment, takesName } from "./segment.ts";
import { type Alphabet, type Common, meet } from "./steps.ts";

// [P4] Exact: classes are compared as sets, never sampled, and a path that git cannot hold (a segment `.`, `..` or `.git`)
// does not count. One approximation, on the safe side: where two patterns only share names that are not NFC, they overlap.

/** A path that both patterns match, or undefined if there is none; where case is ignored it is in folded letters. */
export function overlap(a: Pattern, b: Pattern): string | undefined {
  if (a.ignoreCase !== b.ignoreCase) throw new Error(`Patterns of one workspace fold case alike: ${a.text}, ${b.text}`);
  for (const one of a.alternatives) {
    for (const other of b.alternatives) {
      if (!sharePrefix(one, other)) continue;
      const names = meet(one.steps, other.steps, paths);
      if (names !== undefined) return names.join("/");
    }
  }
  return undefined;
}

function sharePrefix(a: Alternative, b: Alternative): boolean {
  const length = Math.min(a.prefix.length, b.prefix.length);
  for (let at = 0; at < length; at += 1) if (a.prefix[at] !== b.prefix[at]) return false;
  return true;
}

const paths: Alphabet<Segment, string> = {
  guards: 1,
  mayEnd: () => true,
  common(a = anyName, b = anyName) {
    const name = commonName(a, b);
    return name === undefined ? [] : [{ symbol: name, guard: 0 }];
  },
};

function commonName(a: Segment, b: Segment): string | undefined {
  if (a.is === "literal") return takesName(b, a.name) ? a.name : undefined;
  if (b.is === "literal") return takesName(a, b.name) ? b.name : undefined;
  const codes = meet(a.characters, b.characters, characters);
  if (codes === undefined) return undefined;
  const name = String.fromCodePoint(...codes);
  const fuller = `a${name}`;
  return name.startsWith(".") && takesName(a, fuller) && takesName(b, fuller) ? fuller : name;
}

/** The names that no file has, and how far into one of them a name can be. */
const elsewhere = 6;
const towardsForbidden: readonly (readonly (readonly [letters: string, to: number])[])[] = [
  [[".", 1]], // nothing yet
  [
    [".", 2],
    ["gG", 3],
  ], // .
  [], // ..
  [["iI", 4]], // .g
  [["tT", 5]], // .gi
  [], // .git
  [], // elsewhere
];
const forbidden = new Set([0, 1, 2, 5]);

const characters: Alphabet<CharSet, number> = {
  guards: towardsForbidden.length,
  mayEnd: (guard) => !forbidden.has(guard),
  common(a = anyCharacter, b = anyCharacter, guard) {
    let rest = intersect(a, b);
    const found: Common<number>[] = [];
    for (const [letters, to] of towardsForbidden[guard] ?? []) {
      for (const letter of letters) {
        const code = letter.codePointAt(0) ?? 0;
        if (holds(rest, code)) found.push({ symbol: code, guard: to });
        rest = subtract(rest, oneCharacter(code));
      }
    }
    const symbol = readable(rest);
    // What leads elsewhere comes first: it reads better, and most walks end there.
    return symbol === undefined ? found : [{ symbol, guard: elsewhere }, ...found];
  },
};
