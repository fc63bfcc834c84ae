import { absent, isRecord, type Judge, mergeValues, readValue, sameValue } from "./data-value.ts";
import type { DataFormat } from "./file-kind.ts";
import { asWritten, keepsLines, type Wording } from "./kept-lines.ts";
import type { Label, ResolvedLines } from "./resolution.ts";
import { type LineStep, resolveLines } from "./resolve-lines.ts";
import type { LineSides } from "./sides.ts";
import { rewriteJson } from "./steps/json-keys.ts";
import { judgePackageVersions } from "./steps/package-versions.ts";
import { joinTexts } from "./steps/words.ts";
import type { Clash, Region } from "./three-way.ts";

interface DataFile {
  readonly path: string;
  readonly format: DataFormat;
  /** What may settle lines of it. */
  readonly steps: readonly LineStep[];
  /** As git merged its lines. */
  readonly regions: readonly Region[];
}

/**
 * Merges texts of a data format. Whatever made the lines, the value that they stand for is the one that merging the three
 * values key by key gives; a value that both sides changed differently is refused.
 */
export function resolveData(
  { path, format, steps, regions }: DataFile,
  sides: LineSides,
  guard: LineSides = sides,
): ResolvedLines | undefined {
  const [base, ours, theirs] = [sides.base, sides.ours, sides.theirs].map((lines) => read(format, lines));
  if (!ours || !theirs || !base) return undefined;
  const values = { base: base.value, ours: ours.value, theirs: theirs.value };
  for (const { lines, by } of candidates(regions, steps)) {
    const found = read(format, lines);
    if (!found || !keepsLines(guard, lines, wordingOf(by))) continue;
    const judge = by.includes("manifest") ? judgeBy(found.value) : guard === sides ? undefined : judgeWords;
    const merged = mergeValues(values.base, values.ours, values.theirs, judge);
    if ("value" in merged && sameValue(merged.value, found.value)) return { lines, by };
  }
  return format === "json" ? byKeys(path, sides, values) : undefined;
}

interface Values {
  readonly base: unknown;
  readonly ours: unknown;
  readonly theirs: unknown;
}

/** Ours, with what theirs changed written into it. */
function byKeys(path: string, sides: LineSides, { base, ours, theirs }: Values): ResolvedLines | undefined {
  const plain = mergeValues(base, ours, theirs);
  const merged = "value" in plain ? plain : mergeValues(base, ours, theirs, judgePackageVersions(path));
  if (!("value" in merged)) return undefined;
  const lines = rewriteJson(sides.ours.join("\n"), ours, merged.value, theirs)?.split("\n");
  const found = lines && read("json", lines);
  const isManifest = merged !== plain;
  const by: readonly Label[] = [isManifest ? "manifest" : "keys"];
  if (!lines || !found || !sameValue(found.value, merged.value) || !keepsLines(sides, lines, wordingOf(by)))
    return undefined;
  return { lines, by };
}

function read(format: DataFormat, lines: readonly string[]): { readonly value: unknown } | undefined {
  return readValue(format, `${lines.join("\n")}\n`);
}

/** The lines as the steps settle them, and with what both sides added at one place one after the other. */
function candidates(regions: readonly Region[], steps: readonly LineStep[]): readonly ResolvedLines[] {
  const orders: readonly LineStep["settle"][] = [
    (clash) => bothAdded(clash, clash.ours, clash.theirs),
    (clash) => bothAdded(clash, clash.theirs, clash.ours),
  ];
  return [steps, ...orders.map((settle) => [...steps, { label: "keys" as const, settle }])].flatMap((some) => {
    const resolved = resolveLines(regions, some);
    return resolved ? [resolved] : [];
  });
}

function bothAdded(
  { ourChanges, theirChanges }: Clash,
  first: readonly string[],
  second: readonly string[],
): readonly string[] | undefined {
  const [our, their] = [ourChanges[0], theirChanges[0]];
  const isAddition = our && their && our.from === our.to && their.from === their.to;
  return isAddition && ourChanges.length + theirChanges.length === 2 ? [...first, ...second] : undefined;
}

/** A step that knows which of two versions is higher has chosen; nothing else may have been made up. */
function judgeBy(found: unknown): Judge {
  return (clash) => {
    let value = found;
    for (const key of clash.at) value = readKey(value, key);
    return sameValue(value, clash.ours) || sameValue(value, clash.theirs) ? { value } : judgeWords(clash);
  };
}

/** A text that both reworded, where the words of one stand apart from those of the other. */
const judgeWords: Judge = ({ base, ours, theirs }) => {
  if (typeof base !== "string" || typeof ours !== "string" || typeof theirs !== "string") return undefined;
  const value = joinTexts(base, ours, theirs);
  return value === undefined ? undefined : { value };
};

function readKey(value: unknown, key: string): unknown {
  if (Array.isArray(value)) return value[Number(key)];
  return isRecord(value) && Object.hasOwn(value, key) ? value[key] : absent;
}

/** The comma after the last key comes and goes as keys do; of two versions one line stays. */
function wordingOf(by: readonly Label[]): Wording {
  if (by.includes("manifest")) return (line) => asKeyed(line).replace(VERSION, "#") || undefined;
  return by.length > 0 && !by.every((label) => label === "adjacent_lines")
    ? (line) => asKeyed(line) || undefined
    : asWritten;
}

const VERSION = /\b[0-9a-f]{40}\b|\d+(?:\.\d+)*(?:-[0-9A-Za-z.-]+)?/g;

function asKeyed(line: string): string {
  return line.trim().replace(/,$/, "");
}
