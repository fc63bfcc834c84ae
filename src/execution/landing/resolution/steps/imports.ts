import type { LineSides } from "../sides.ts";

/** A list of names in braces or brackets, or behind a keyword, of one import. */
interface NameList {
  readonly before: string;
  readonly names: readonly string[];
  readonly after: string;
}

/**
 * Joins one import that both sides changed: the names that each added are in, those that either took out are gone. Undefined
 * when more than the names differs. The form is that of the longer side; where a file imports each name on a line of its own
 * (`isApart`), two new lines stay two.
 */
export function mergeImport({ base, ours, theirs }: LineSides, isApart: boolean): readonly string[] | undefined {
  const [old, our, their] = [base, ours, theirs].map(readNames);
  if (!our || !their) return undefined;
  if (isApart && base.length === 0 && our.names.length === 1 && their.names.length === 1)
    return inOrder([ours.join(), theirs.join()]) ? [...ours, ...theirs] : [...theirs, ...ours];
  const before = pick(old?.before, our.before, their.before);
  const after = pick(old?.after, our.after, their.after);
  if (before === undefined || after === undefined) return undefined;
  const names = mergeNames(old?.names ?? [], our.names, their.names);
  if (names.length === 0) return undefined;
  const like = ours.length >= theirs.length ? ours : theirs;
  const isShort = Math.min(our.names.length, their.names.length) > names.length || ours.length < 3 || theirs.length < 3;
  return render({ before, names, after }, like, isShort);
}

/** Every name of both sides but those that one took out, in the order of the alphabet where both kept to it. */
function mergeNames(base: readonly string[], ours: readonly string[], theirs: readonly string[]): readonly string[] {
  const merged = ours.filter((name) => theirs.includes(name) || !base.includes(name));
  const isSorted = inOrder(ours) && inOrder(theirs);
  for (const [i, name] of theirs.entries()) {
    if (ours.includes(name) || base.includes(name)) continue;
    const before = theirs
      .slice(0, i)
      .reverse()
      .find((one) => merged.includes(one));
    merged.splice(before === undefined ? 0 : merged.indexOf(before) + 1, 0, name);
  }
  return isSorted ? merged.sort(byName) : merged;
}

function inOrder(names: readonly string[]): boolean {
  return names.every((name, i) => i === 0 || byName(names[i - 1] ?? "", name) <= 0);
}

function byName(one: string, other: string): number {
  const [a, b] = [one.toLowerCase(), other.toLowerCase()];
  if (a !== b) return a < b ? -1 : 1;
  return one < other ? -1 : one > other ? 1 : 0;
}

const FORMS: readonly RegExp[] = [
  // import x, { a, b as c } from "m"; export { a } from "m"; use m::{a, b};
  /^([^{}()]*\{)([^{}()]*)(\}[^{}()]*)$/s,
  // from m import (a, b)
  /^(\s*from\s+\S+\s+import\s*\()([^()#]*)(\)\s*)$/s,
  // from m import a, b
  /^(\s*from\s+\S+\s+import\s+)([^()#\\\n]*)()$/s,
];

function readNames(lines: readonly string[]): NameList | undefined {
  const text = lines.join("\n");
  if (/\/\/|\/\*|#/.test(text)) return undefined;
  for (const form of FORMS) {
    const [, before, inside, after] = form.exec(text) ?? [];
    if (before === undefined || inside === undefined || after === undefined) continue;
    const names = inside.split(",").map((name) => name.trim().replace(/\s+/g, " "));
    if (names.at(-1) === "") names.pop();
    if (names.length > 0 && names.every((name) => name !== "")) return { before, names, after };
  }
  return undefined;
}

/** Most formatters put what fits into this many columns on one line. */
const COLUMNS = 80;

function render({ before, names, after }: NameList, like: readonly string[], isShort: boolean): readonly string[] {
  const isSpaced = /\{[ \n]/.test(like.join("\n")) && before.endsWith("{") && !before.includes("::");
  const line = before + (isSpaced ? ` ${names.join(", ")} ` : names.join(", ")) + after;
  if (like.length < 3 || (isShort && line.length <= COLUMNS && before.endsWith("{"))) return line.split("\n");
  const indent = /^\s*/.exec(like[1] ?? "")?.[0] ?? "  ";
  const hasLastComma = like.at(-2)?.trimEnd().endsWith(",") ?? true;
  const inner = names.map((name, i) => `${indent}${name}${i < names.length - 1 || hasLastComma ? "," : ""}`);
  return [...before.split("\n"), ...inner, ...after.split("\n")];
}

function pick(base: string | undefined, ours: string, theirs: string): string | undefined {
  if (ours === theirs || theirs === base) return ours;
  return ours === base ? theirs : undefined;
}
