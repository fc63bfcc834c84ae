/** What is settled before anything is merged by its format: what is left may then be clear. */
import { languageOf } from "./file-kind.ts";
import { parserOf, type SourceParser } from "./grammar.ts";
import { mayDifferInLayout, saysTheSame } from "./layout.ts";
import type { Label } from "./resolution.ts";
import type { GivenWay } from "./steps/given-way.ts";
import { mergeOwnVersion } from "./steps/own-version.ts";
import { mergeSameChange } from "./steps/same-change.ts";
import type { Clash, Region } from "./three-way.ts";

/** The lines of a clash that was settled, by which step, and whose lines went for it. */
export interface Settled {
  readonly label: Label;
  readonly lines: readonly string[];
  readonly way?: GivenWay;
}

/** For each region what settles it; undefined where nothing is to be settled or nothing could. */
export async function settleEarly(path: string, regions: readonly Region[]): Promise<readonly (Settled | undefined)[]> {
  const language = languageOf(path);
  const early = regions.map((region) => ("clash" in region ? settle(region.clash, language !== undefined) : undefined));
  const open = regions.map((region, i) => ("clash" in region && !early[i] ? layoutsIn(region.clash) : undefined));
  if (!language || open.every((layout) => layout === undefined)) return early;
  const confirmed = confirm(await parserOf(language), regions, open);
  return early.map((settled, i) => settled ?? confirmed[i]);
}

function settle(clash: Clash, isSource: boolean): Settled | undefined {
  const lines = mergeSameChange(clash);
  if (lines) return { label: "same_change", lines };
  const way = isSource ? mergeOwnVersion(clash) : undefined;
  return way && { label: "version", lines: way.lines, way };
}

/** Lines that may be the layout of others and nothing more, and what then settles the clash. */
interface Layout {
  readonly of: readonly string[];
  readonly as: readonly string[];
  readonly settled: Settled;
}

/** Where one side only set its lines otherwise, the other side's lines say all; where both say the same, ours stay. */
function layoutsIn({ base, ours, theirs }: Clash): Layout | undefined {
  const given = (lines: readonly string[], way: Omit<GivenWay, "lines">): Settled => ({
    label: "layout",
    lines,
    way: { lines, ...way },
  });
  const theirsGo = () => given(ours, { side: "theirs", gone: theirs, back: base });
  if (mayDifferInLayout(base, ours))
    return { of: base, as: ours, settled: given(theirs, { side: "ours", gone: ours, back: base }) };
  if (mayDifferInLayout(base, theirs)) return { of: base, as: theirs, settled: theirsGo() };
  return mayDifferInLayout(ours, theirs) ? { of: ours, as: theirs, settled: theirsGo() } : undefined;
}

/** Beyond so many it costs too much to look at each for itself. */
const MOST_ALONE = 20;

/** Which of them are layouts indeed: all at once, because mostly a formatter made them all, or else one by one. */
function confirm(
  parser: SourceParser,
  regions: readonly Region[],
  open: readonly (Layout | undefined)[],
): readonly (Settled | undefined)[] {
  const areLayouts = (some: readonly (Layout | undefined)[]) =>
    saysTheSame(parser, withLines(regions, some, "of"), withLines(regions, some, "as"));
  if (areLayouts(open)) return open.map((layout) => layout?.settled);
  if (open.filter((layout) => layout !== undefined).length > MOST_ALONE) return [];
  return open.map((layout, i) => {
    const alone = open.map((_, j) => (j === i ? layout : undefined));
    return layout && areLayouts(alone) ? layout.settled : undefined;
  });
}

/** The text in which the clashes named have these lines and all others those of the base. */
function withLines(regions: readonly Region[], layouts: readonly (Layout | undefined)[], which: "of" | "as"): string {
  const all = regions.flatMap((region, i) =>
    "settled" in region ? region.settled : (layouts[i]?.[which] ?? region.clash.base),
  );
  return `${all.join("\n")}\n`;
}
