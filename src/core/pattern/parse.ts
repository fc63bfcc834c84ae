import { type Alternative, alternativeOf, type Reading } from "./alternative.ts";
import { anyCharacter } from "./char-set.ts";
import { misleadingStart, plainStart } from "./escape.ts";
import { expand } from "./expand.ts";
import { readTokens } from "./syntax.ts";

// The dialect: repository-relative, /-separated, NFC; literals, `*`, `?`, `[..]`, nested `{a,b}`, and `**` as a whole segment.
// [P1] What is outside of it is refused with its reason, never guessed: `{a}`, unbalanced braces, `a**b`, `..`, `.git`, `!a`.
// A backslash or a control character that a path really has is written alone in a class; a path that starts with `!` as `./!`.
// Combining characters count as characters of their own, and a path is compared in NFC.

/** A path pattern that was understood; immutable. */
export type Pattern = {
  /** Canonical: parses to the same pattern. Braces stay as they are written. */
  readonly text: string;
  readonly ignoreCase: boolean;
  /** The patterns without braces that it stands for: at least one, at most 1,000. */
  readonly alternatives: readonly Alternative[];
};

/** A pattern, or a plain sentence or two: what is wrong, and what to do. */
export type Parsed = { readonly pattern: Pattern } | { readonly problem: string };

/** Whether letters count as the same in either case, as git's `core.ignorecase` says. */
export type CaseOptions = { readonly ignoreCase?: boolean };

/** Reads a pattern of the dialect; never throws, whatever the text. */
export function parsePattern(text: string, { ignoreCase = false }: CaseOptions = {}): Parsed {
  const problem = problemAtOnce(text);
  if (problem !== undefined) return { problem };
  const read = readTokens(text.normalize("NFC"), anyCharacter, ignoreCase);
  if ("problem" in read) return read;
  const expanded = expand(read.tokens);
  if ("problem" in expanded) return expanded;
  const reading: Reading = { ignoreCase, segments: new Map() };
  const alternatives = new Map<string, Alternative>();
  for (const tokens of expanded.alternatives) {
    const alternative = alternativeOf(tokens, reading);
    if ("problem" in alternative) return alternative;
    alternatives.set(alternative.text, alternative);
  }
  if (sum([...alternatives.values()].map(wildness)) > mostWild) {
    return {
      problem: "Its wildcards, with the braces written out, are too many to compare. Use fewer braces, or split it.",
    };
  }
  const [first, ...others] = alternatives.values();
  const canonical = first !== undefined && others.length === 0 ? first.text : tidied(text);
  return { pattern: { text: plainStart(canonical), ignoreCase, alternatives: [...alternatives.values()] } };
}

/** What comparing two patterns costs grows with the product of their wildness; this keeps the worst of it to seconds. */
const mostWild = 5000;

function wildness({ prefix, steps }: Alternative): number {
  return sum(
    steps
      .slice(prefix.length)
      .map((step) => (step === "many" || step.is === "literal" ? 1 : 1 + step.characters.length)),
  );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}

/** What the text as a whole shows, before it is read. */
function problemAtOnce(text: string): string | undefined {
  if (text === "") return "It is empty. Write ** for the whole repository.";
  if (text.includes("\0")) return "It has a NUL character, which no path can have. Leave it out.";
  if (/\p{Cs}/u.test(text)) return "It has half of a surrogate pair, which no path can have. Leave it out.";
  if (text.startsWith("!"))
    return "It starts with !, but patterns cannot be negated. Name what you want; write ./! for a path that starts with !.";
  if (misleadingStart.test(text.replaceAll("\\", "/"))) {
    return "It is absolute. Start at the root of the repository, without a drive or a home folder.";
  }
  return undefined;
}

function tidied(text: string): string {
  return text
    .normalize("NFC")
    .replace(/\/(?:\.?\/)+/g, "/")
    .replace(/^(?:\.\/)+/, "")
    .replace(/\/\.?$/, "");
}
