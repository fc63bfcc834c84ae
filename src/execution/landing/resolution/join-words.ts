/** Stretches whose words were joined, for the steps that come after: they see a settled stretch, and the guard sees its lines. */
import type { LineSides } from "./sides.ts";
import type { GivenWay } from "./steps/given-way.ts";
import { mergeWords } from "./steps/words.ts";
import type { Region } from "./three-way.ts";

/** Regions of which some are settled, and which lines of both sides went into others. */
export interface JoinedWords {
  readonly regions: readonly Region[];
  readonly ways: readonly GivenWay[];
}

/** Joins the words of every stretch that can be settled so; undefined when none can. */
export function joinWords(regions: readonly Region[], isCode: boolean): JoinedWords | undefined {
  const ways: GivenWay[] = [];
  const joined = regions.map((region): Region => {
    const lines = "clash" in region ? mergeWords(region.clash, isCode) : undefined;
    if (!lines || !("clash" in region)) return region;
    const { ours, theirs } = region.clash;
    // As if each side had made those lines alone: what the guard holds against others stays as strict.
    ways.push({ lines, side: "ours", gone: ours, back: lines }, { lines, side: "theirs", gone: theirs, back: lines });
    return { settled: lines };
  });
  return ways.length === 0 ? undefined : { regions: joined, ways };
}

/** Whether a line that says much is there oftener than on either side: what both added was put in twice. */
export function repeatsLines({ ours, theirs }: LineSides, merged: readonly string[]): boolean {
  const [our, their, now] = [ours, theirs, merged].map(countLines) as [Counts, Counts, Counts];
  return [...now].some(([line, count]) => count > Math.max(our.get(line) ?? 1, their.get(line) ?? 1));
}

type Counts = ReadonlyMap<string, number>;

/** Lines of fewer words, as `return nil, err`, are in many places. */
const MANY_WORDS = 5;

function countLines(lines: readonly string[]): Counts {
  const counts = new Map<string, number>();
  for (const line of lines.map((one) => one.trim()))
    if ((line.match(/[\p{L}\p{N}_$]+/gu) ?? []).length >= MANY_WORDS) counts.set(line, (counts.get(line) ?? 0) + 1);
  return counts;
}
