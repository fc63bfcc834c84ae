import { type CharSet, holds, oneCharacter } from "./char-set.ts";
import type { PlainToken } from "./expand.ts";
import { comparable } from "./letter-case.ts";
import { fits, type Step } from "./steps.ts";

/** What stands between two slashes: a name, or steps of characters. Both are in comparable form. */
export type Segment = { readonly is: "literal"; readonly name: string } | WildSegment;
export type WildSegment = { readonly is: "wild"; readonly characters: readonly Step<CharSet>[] };

/** The segment `*`: any name. */
export const anyName: WildSegment = { is: "wild", characters: ["many"] };

/** The segment that the tokens write, if one of them is a wildcard; classes are already in comparable form. */
export function wildSegment(tokens: readonly PlainToken[], ignoreCase: boolean): WildSegment {
  const characters: Step<CharSet>[] = [];
  let run = "";
  const endRun = () => {
    for (const character of comparable(run, ignoreCase)) characters.push(oneCharacter(character.codePointAt(0) ?? 0));
    run = "";
  };
  for (const token of tokens) {
    if (token.is === "character") run += token.character;
    else {
      endRun();
      if (token.is === "star") characters.push("many");
      if (token.is === "class") characters.push(token.set);
    }
  }
  endRun();
  return { is: "wild", characters };
}

/** Whether the segment takes a name, given in comparable form. */
export function takesName(segment: Segment, name: string): boolean {
  if (segment.is === "literal") return segment.name === name;
  if (name === "") return false;
  return segment === anyName || fits(segment.characters, codesOf(name), holds);
}

function codesOf(name: string): readonly number[] {
  const codes: number[] = [];
  for (let at = 0; at < name.length; at += 1) {
    const code = name.codePointAt(at) ?? 0;
    codes.push(code);
    if (code > 0xffff) at += 1;
  }
  return codes;
}
