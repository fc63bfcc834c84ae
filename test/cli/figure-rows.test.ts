import { expect, test } from "vitest";
import { figureRows } from "../../src/cli/status/figure-rows.ts";
import { metricsView } from "../../src/tools/views/metrics.ts";
import { Played } from "../tools/played.ts";

async function nothingKnown() {
  const played = new Played();
  const cost = { looks: 0, slotsRead: 0, pairsMerged: 0, milliseconds: 0, skipped: 0 };
  const execution = { events: async () => [], radarCost: async () => cost };
  return (await metricsView(played.workspace, execution, { detailed: false })).metrics;
}

test("[M1] of figures only those are shown that are known", async () => {
  const metrics = await nothingKnown();
  expect(figureRows(metrics)).toEqual([]);
  const latency = { worked_minutes: 90, elapsed_minutes: 30.04, speedup: 3, reduction: 0.67 };
  expect(figureRows({ ...metrics, latency_reduction: latency })).toEqual([
    ["latency", "3 times as fast: 90 min of work within 30 min"],
  ]);
  const known = {
    ...metrics,
    conflict_rate: { handed_in: 13, conflicted: 1, rate: 0.077, opened: 2, settled: 1, per_plan: 2 },
    rework_minutes: { estimated: 130, actual: 0.5 },
    convergence_minutes: { convergences: 2, mean: 5, longest: 9 },
    assumption_accuracy: { tracked: 4, active: 1, validated: 2, invalidated: 1, superseded: 0, accuracy: 0.667 },
    contract_evolution: { contracts: 1, versions: 4, initial: 1, compatible: 1, breaking: 1, unknown: 1 },
  };
  expect(figureRows(known)).toEqual([
    ["conflicts", "2 found, 1 settled; 1 of 13 nodes came back from merging"],
    ["rework", "30 s, 130 min estimated"],
    ["convergence", "2, 5 min on average, the longest 9 min"],
    ["assumptions", "2 right, 1 wrong, 1 open"],
    ["contracts", "1, with 4 versions: 1 compatible, 1 breaking, 1 unknown"],
  ]);
});
