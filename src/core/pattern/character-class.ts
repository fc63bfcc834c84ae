import { anyCharacter, type CharSet, charSet, type Interval, intersect, subtract } from "./char-set.ts";
import { foldSet, withoutFoldedAway } from "./letter-case.ts";

/** A class that was read: what it takes, how it was written, and how many of the characters it used up. */
type CharacterClass = { readonly set: CharSet; readonly text: string; readonly length: number };

/** Reads the class that starts with the `[` at `from`; a first `]`, a `-` at either end, and a lone `!` or `^` are literal. */
export function readClass(
  characters: readonly string[],
  from: number,
  ignoreCase: boolean,
): CharacterClass | { readonly problem: string } {
  const sign = characters[from + 1];
  const negated = (sign === "!" || sign === "^") && characters[from + 2] !== "]";
  const body = from + (negated ? 2 : 1);
  const end = characters.indexOf("]", body + 1);
  if (end < 0) return { problem: "A class is not closed. Close it with ], or write [[] for the character [." };
  const members = characters.slice(body, end);
  const text = characters.slice(from, end + 1).join("");
  const problem = problemOf(members, text, negated);
  if (problem !== undefined) return { problem };
  const intervals: Interval[] = [];
  for (let at = 0; at < members.length; at += 1) {
    const first = codeAt(members, at);
    const isRange = members[at + 1] === "-" && at + 2 < members.length;
    const last = isRange ? codeAt(members, at + 2) : first;
    if (last < first) return { problem: `The range in ${text} runs backwards. Put its lower end first.` };
    intervals.push([first, last]);
    if (isRange) at += 2;
  }
  const written = charSet(intervals);
  const folded = ignoreCase ? foldSet(written) : written;
  if (!negated) return { set: intersect(folded, anyCharacter), text, length: end + 1 - from };
  const others = subtract(anyCharacter, folded);
  return { set: ignoreCase ? withoutFoldedAway(others) : others, text, length: end + 1 - from };
}

function problemOf(members: readonly string[], text: string, negated: boolean): string | undefined {
  if (members.includes("/")) return `The class ${text} holds a /, which no class can match. Write the / outside of it.`;
  if (members[0] === "[" && members[1] === ":" && members.at(-1) === ":") {
    return `Named classes such as ${text} are not part of the dialect. Write ranges, such as [a-z0-9].`;
  }
  // Alone in a class they are how we write them ourselves; anything else is a mistaken escape.
  const isAlone = members.length === 1 && !negated;
  if (!isAlone && members.some((member) => unwritable.test(member))) {
    return "A class holds a backslash or a control character. Nothing needs an escape in a class: put ] first and - last.";
  }
  return undefined;
}

const unwritable = /[\\\p{Cc}]/u;

function codeAt(members: readonly string[], at: number): number {
  return members[at]?.codePointAt(0) ?? 0;
}
