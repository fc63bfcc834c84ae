import { mergeValues, readValue, sameValue } from "./data-value.ts";
import { asWritten, keepsLines } from "./kept-lines.ts";
import type { ResolvedLines } from "./resolution.ts";
import type { LineSides } from "./sides.ts";
import { asIfUnchanged } from "./steps/given-way.ts";
import { mergeOwnVersion } from "./steps/own-version.ts";
import { judgeLockedVersion } from "./steps/package-versions.ts";
import type { Region } from "./three-way.ts";

/** Whether a lock file repeats the version of the package itself, of which npm makes nothing more. */
export function locksOwnVersion(path: string): boolean {
  return /(?:^|\/)(?:package-lock|npm-shrinkwrap)\.json$/.test(path);
}

/**
 * Merges a lock file in which nothing clashes but the version of the package itself, which its manifest has too. All else is as
 * git merged it, and stands for the value that merging key by key gives.
 */
export function resolveLockedVersion(sides: LineSides, regions: readonly Region[]): ResolvedLines | undefined {
  const settled = regions.map((region) => ("settled" in region ? undefined : mergeOwnVersion(region.clash)));
  if (regions.some((region, i) => "clash" in region && !settled[i])) return undefined;
  const lines = regions.flatMap((region, i) => ("settled" in region ? region.settled : (settled[i]?.lines ?? [])));
  const ways = settled.flatMap((way) => way ?? []);
  if (ways.length === 0 || !keepsLines(asIfUnchanged(sides, ways), lines, asWritten)) return undefined;
  const [base, ours, theirs, found] = [sides.base, sides.ours, sides.theirs, lines].map((some) =>
    readValue("json", `${some.join("\n")}\n`),
  );
  if (!base || !ours || !theirs || !found) return undefined;
  const merged = mergeValues(base.value, ours.value, theirs.value, judgeLockedVersion);
  return "value" in merged && sameValue(merged.value, found.value) ? { lines, by: ["version"] } : undefined;
}
