import type { Language } from "./file-kind.ts";
import type { Segment } from "./segments.ts";

/** The names that the imports of a source bind, as often as they do: most languages forbid to bind one twice. */
export function boundNames(language: Language, segments: readonly Segment[]): readonly string[] {
  return segments.flatMap(({ is, lines, body }) => {
    if (is !== "import") return [];
    return body ? boundNames(language, body.members) : READERS[language](withoutComments(lines));
  });
}

/** Whether a source still uses a name that an import bound before and none binds now: it was taken out for other code. */
export function usesLostNames(language: Language, before: readonly Segment[], after: readonly Segment[]): boolean {
  const words = (names: readonly string[]) => names.flatMap((name) => name.match(/[\p{L}_$][\p{L}\p{N}_$]*$/u) ?? []);
  const bound = new Set(words(boundNames(language, after)));
  const lost = words(boundNames(language, before)).filter((name) => !bound.has(name));
  if (lost.length === 0) return false;
  const code = after.flatMap(({ is, lines }) => (is === "import" ? [] : lines)).join("\n");
  const used = new Set(code.match(/[\p{L}_$][\p{L}\p{N}_$]*/gu) ?? []);
  return lost.some((name) => used.has(name));
}

type Reader = (text: string) => readonly string[];

function withoutComments(lines: readonly string[]): string {
  return lines
    .map((line) => line.replace(/\s*(?:\/\/|#).*$/, ""))
    .join(" ")
    .replace(/\/\*.*?\*\//g, "");
}

/** `import a, { b as c }`, `import * as d`, `export { e } from`. */
const readScript: Reader = (text) => {
  const [, verb = "", clause] = /^\s*(import|export)\s+(?:type\s+)?(.*?)\s*(?:\bfrom\b|;|$)/s.exec(text) ?? [];
  if (clause === undefined || /^["']/.test(clause)) return [];
  return clause
    .replace(/[{}]/g, ",")
    .split(",")
    .map((part) => part.trim().replace(/^type\s+/, ""))
    .filter((part) => part !== "" && part !== "*")
    .map((part) => `${verb} ${lastWord(part)}`);
};

/** `import a.b, c as d`, `from m import (e, f as g)`. */
const readPython: Reader = (text) =>
  text
    .replace(/^\s*(?:from\s+\S+\s+)?import\s*/, "")
    .replace(/[()\\]/g, "")
    .split(",")
    .map((part) => lastWord(part.trim()))
    .filter((name) => name !== "" && name !== "*");

/** `use a::{b, c::{self, d as e}}`: the names that no path goes on from. */
const readRust: Reader = (text) =>
  [...text.replace(/^.*?\b(?:use|extern\s+crate)\b/s, "").matchAll(/(\w+)(?:\s+as\s+(\w+))?(?!\w|\s*::)/g)]
    .map(([, name = "", alias]) => alias ?? name)
    .filter((name) => name !== "self" && name !== "_");

/** An import by its path, which binds a name of its own. */
const readWhole: Reader = (text) => [text.trim().replace(/\s+/g, " ").replace(/;$/, "")];

const readJava: Reader = (text) => {
  const [, name] = /^\s*import\s+(?!static\b)[\w.]+\.(\w+)\s*;?\s*$/.exec(text) ?? [];
  return name === undefined ? [] : [name];
};

const READERS: Readonly<Record<Language, Reader>> = {
  javascript: readScript,
  typescript: readScript,
  tsx: readScript,
  python: readPython,
  go: readWhole,
  rust: readRust,
  java: readJava,
  "c-sharp": readWhole,
};

function lastWord(text: string): string {
  return text.split(/\s+/).at(-1) ?? "";
}
