import { boundNames, usesLostNames } from "./bound-names.ts";
import type { Language } from "./file-kind.ts";
import { countErrors, parserOf, type SourceParser } from "./grammar.ts";
import { asWritten, keepsLines, type Wording } from "./kept-lines.ts";
import type { Label, ResolvedLines } from "./resolution.ts";
import { namesIn, type Segment, segmentsOf, twinsIn } from "./segments.ts";
import type { LineSides } from "./sides.ts";
import { mergeSegments, type Three } from "./steps/entities.ts";
import { mergeImport } from "./steps/imports.ts";
import { mergeWhitespace } from "./steps/whitespace.ts";
import { clashOf, mergeLines, type Region } from "./three-way.ts";

/**
 * Merges sources of a language by their imports and entities. The result parses, names nothing oftener than a side did, and
 * has every line that a side added. `guard` are the sides without what has given way already, `left` the regions as they were
 * before words were joined in them.
 */
export async function resolveSource(
  language: Language,
  sides: LineSides,
  regions: readonly Region[],
  guard: LineSides = sides,
  left: readonly Region[] = regions,
): Promise<ResolvedLines | undefined> {
  const parser = await parserOf(language);
  const reads = (lines: readonly string[]) => countErrors(parser, textOf(lines)) === 0;
  const all = [sides.base, sides.ours, sides.theirs];
  if (!all.every(reads)) return undefined;
  const narrow = narrowed(regions);
  if (![narrow.base, narrow.ours, narrow.theirs].every(reads)) return undefined;
  const merged = mergeByEntities(parser, narrow, regions);
  if (!merged || !reads(merged.lines) || !keepsLines(guard, merged.lines, merged.wording)) return undefined;
  const result = segmentsOf(parser, merged.lines);
  if (usesLostNames(language, segmentsOf(parser, narrowed(left).base), result)) return undefined;
  return namesOnce(parser, all, result) ? { lines: merged.lines, by: merged.by } : undefined;
}

/** The sides as if what git settled had always been so: what is left to merge is what clashes. */
function narrowed(regions: readonly Region[]): LineSides {
  const side = (name: keyof LineSides) =>
    regions.flatMap((region) => ("settled" in region ? region.settled : region.clash[name]));
  return { base: side("base"), ours: side("ours"), theirs: side("theirs") };
}

interface MergedSource extends ResolvedLines {
  readonly wording: Wording;
}

function mergeByEntities(parser: SourceParser, sides: LineSides, regions: readonly Region[]): MergedSource | undefined {
  const by = new Set<Label>();
  const reworded = new Set<string>();
  const split = (twins?: ReadonlySet<string>) => ({
    base: segmentsOf(parser, sides.base, twins),
    ours: segmentsOf(parser, sides.ours, twins),
    theirs: segmentsOf(parser, sides.theirs, twins),
  });
  const plain = split();
  const twins = new Set(Object.values(plain).flatMap(twinsIn));
  const parts = twins.size === 0 ? plain : split(twins);
  const isApart = [...twins].some((name) => name.startsWith("import"));
  const inside = (three: Three<readonly string[]>, is: string): readonly string[] | undefined => {
    const joined = is === "import" ? mergeImport(three, isApart) : undefined;
    if (joined) {
      by.add("imports");
      for (const line of [...three.base, ...three.ours, ...three.theirs, ...joined]) reworded.add(line.trimEnd());
      return joined;
    }
    const spaced = mergeWhitespace(clashOf(three));
    if (spaced) {
      by.add("whitespace");
      return spaced;
    }
    // What git did not settle was edited twice, however else its lines can be matched.
    const merged = mergeLines(three).flatMap((region) => ("settled" in region ? region.settled : undefined));
    return merged.every((line) => line !== undefined) && isSettled(regions, merged) ? merged : undefined;
  };
  const lines = mergeSegments(parts, { inside, note: (label) => by.add(label) });
  if (!lines) return undefined;
  const wording: Wording = (line) => {
    const form = asWritten(line);
    if (form === undefined || reworded.has(form)) return undefined;
    return by.has("whitespace") ? form.trim() : form;
  };
  const isClear = regions.every((region) => "settled" in region);
  return { lines, by: by.size > 0 || isClear ? [...by] : ["entities"], wording };
}

/** Whether lines stand in one settled stretch, one after the other. */
function isSettled(regions: readonly Region[], lines: readonly string[]): boolean {
  const text = `\n${lines.join("\n")}\n`;
  return regions.some((region) => "settled" in region && `\n${region.settled.join("\n")}\n`.includes(text));
}

/** What a side named once must not be there twice because both sides added it in different places. */
function namesOnce(parser: SourceParser, sides: readonly (readonly string[])[], merged: readonly Segment[]): boolean {
  const counts = (segments: readonly Segment[]) => {
    const found = new Map<string, number>();
    const bound = boundNames(parser.language, segments).map((name) => `import ${name}`);
    for (const name of [...namesIn(segments), ...bound]) found.set(name, (found.get(name) ?? 0) + 1);
    return found;
  };
  const before = sides.map((lines) => counts(segmentsOf(parser, lines)));
  return [...counts(merged)].every(([name, count]) => before.some((one) => (one.get(name) ?? 0) >= count));
}

function textOf(lines: readonly string[]): string {
  return `${lines.join("\n")}\n`;
}
