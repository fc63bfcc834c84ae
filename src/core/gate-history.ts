/**
 * How gates ended lately. A gate flaked when it failed for no reason of the tree: the same tree passed it as well, or a candidate
 * that contains the failed one did.
 *
 * [T8] Only a gate that is known to have flaked is run once more on the same candidate before it counts as failed.
 */
import type { TreeId } from "./ids.ts";

/** A run that went to its end. */
export interface PastRun {
  readonly tree: TreeId;
  readonly passed: boolean;
  readonly seconds: number;
  /** It failed, and something has shown since that the tree was not to blame. */
  readonly flaked?: true;
}

/** By `gateId`, that which ran last at the end; each with its last runs, oldest first. */
export type GateHistory = Map<string, readonly PastRun[]>;

/** How often it ran lately, failed, and failed for no reason of the tree. */
export interface GateTally {
  readonly runs: number;
  readonly failures: number;
  readonly flakes: number;
}

/** A gate as it is known again: another command or environment begins anew. */
export interface KnownGate {
  readonly gate: string;
  readonly key: string;
}

const mostRuns = 50;
const mostGates = 200;

export function tallyOf(runs: readonly PastRun[]): GateTally {
  const count = (is: (run: PastRun) => boolean | undefined) => runs.filter(is).length;
  return { runs: runs.length, failures: count(({ passed }) => !passed), flakes: count(({ flaked }) => flaked) };
}

/** The last runs of exactly this gate. */
export function runsOf(history: GateHistory, known: KnownGate): readonly PastRun[] {
  return history.get(gateId(known)) ?? [];
}

/** The last runs of the gate of that name, with the command that ran last. */
export function lastRunsOf(history: GateHistory, gate: string): readonly PastRun[] {
  return [...history].findLast(([id]) => nameIn(id) === gate)?.[1] ?? [];
}

/** The names of all gates that have run, each once. */
export function gatesKnown(history: GateHistory): readonly string[] {
  return [...new Set([...history.keys()].map(nameIn))].sort();
}

/** In seconds, of runs that are not none; a long run that was killed counts as long as it ran. */
export function medianSeconds(runs: readonly PastRun[]): number {
  const sorted = runs.map(({ seconds }) => seconds).sort((a, b) => a - b);
  const [low = 0, high = low] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return (low + high) / 2;
}

/** The runs with one more; what it shows of the others is noted with them. */
export function withRun(runs: readonly PastRun[], run: PastRun): readonly PastRun[] {
  const all = [...runs, run];
  const passed = all.some((one) => one.tree === run.tree && one.passed);
  return (passed ? withFlake(all, run.tree) : all).slice(-mostRuns);
}

/** The runs once it is known that this tree is not to blame for those that failed. */
export function withFlake(runs: readonly PastRun[], tree: TreeId): readonly PastRun[] {
  return runs.map((run) => (run.tree === tree && !run.passed ? { ...run, flaked: true } : run));
}

/** Keeps a gate's runs; what ran longest ago is forgotten beyond a number. */
export function keepRuns(history: GateHistory, known: KnownGate, runs: readonly PastRun[]): void {
  const id = gateId(known);
  history.delete(id);
  history.set(id, runs);
  for (const oldest of history.keys()) {
    if (history.size <= mostGates) return;
    history.delete(oldest);
  }
}

/** A gate's name has no blank in it. */
function gateId({ gate, key }: KnownGate): string {
  return `${gate} ${key}`;
}

function nameIn(id: string): string {
  return id.slice(0, id.indexOf(" "));
}
