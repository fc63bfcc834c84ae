import type { Files } from "./played-git/object-store.ts";

/** The words that make a gate red. */
const forbidden: Readonly<Record<string, string>> = { test: "bad", lint: "ugly" };

/** Files in which a gate finds what it does not like. */
export function redFiles(gate: string, files: Files): readonly string[] {
  if (gate === "tdd") return unmade(files);
  const word = forbidden[gate];
  return word === undefined ? [] : [...files].filter(([, text]) => hasWord(text, word)).map(([path]) => path);
}

/** The gate of red tests: something is wanted that nobody has made. */
function unmade(files: Files): readonly string[] {
  const count = (word: string) =>
    [...files.values()].reduce((sum, text) => sum + text.split(` ${word}\n`).length - 1, 0);
  const wanted = [...files].filter(([, text]) => hasWord(text, "wanted")).map(([path]) => path);
  return count("wanted") > count("made") ? wanted : [];
}

/** Whether a line would make some gate red. */
export function isForbidden(line: string): boolean {
  return Object.values(forbidden).some((word) => hasWord(line, word));
}

function hasWord(text: string, word: string): boolean {
  return text.includes(` ${word}\n`);
}
