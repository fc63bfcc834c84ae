/** How long gates take alone and beside others: on a machine that is busy already, running more at once gains nothing. */
export interface GatePace {
  /** How many times longer a gate takes with all gate slots in use than alone, as last seen; 1 until both are known. */
  slowDown: number;
  /** Milliseconds, by gate. */
  readonly alone: Map<string, number>;
  readonly beside: Map<string, number>;
}

export function newGatePace(): GatePace {
  return { slowDown: 1, alone: new Map(), beside: new Map() };
}

/** How much a new run counts against what is known. */
const weight = 0.3;

/** Learns from a run: how long it took, and whether others ran beside it until it ended. */
export function learnPace(
  pace: GatePace,
  run: { readonly gate: string; readonly ms: number; readonly beside: boolean },
): void {
  const known = run.beside ? pace.beside : pace.alone;
  const before = known.get(run.gate);
  known.set(run.gate, before === undefined ? run.ms : before + (run.ms - before) * weight);
  const [alone, beside] = [pace.alone.get(run.gate), pace.beside.get(run.gate)];
  if (alone !== undefined && beside !== undefined && alone > 0)
    pace.slowDown += (beside / alone - pace.slowDown) * weight;
}
