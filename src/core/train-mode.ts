/** How a train judges: as the config says, or as what was measured makes best. */
import type { Plan } from "./plan/plan.ts";
import type { Workspace } from "./workspace.ts";

/**
 * `window`: so many candidates are judged at once, each as if those before it passed. `batch`: only the last of so many is judged;
 * when it fails, halves are, until the one to blame stands alone.
 */
export interface TrainMode {
  readonly is: "window" | "batch";
  readonly size: number;
}

export interface ModeChoice {
  readonly mode: TrainMode;
  readonly why: ModeReason;
}

/** The config says so; or gates beside each other gain time; or they do not, or have one slot, and few or many fail. */
export type ModeReason =
  | "configured"
  | "gains_time"
  | "one_slot_few_fail"
  | "one_slot_many_fail"
  | "no_gain_few_fail"
  | "no_gain_many_fail";

export const oneByOne: TrainMode = { is: "window", size: 1 };

/** So many are worth merging before the first is judged: a failure among more of them costs too many runs to find. */
const batchSize = 8;

/** Beyond this share of failures a batch needs more runs than its nodes one by one. */
const mostFailures = 0.15;

/** From here on gates beside each other get no more done than one after another. */
const saturated = 0.85;

/**
 * Chooses by what was measured: a window while gates beside each other gain time, else batches while failures are rare, else one
 * after another.
 */
export function chooseMode({ settings, gatePace }: Workspace, plan: Plan): ModeChoice {
  const { parallel, policy } = settings.gates;
  const modes = {
    window: { is: "window", size: parallel },
    batch: { is: "batch", size: batchSize },
    serial: oneByOne,
  } as const;
  if (policy !== "auto") return { mode: modes[policy], why: "configured" };
  if (parallel > 1 && gatePace.slowDown < parallel * saturated) return { mode: modes.window, why: "gains_time" };
  const cause = parallel > 1 ? "no_gain" : "one_slot";
  return plan.failureRate < mostFailures
    ? { mode: modes.batch, why: `${cause}_few_fail` }
    : { mode: modes.serial, why: `${cause}_many_fail` };
}
