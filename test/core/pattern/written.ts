import fc from "fast-check";

// An oracle that knows nothing of the parser: patterns are drawn as trees, and each tree is both written in the dialect
// and turned into regular expressions for the paths that it should match.

/** A pattern as it is written, and its alternatives as regular expressions over whole paths. */
export type Written = { readonly text: string; readonly covers: (path: string) => boolean };

type Piece = { readonly text: string; readonly regex: string; readonly wild: boolean };
type Part = Piece | { readonly choice: readonly (readonly Piece[])[] };
type SegmentTree = "**" | readonly Part[];

const piece: fc.Arbitrary<Piece> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("a", "b", "A", ".").map((c) => ({ text: c, regex: `[${c}]`, wild: false })) },
  { weight: 3, arbitrary: fc.constant({ text: "*", regex: "[^/]*", wild: true }) },
  { weight: 2, arbitrary: fc.constant({ text: "?", regex: "[^/]", wild: true }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      { text: "[ab]", regex: "[ab]", wild: true },
      { text: "[a-z]", regex: "[a-z]", wild: true },
      { text: "[!a]", regex: "[^a/]", wild: true },
      { text: "[^.A]", regex: "[^.A/]", wild: true },
      { text: "[b]", regex: "b", wild: false },
      { text: "[.-9]", regex: "[.0-9]", wild: true },
    ),
  },
);
const part: fc.Arbitrary<Part> = fc.oneof(
  { weight: 8, arbitrary: piece },
  {
    weight: 1,
    arbitrary: fc
      .array(fc.array(piece, { maxLength: 2 }), { minLength: 2, maxLength: 2 })
      .map((choice): Part => ({ choice })),
  },
);
const segment: fc.Arbitrary<SegmentTree> = fc.oneof(
  { weight: 1, arbitrary: fc.constant("**" as const) },
  { weight: 4, arbitrary: fc.array(part, { minLength: 1, maxLength: 3 }) },
);

/** Patterns over a, b, A, `.` with every construct of the dialect; none that the dialect refuses. */
export const written: fc.Arbitrary<Written> = fc
  .array(segment, { minLength: 1, maxLength: 3 })
  .map((tree) => ({ tree, alternatives: writtenOut(tree) }))
  .filter(({ alternatives }) => alternatives.every((names) => names.every((name) => name === "**" || isSound(name))))
  .map(({ tree, alternatives }) => {
    const regexes = alternatives.map(regexOf);
    return { text: tree.map(textOf).join("/"), covers: (path) => regexes.some((regex) => regex.test(path)) };
  });

/** Every path of at most `length` characters over the alphabet that a repository can hold. */
export function allPaths(alphabet: readonly string[], length: number): readonly string[] {
  const texts = [""];
  for (let at = 0; at < texts.length; at += 1) {
    const text = texts[at] ?? "";
    if (text.length < length) for (const character of alphabet) texts.push(text + character);
  }
  return texts.filter((text) => text.split("/").every((name) => name !== "" && name !== "." && name !== ".."));
}

function writtenOut(tree: readonly SegmentTree[]): readonly (readonly ("**" | readonly Piece[])[])[] {
  let heads: (readonly ("**" | readonly Piece[])[])[] = [[]];
  for (const one of tree) {
    const names: readonly ("**" | readonly Piece[])[] = one === "**" ? ["**"] : namesOf(one);
    heads = heads.flatMap((head) => names.map((name) => [...head, name]));
  }
  return heads;
}

function namesOf(parts: readonly Part[]): readonly (readonly Piece[])[] {
  let heads: (readonly Piece[])[] = [[]];
  for (const one of parts) {
    const tails = "choice" in one ? one.choice : [[one]];
    heads = heads.flatMap((head) => tails.map((tail) => [...head, ...tail]));
  }
  return heads;
}

function isSound(name: readonly Piece[]): boolean {
  const text = name.map((one) => one.text).join("");
  return text !== "" && text !== "." && text !== ".." && !text.includes("**");
}

function regexOf(names: readonly ("**" | readonly Piece[])[]): RegExp {
  const last = names.length - 1;
  const bodies = names.map((name, at) => {
    if (name === "**") return at === last ? "[^/]+(?:/[^/]+)*" : "(?:[^/]+/)*";
    return `(?=[^/])${name.map((one) => one.regex).join("")}${at === last ? "" : "/"}`;
  });
  const isLiteral = names.every((name) => name !== "**" && name.every((one) => !one.wild));
  return new RegExp(`^${bodies.join("")}${isLiteral ? "(?:/.*)?" : ""}$`, "u");
}

function textOf(tree: SegmentTree): string {
  if (tree === "**") return "**";
  return tree
    .map((one) =>
      "choice" in one
        ? `{${one.choice.map((branch) => branch.map((item) => item.text).join("")).join(",")}}`
        : one.text,
    )
    .join("");
}
