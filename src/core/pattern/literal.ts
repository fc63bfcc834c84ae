import { escapeName, plainStart } from "./escape.ts";
import { type CaseOptions, type Pattern, parsePattern } from "./parse.ts";

/** The pattern for a path that we name ourselves, whose every character is literal; throws if no file of a repository can have it. */
export function literalPattern(path: string, options?: CaseOptions): Pattern {
  const parsed = parsePattern(escapePath(path), options);
  if ("problem" in parsed) throw new Error(`No pattern for the path ${JSON.stringify(path)}: ${parsed.problem}`);
  return parsed.pattern;
}

/** The text of the pattern that stands for this path and all below it. */
export function escapePath(path: string): string {
  return plainStart(escapeName(path.normalize("NFC")));
}
