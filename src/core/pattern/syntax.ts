import { type CharSet, onlyCharacter } from "./char-set.ts";
import { readClass } from "./character-class.ts";

/** What a pattern is written in. A class of one character is that character. */
export type Token =
  | { readonly is: "character"; readonly character: string }
  | { readonly is: "class"; readonly set: CharSet; readonly text: string }
  | { readonly is: "star" }
  | { readonly is: "slash" }
  | { readonly is: "choice"; readonly branches: readonly (readonly Token[])[] };

/** Characters, members of classes counted, beyond which a pattern is refused; no path is longer. */
const longestPattern = 4096;

/** Reads the text as tokens; braces are a choice of two or more, and a brace that is not is refused rather than guessed. */
export function readTokens(
  text: string,
  any: CharSet,
  ignoreCase: boolean,
): { readonly tokens: readonly Token[] } | { readonly problem: string } {
  const characters = Array.from(text);
  const open: { branches: Token[][]; before: Token[] }[] = [];
  let tokens: Token[] = [];
  let length = 0;
  for (let at = 0; at < characters.length; at += 1) {
    const character = characters[at] ?? "";
    length += 1;
    switch (character) {
      case "[": {
        const read = readClass(characters, at, ignoreCase);
        if ("problem" in read) return read;
        tokens.push(tokenOf(read.set, read.text));
        length += read.length - 3;
        at += read.length - 1;
        break;
      }
      case "{":
        open.push({ branches: [], before: tokens });
        tokens = [];
        break;
      case ",": {
        const choice = open.at(-1);
        if (choice === undefined) tokens.push({ is: "character", character });
        else {
          choice.branches.push(tokens);
          tokens = [];
        }
        break;
      }
      case "}": {
        const choice = open.pop();
        if (choice === undefined) return { problem: "A } has no {. Write [}] for the character }." };
        if (choice.branches.length === 0) return { problem: loneBranch };
        choice.before.push({ is: "choice", branches: [...choice.branches, tokens] });
        tokens = choice.before;
        break;
      }
      case "*":
        tokens.push({ is: "star" });
        break;
      case "?":
        tokens.push({ is: "class", set: any, text: "?" });
        break;
      case "/":
        tokens.push({ is: "slash" });
        break;
      case "\\":
        return {
          problem:
            "It has a backslash. Separate folders with /, and make a special character literal with a class, such as [*].",
        };
      default:
        if (control.test(character)) {
          return { problem: "It has a control character. Write ? for it, or the character alone in a class." };
        }
        tokens.push({ is: "character", character });
    }
    if (length > longestPattern) {
      return { problem: `It is longer than ${longestPattern} characters. Split it into several patterns.` };
    }
  }
  if (open.length > 0) return { problem: "A { is not closed. Close it with }, or write [{] for the character {." };
  return { tokens };
}

const loneBranch =
  "A pair of braces has nothing to choose from. Write {a,b}, leave the braces out, or write [{] for the character {.";
const control = /\p{Cc}/u;

function tokenOf(set: CharSet, text: string): Token {
  const only = onlyCharacter(set);
  return only === undefined ? { is: "class", set, text } : { is: "character", character: String.fromCodePoint(only) };
}
