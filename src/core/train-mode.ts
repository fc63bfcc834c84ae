/** How a train judges: as the config says, or as what was measured makes best. */
import type { GatePace } from "./gate-pace.ts";
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
  /** The config says so; it promises most of what was measured; or a gate is run alone once, to know how long that takes. */
  readonly why: "configured" | "measured" | "tries_alone";
  /** How many times as much it is expected to land as one after another. */
  readonly gain: number;
}

export const oneByOne: TrainMode = { is: "window", size: 1 };

/** That nothing failed yet does not mean that nothing will. */
const fewestFailures = 0.03;

/** A failure among more than these costs too many runs to find. */
const batchSizes = [8, 4, 2];

/** Batches hold everybody up until all are merged and judged, so they must promise clearly more than a window. */
const clearlyMore = 1.1;

/** After so many windows without a run alone nobody knows whether gates beside each other gain anything. */
const blindWindows = 2;

/** Chooses what promises to land most, by how often nodes fail and how gates get on beside each other. */
export function chooseMode(workspace: Workspace, plan: Plan): ModeChoice {
  const { settings, gatePace } = workspace;
  const { parallel, policy } = settings.gates;
  const failures = Math.min(0.9, Math.max(plan.failureRate, fewestFailures));
  const waiting = Math.max(1, plan.train.length);
  const window = {
    mode: { is: "window", size: parallel } as const,
    gain: windowRuns(failures, Math.min(parallel, waiting), gatePace) / (1 - failures),
  };
  const batch = bestBatch(failures, waiting);
  const oneAfterAnother = { mode: oneByOne, gain: 1 };
  if (policy !== "auto") return { ...{ window, batch, serial: oneAfterAnother }[policy], why: "configured" };
  if (parallel > 1 && isBlind(gatePace, parallel)) return { ...oneAfterAnother, why: "tries_alone" };
  const several = parallel > 1 && window.gain > 1 ? window : oneAfterAnother;
  return { ...(batch.gain > several.gain * clearlyMore ? batch : several), why: "measured" };
}

/** So many land in the time of one run alone: the first that fails sends those behind it back to the start. */
function windowRuns(failures: number, size: number, { slowDown }: GatePace): number {
  let landed = 0;
  for (let i = 1; i <= size; i += 1) landed += (1 - failures) ** i;
  return landed / Math.max(1, slowDown);
}

/** Each failure costs a run for each halving until it is found, and most of one more for those that stood with it. */
function bestBatch(failures: number, waiting: number): { readonly mode: TrainMode; readonly gain: number } {
  const all = batchSizes.map((size) => {
    const judged = Math.min(size, waiting);
    const gain = judged / (1 + (Math.log2(judged) + 0.8) * judged * failures);
    return { mode: { is: "batch", size } as const, gain };
  });
  return all.reduce((best, one) => (one.gain > best.gain ? one : best));
}

/** Only for a while, so that nobody waits for a run alone that never comes. */
function isBlind({ alone, besideRuns }: GatePace, parallel: number): boolean {
  return alone.size === 0 && besideRuns >= blindWindows * parallel && besideRuns < (blindWindows + 1) * parallel;
}
