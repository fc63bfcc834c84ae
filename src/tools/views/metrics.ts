/** Figures about how work goes. Only what was measured is given; what cannot be known yet is null. */
import { z } from "zod";
import { type GateHistory, gatesKnown, lastRunsOf, medianSeconds, tallyOf } from "../../core/gate-history.ts";
import type { Position } from "../../core/ids.ts";
import type { Speculation } from "../../core/speculation/speculation.ts";
import type { Workspace } from "../../core/workspace.ts";
import type { Execution } from "../../execution/execution.ts";
import type { RadarCost } from "../../execution/radar/cost.ts";
import { shownScore } from "../gate-words.ts";
import { instantReply } from "../reply.ts";
import { timeText } from "../time-text.ts";
import type { ConflictMeasures } from "./conflict-measures.ts";
import { lastScores, MeasureFold, type Measures } from "./measures.ts";
import type { Query } from "./query.ts";

const figure = z.number().nullable();

export const metricsFacts = {
  view: z.literal("metrics"),
  plan_id: z.string().optional(),
  metrics: z.strictObject({
    latency_reduction: z.strictObject({
      worked_minutes: figure.describe("In agents' hands, without rework, which nobody would have one after another."),
      elapsed_minutes: figure,
      speedup: figure,
      reduction: figure,
    }),
    conflict_rate: z.strictObject({
      handed_in: z.int(),
      conflicted: z.int(),
      rate: figure,
      opened: z.int().describe("Conflicts that were reported or found, beside those of merging."),
      settled: z.int(),
      per_plan: figure.describe("opened, of plans with work"),
    }),
    rework_minutes: z.strictObject({ estimated: figure, actual: figure }),
    convergence_minutes: z.strictObject({ convergences: z.int(), mean: figure, longest: figure }),
    assumption_accuracy: z
      .strictObject({
        tracked: z.int(),
        active: z.int(),
        validated: z.int(),
        invalidated: z.int(),
        superseded: z.int(),
        accuracy: figure.describe("validated, of those that turned out right or wrong"),
      })
      .nullable(),
    contract_evolution: z
      .strictObject({
        contracts: z.int(),
        versions: z.int(),
        initial: z.int(),
        compatible: z.int(),
        breaking: z.int(),
        unknown: z.int(),
      })
      .nullable(),
    throughput: z.strictObject({ landed: z.int(), per_hour: figure }),
    utilisation: z.strictObject({ agents: z.int(), ratio: figure }),
    coordination_share: z.strictObject({
      preparing_minutes: z.number(),
      claim_wait_minutes: z.number(),
      train_minutes: z.number(),
      ratio: figure,
    }),
    gates: z.strictObject({
      runs: z.int(),
      failed: z.int(),
      by_gate: z
        .array(
          z.strictObject({
            name: z.string(),
            runs: z.int(),
            failures: z.int(),
            flakes: z.int(),
            median_seconds: z.number(),
          }),
        )
        .describe("Each gate's last 50 runs, of all plans."),
      scores: z
        .array(z.strictObject({ plan: z.string(), node: z.string(), landed_at: instantReply, score: z.number() }))
        .describe("Of the last 20 landings whose gates counted for points, oldest first."),
    }),
    radar: z.strictObject({
      clashes_told: z.int(),
      looks: z.int(),
      worktrees_read: z.int(),
      pairs_merged: z.int(),
      milliseconds: z.number(),
      skipped: z.int(),
    }),
  }),
};
export type MetricsView = z.infer<z.ZodObject<typeof metricsFacts>>;

const readAtOnce = 5000;

/** For each open workspace, folds by where they begin, so that the log is read through only once. */
const folds = new WeakMap<object, Map<Position, MeasureFold>>();

export async function metricsView(
  { gateHistory, speculation, plans }: Workspace,
  execution: Pick<Execution, "events" | "radarCost">,
  { plan }: Query,
): Promise<MetricsView> {
  const begins = plan === undefined ? 0 : (plans.get(plan)?.begins ?? 1) - 1;
  const known = folds.get(execution) ?? new Map<Position, MeasureFold>();
  folds.set(execution, known);
  const fold = known.get(begins) ?? new MeasureFold(begins);
  known.set(begins, fold);
  for (;;) {
    const page = await execution.events(fold.position, readAtOnce);
    for (const recorded of page) if (recorded.position > fold.position) fold.add(recorded);
    if (page.length < readAtOnce) break;
  }
  const sums = plan === undefined ? [...fold.plans.values()] : [fold.plans.get(plan) ?? []].flat();
  return {
    view: "metrics",
    ...(plan === undefined ? {} : { plan_id: plan }),
    metrics: figuresOf(sums, fold.conflicts.figures(plan), await execution.radarCost(), gateHistory, speculation),
  };
}

export function sayMetrics({ metrics }: MetricsView): string {
  const { landed, per_hour: rate } = metrics.throughput;
  if (rate === null) return "Nothing has landed yet, so most figures are not known.";
  return `Nodes landed: ${landed}, at ${rate} per hour.`;
}

/** What the radar costs, and how gates ended lately, is known for all plans together only. */
function figuresOf(
  all: readonly Measures[],
  conflicts: ReturnType<ConflictMeasures["figures"]>,
  cost: RadarCost,
  history: GateHistory,
  speculation: Speculation,
): MetricsView["metrics"] {
  const { opened, settled, estimatedMinutes = null, convergedMs } = conflicts;
  const sum = (pick: (one: Measures) => number) => all.reduce((total, one) => total + pick(one), 0);
  const landed = sum((one) => one.landed);
  const elapsed = elapsedMs(all);
  const handled = sum((one) => one.workedMs);
  const worked = handled - sum((one) => one.reworkMs);
  const agents = new Set(all.flatMap((one) => [...one.agents])).size;
  const [handedIn, conflicted] = [sum((one) => one.handedIn.size), sum((one) => one.conflicted.size)];
  const coordination = sum((one) => one.preparingMs + one.claimWaitMs);
  const known = landed > 0 && elapsed > 0;
  return {
    latency_reduction: {
      worked_minutes: known ? minutes(worked) : null,
      elapsed_minutes: known ? minutes(elapsed) : null,
      speedup: known ? ratio(worked, elapsed) : null,
      reduction: known && worked > 0 ? rounded(1 - elapsed / worked) : null,
    },
    conflict_rate: {
      handed_in: handedIn,
      conflicted,
      rate: ratio(conflicted, handedIn),
      opened,
      settled,
      per_plan: ratio(opened, all.filter(({ firstLease }) => firstLease !== undefined).length),
    },
    rework_minutes: { estimated: estimatedMinutes, actual: handedIn > 0 ? minutes(sum((one) => one.reworkMs)) : null },
    convergence_minutes: {
      convergences: convergedMs.length,
      mean: convergedMs.length > 0 ? minutes(convergedMs.reduce((a, b) => a + b) / convergedMs.length) : null,
      longest: convergedMs.length > 0 ? minutes(convergedMs.reduce((a, b) => Math.max(a, b))) : null,
    },
    assumption_accuracy: accuracyOf(speculation),
    contract_evolution: evolutionOf(speculation),
    throughput: { landed, per_hour: known ? rounded(landed / (elapsed / 3_600_000)) : null },
    utilisation: { agents, ratio: known ? ratio(handled, elapsed * agents) : null },
    coordination_share: {
      preparing_minutes: minutes(sum((one) => one.preparingMs)),
      claim_wait_minutes: minutes(sum((one) => one.claimWaitMs)),
      train_minutes: minutes(sum((one) => one.trainMs)),
      ratio: ratio(coordination, handled),
    },
    gates: {
      runs: sum((one) => one.gateRuns),
      failed: sum((one) => one.redGates),
      by_gate: gatesKnown(history).map((name) => {
        const runs = lastRunsOf(history, name);
        return { name, ...tallyOf(runs), median_seconds: rounded(medianSeconds(runs)) };
      }),
      scores: lastScores(all.flatMap(({ scores }) => scores)).map(({ at, score, ...of }) => ({
        ...of,
        landed_at: timeText(at),
        score: shownScore(score),
      })),
    },
    radar: {
      clashes_told: sum((one) => one.clashesTold),
      looks: cost.looks,
      worktrees_read: cost.slotsRead,
      pairs_merged: cost.pairsMerged,
      milliseconds: cost.milliseconds,
      skipped: cost.skipped,
    },
  };
}

/** How often what was taken for granted turned out right; of all plans. */
function accuracyOf({ assumptions }: Speculation): MetricsView["metrics"]["assumption_accuracy"] {
  if (assumptions.size === 0) return null;
  const all = [...assumptions.values()];
  const count = (is: (typeof all)[number]["state"]["is"]) => all.filter(({ state }) => state.is === is).length;
  const [validated, invalidated] = [count("validated"), count("invalidated")];
  const settled = { validated, invalidated, superseded: count("superseded") };
  return {
    tracked: all.length,
    active: count("active"),
    ...settled,
    accuracy: ratio(validated, validated + invalidated),
  };
}

/** What new versions of contracts meant to those who relied on them; of all plans. */
function evolutionOf({ contracts }: Speculation): MetricsView["metrics"]["contract_evolution"] {
  const versions = [...contracts.values()].flatMap((contract) => contract.versions);
  if (versions.length === 0) return null;
  const count = (change: (typeof versions)[number]["change"]) => versions.filter((one) => one.change === change).length;
  return {
    contracts: contracts.size,
    versions: versions.length,
    initial: count("initial"),
    compatible: count("compatible"),
    breaking: count("breaking"),
    unknown: count("unknown"),
  };
}

/** From the first hand-out to the last landing, over all plans asked for. */
function elapsedMs(all: readonly Measures[]): number {
  const starts = all.flatMap(({ firstLease }) => firstLease ?? []);
  const ends = all.flatMap(({ lastLanding }) => lastLanding ?? []);
  return starts.length === 0 || ends.length === 0
    ? 0
    : ends.reduce((a, b) => Math.max(a, b)) - starts.reduce((a, b) => Math.min(a, b));
}

function ratio(part: number, whole: number): number | null {
  return whole > 0 ? rounded(part / whole) : null;
}

function minutes(ms: number): number {
  return rounded(ms / 60_000);
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
