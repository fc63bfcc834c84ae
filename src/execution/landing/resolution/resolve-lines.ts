import type { Label, ResolvedLines } from "./resolution.ts";
import type { Clash, Region } from "./three-way.ts";

/** One way to settle a stretch where both sides changed lines; it refuses by giving nothing. */
export interface LineStep {
  readonly label: Label;
  readonly settle: (clash: Clash) => readonly string[] | undefined;
}

/** Settles each clash by the first step that can; what is settled stays. Undefined when a clash is left. */
export function resolveLines(regions: readonly Region[], steps: readonly LineStep[]): ResolvedLines | undefined {
  const lines: string[] = [];
  const by = new Set<Label>();
  for (const region of regions) {
    const settled = "settled" in region ? region.settled : settle(region.clash, steps, by);
    if (!settled) return undefined;
    lines.push(...settled);
  }
  return { lines, by: [...by] };
}

function settle(clash: Clash, steps: readonly LineStep[], by: Set<Label>): readonly string[] | undefined {
  for (const step of steps) {
    const settled = step.settle(clash);
    if (!settled) continue;
    by.add(step.label);
    return settled;
  }
  return undefined;
}
