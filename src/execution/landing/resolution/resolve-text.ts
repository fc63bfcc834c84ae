/** The chain for one text: the first way whose result passes the gates wins, and the steps that had a part are its labels. */
import { readValue } from "./data-value.ts";
import { dataFormatOf, isChangelog, isLockFile, isManifest, isPlainList, isSumFile, languageOf } from "./file-kind.ts";
import type { GitMerge } from "./git-regions.ts";
import { joinWords, repeatsLines } from "./join-words.ts";
import { asWritten, keepsLines } from "./kept-lines.ts";
import { mayBeParsed } from "./limits.ts";
import type { ResolutionMemory } from "./memory.ts";
import type { Mergiraf } from "./mergiraf.ts";
import { isReadable } from "./readable.ts";
import type { Label, Resolution, ResolvedLines } from "./resolution.ts";
import { resolveData } from "./resolve-data.ts";
import { type LineStep, resolveLines } from "./resolve-lines.ts";
import { locksOwnVersion, resolveLockedVersion } from "./resolve-locked-version.ts";
import { resolveSource } from "./resolve-source.ts";
import { settleEarly } from "./settle-early.ts";
import { type LineSides, type Sides, splitSides, textOfLines } from "./sides.ts";
import { mergeAdjacent } from "./steps/adjacent-lines.ts";
import { keepsHeadings, mergeChangelog } from "./steps/changelog.ts";
import { asIfUnchanged } from "./steps/given-way.ts";
import { mergePlainList } from "./steps/plain-list.ts";
import { mergeSums } from "./steps/sums.ts";
import { mergeVersionLines } from "./steps/version-lines.ts";
import { mergeWhitespace } from "./steps/whitespace.ts";
import type { Region } from "./three-way.ts";

/** What the chain may use beyond the texts themselves. */
export interface ResolveOptions {
  /** Merges by syntax for many languages, when it is installed. */
  readonly mergiraf?: Mergiraf;
  /** What agents and people made of the same stretches before. */
  readonly memory?: ResolutionMemory;
}

/** Resolves what git left unsettled in a text; undefined leaves it to people. A lock file is its package manager's alone. */
export async function resolveText(
  path: string,
  sides: Sides,
  merge: GitMerge,
  options: ResolveOptions = {},
): Promise<Resolution | undefined> {
  if (sides.base === undefined || (isLockFile(path) && !locksOwnVersion(path))) return undefined;
  const marks = [sides.base, sides.ours, sides.theirs].filter((text) => text.startsWith(MARK)).length;
  // Whether a text should begin with one is for people to say where the sides do not agree.
  if (marks !== 0 && marks !== 3) return undefined;
  const own = (text: string) => text.slice(marks === 0 ? 0 : MARK.length);
  const texts = { base: own(sides.base), ours: own(sides.ours), theirs: own(sides.theirs) };
  if (!Object.values(texts).every((text) => mayBeParsed(path, text)) || hasNoOneBase(sides.base)) return undefined;
  const { base, ours, theirs, ended, lineEnd } = splitSides(texts);
  const resolved = await resolve(path, { base, ours, theirs }, merge, options).catch(unlessTooDeep);
  if (!resolved) return undefined;
  // When nothing but line ends was in the way, no step had a part in it.
  const by: readonly Label[] = resolved.by.length === 0 ? ["whitespace"] : resolved.by;
  return { text: (marks === 0 ? "" : MARK) + textOfLines({ lines: resolved.lines, ended, lineEnd }), by };
}

/** A byte order mark belongs to the text, not to its first line, which may come to stand elsewhere. */
const MARK = "\uFEFF";

/** Histories that crossed have several bases; where these clash, git makes one of both with markers in it. */
function hasNoOneBase(base: string): boolean {
  return /^[<>]{7,} Temporary merge branch [12]/m.test(base);
}

/** What no limit foresaw is left to people like all else that is. */
function unlessTooDeep(fault: unknown): undefined {
  if (!(fault instanceof RangeError)) throw fault;
}

async function resolve(
  path: string,
  sides: LineSides,
  merge: GitMerge,
  { mergiraf, memory }: ResolveOptions,
): Promise<ResolvedLines | undefined> {
  if (isSumFile(path)) {
    const lines = mergeSums(sides.ours, sides.theirs);
    return lines && { lines, by: ["lock_file"] };
  }
  const regions = await merge(sides);
  if (isLockFile(path)) return resolveLockedVersion(sides, regions);
  return (
    (await bySteps(path, sides, regions)) ??
    (mergiraf && (await byMergiraf(path, sides, mergiraf))) ??
    (memory && (await fromMemory(path, sides, regions, memory)))
  );
}

async function bySteps(path: string, sides: LineSides, regions: readonly Region[]): Promise<ResolvedLines | undefined> {
  const early = await settleEarly(path, regions);
  const left = regions.map((region, i) => (early[i] ? { settled: early[i].lines } : region));
  const guard = asIfUnchanged(
    sides,
    early.flatMap((one) => one?.way ?? []),
  );
  const labels = early.flatMap((one) => one?.label ?? []);
  const resolved = (await byFormat(path, sides, left, guard)) ?? (await byWords(path, sides, left, guard));
  return resolved && { lines: resolved.lines, by: [...new Set([...labels, ...resolved.by])] };
}

/** What no step settles by whole lines, after different words of the same lines were joined. */
async function byWords(
  path: string,
  sides: LineSides,
  regions: readonly Region[],
  guard: LineSides,
): Promise<ResolvedLines | undefined> {
  const joined = joinWords(regions, languageOf(path) !== undefined);
  const resolved = joined && (await byFormat(path, sides, joined.regions, asIfUnchanged(guard, joined.ways), regions));
  if (!resolved || repeatsLines(sides, resolved.lines)) return undefined;
  return { lines: resolved.lines, by: ["words", ...resolved.by] };
}

async function byFormat(
  path: string,
  sides: LineSides,
  regions: readonly Region[],
  guard: LineSides,
  left: readonly Region[] = regions,
): Promise<ResolvedLines | undefined> {
  const format = dataFormatOf(path);
  const steps = stepsFor(path);
  if (isGenerated(sides) || (isChangelog(path) && !keepsHeadings(sides))) return undefined;
  const texts = [sides.base, sides.ours, sides.theirs].map((lines) =>
    textOfLines({ lines, ended: true, lineEnd: "\n" }),
  );
  // A template of JSON is no JSON, but its lines are.
  const isData = format && texts.some((text) => readValue(format, text));
  if (isData) return resolveData({ path, format, steps, regions }, sides, guard);
  const language = languageOf(path);
  if (language) return resolveSource(language, sides, regions, guard, left);
  const resolved = resolveLines(regions, steps);
  return resolved && keepsLines(guard, resolved.lines, wordingFor(resolved)) ? resolved : undefined;
}

/** What another program merged has to pass the same gates. */
async function byMergiraf(path: string, sides: LineSides, mergiraf: Mergiraf): Promise<ResolvedLines | undefined> {
  const lines = await mergiraf(path, sides);
  if (!lines || !keepsLines(sides, lines) || !(await isReadable(path, sides, lines))) return undefined;
  return { lines, by: ["mergiraf"] };
}

/** Settles every stretch as somebody did before; what was decided then may drop lines on purpose, but must still parse. */
async function fromMemory(
  path: string,
  sides: LineSides,
  regions: readonly Region[],
  memory: ResolutionMemory,
): Promise<ResolvedLines | undefined> {
  const known = await Promise.all(
    regions.map((region) => ("settled" in region ? region.settled : memory.recall(path, region.clash))),
  );
  if (known.some((lines) => lines === undefined)) return undefined;
  const lines = known.flatMap((some) => some ?? []);
  return (await isReadable(path, sides, lines)) ? { lines, by: ["remembered"] } : undefined;
}

/** Whatever made a file makes it again from what was merged elsewhere; its lines say nothing by themselves. */
function isGenerated({ ours, theirs }: LineSides): boolean {
  return [...ours.slice(0, HEAD), ...theirs.slice(0, HEAD)].some((line) => GENERATED.test(line));
}

/** Where files say that they are generated. */
const HEAD = 10;
const GENERATED = /@generated\b|\bdo not (?:edit|modify)\b|\b(?:auto-?|automatically )generated\b|\bgenerated by\b/i;

function stepsFor(path: string): readonly LineStep[] {
  return [
    { label: "whitespace", settle: mergeWhitespace },
    ...(isManifest(path) ? [{ label: "manifest", settle: mergeVersionLines } as const] : []),
    ...(isPlainList(path) ? [{ label: "list", settle: mergePlainList } as const] : []),
    // Releases look alike: what stands next to what in a changelog is chance.
    isChangelog(path)
      ? { label: "changelog", settle: mergeChangelog }
      : { label: "adjacent_lines", settle: mergeAdjacent },
  ];
}

function wordingFor({ by }: ResolvedLines): typeof asWritten {
  if (by.includes("manifest")) return (line) => line.trim().replace(/\d+(?:\.\d+)*/g, "#") || undefined;
  return by.includes("whitespace") ? (line) => line.trim() || undefined : asWritten;
}
