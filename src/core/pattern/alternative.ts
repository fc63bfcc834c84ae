import { escapeName } from "./escape.ts";
import type { PlainToken } from "./expand.ts";
import { isGitName } from "./git-name.ts";
import { comparable } from "./letter-case.ts";
import { anyName, type Segment, type WildSegment, wildSegment } from "./segment.ts";
import type { Step } from "./steps.ts";

/**
 * One pattern without braces. Its steps say all: a literal ends in "many", because it stands for all below it too, and a
 * last `**` is `*` and "many", because it is one or more. So every alternative asks for at least one segment.
 */
export type Alternative = {
  readonly text: string;
  /** The literal segments that it starts with, in comparable form: every path that it matches starts with them. */
  readonly prefix: readonly string[];
  readonly steps: readonly Step<Segment>[];
};

/** What holds for all alternatives of one pattern; segments that are written alike are one object, so that they are compared once. */
export type Reading = { readonly ignoreCase: boolean; readonly segments: Map<string, WildSegment> };

/** No file system holds a longer name, and it bounds what comparing two segments costs. */
const longestName = 255;

/** Makes an alternative of its tokens, or says in a sentence why it is none. */
export function alternativeOf(
  tokens: readonly PlainToken[],
  reading: Reading,
): Alternative | { readonly problem: string } {
  if (tokens[0]?.is === "slash") {
    return {
      problem: "It, or one of its alternatives, is absolute. Start at the root of the repository, without the first /.",
    };
  }
  const steps: Step<Segment>[] = [];
  const texts: string[] = [];
  for (const written of segmentsOf(tokens)) {
    const read = stepOf(written, reading);
    if (read === undefined) continue;
    if ("problem" in read) return read;
    if (read.step === "many" && steps.at(-1) === "many") continue;
    steps.push(read.step);
    texts.push(read.text);
  }
  if (steps.length === 0)
    return { problem: "It, or one of its alternatives, names nothing. Write ** for the whole repository." };
  const wild = steps.findIndex((step) => step === "many" || step.is === "wild");
  const prefix = steps
    .slice(0, wild < 0 ? undefined : wild)
    .flatMap((step) => (step !== "many" && step.is === "literal" ? [step.name] : []));
  if (steps.at(-1) === "many") steps.splice(-1, 0, anyName);
  if (wild < 0) steps.push("many");
  return { text: texts.join("/"), prefix, steps };
}

function segmentsOf(tokens: readonly PlainToken[]): readonly PlainToken[][] {
  const segments: PlainToken[][] = [[]];
  for (const token of tokens) {
    if (token.is === "slash") segments.push([]);
    else segments.at(-1)?.push(token);
  }
  return segments;
}

type ReadStep = { readonly step: Step<Segment>; readonly text: string };

/** Undefined for what says nothing: `.` and the nothing between two slashes. */
function stepOf(
  tokens: readonly PlainToken[],
  { ignoreCase, segments }: Reading,
): ReadStep | { readonly problem: string } | undefined {
  if (tokens.every((token) => token.is === "character")) {
    return nameOf(
      tokens
        .map(({ character }) => character)
        .join("")
        .normalize("NFC"),
      ignoreCase,
    );
  }
  if (tokens.length === 2 && tokens.every((token) => token.is === "star")) return { step: "many", text: "**" };
  if (tokens.some((token, at) => token.is === "star" && tokens[at + 1]?.is === "star")) {
    return {
      problem:
        "** stands beside something else. It must be a whole segment, as in a/**/b; write one * within a segment.",
    };
  }
  if (tokens.filter((token) => token.is !== "star").length > longestName) {
    return {
      problem: `A segment asks for more than ${longestName} characters, which no file system holds. Shorten it.`,
    };
  }
  const text = tokens.map(textOf).join("").normalize("NFC");
  const step = text === "*" ? anyName : (segments.get(text) ?? wildSegment(tokens, ignoreCase));
  segments.set(text, step);
  return { step, text };
}

function nameOf(name: string, ignoreCase: boolean): ReadStep | { readonly problem: string } | undefined {
  if (name === "" || name === ".") return undefined;
  if (name === "..") return { problem: "It has a .. in it. Name the path from the root of the repository." };
  if (isGitName(name))
    return { problem: `${JSON.stringify(name)} is git's own folder, which nobody can hold. Leave it out.` };
  return { step: { is: "literal", name: comparable(name, ignoreCase) }, text: escapeName(name) };
}

function textOf(token: PlainToken): string {
  switch (token.is) {
    case "character":
      return escapeName(token.character);
    case "class":
      return token.text;
    case "star":
      return "*";
    case "slash":
      return "/";
  }
}
