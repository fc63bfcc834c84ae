import type { Token } from "./syntax.ts";

/** A token of an alternative: braces are written out. */
export type PlainToken = Exclude<Token, { readonly is: "choice" }>;

/** Alternatives, and characters in all of them, beyond which a pattern is refused: they bound what an overlap costs. */
const mostAlternatives = 1000;
const mostCharacters = 50_000;

/** Writes the braces out, as a shell does, in the order in which they are written. */
export function expand(
  tokens: readonly Token[],
): { readonly alternatives: readonly (readonly PlainToken[])[] } | { readonly problem: string } {
  const { count, characters } = measure(tokens);
  if (!(count <= mostAlternatives && characters <= mostCharacters)) {
    return {
      problem: `Its braces stand for more than ${mostAlternatives} alternatives, or more than ${mostCharacters} characters. Use * or split it.`,
    };
  }
  return { alternatives: writeOut(tokens) };
}

type Size = { readonly count: number; readonly characters: number };

/** The size of what `writeOut` would give, without giving it; it may be infinite. */
function measure(tokens: readonly Token[]): Size {
  let count = 1;
  let characters = 0;
  for (const token of tokens) {
    const more = token.is === "choice" ? total(token.branches.map(measure)) : { count: 1, characters: 1 };
    characters = characters * more.count + more.characters * count;
    count *= more.count;
  }
  return { count, characters };
}

function total(sizes: readonly Size[]): Size {
  return sizes.reduce((a, b) => ({ count: a.count + b.count, characters: a.characters + b.characters }));
}

function writeOut(tokens: readonly Token[]): readonly (readonly PlainToken[])[] {
  let heads: PlainToken[][] = [[]];
  for (const token of tokens) {
    if (token.is !== "choice") {
      for (const head of heads) head.push(token);
      continue;
    }
    const tails = token.branches.flatMap(writeOut);
    heads = heads.flatMap((head) => tails.map((tail) => [...head, ...tail]));
  }
  return heads;
}
