/** How long gates take alone and beside others: on a machine that is busy already, running more at once gains nothing. */
export interface GatePace {
  /** How many times longer a gate takes with all gate slots in use than alone, as last seen; 1 until both are known. */
  slowDown: number;
  /** Milliseconds, by gate. */
  readonly alone: Map<string, number>;
  readonly beside: Map<string, number>;
  /** How many runs there were since one was alone. */
  besideRuns: number;
}

export function newGatePace(): GatePace {
  return { slowDown: 1, alone: new Map(), beside: new Map(), besideRuns: 0 };
}

/** How much a new run counts against what is known. */
const weight = 0.3;

/** How much of what was seen beside others is forgotten with each run alone: machines become free again. */
const forgotten = 0.02;

/** Learns from a run: how long it took, and whether others ran beside it until it ended. */
export function learnPace(
  pace: GatePace,
  run: { readonly gate: string; readonly ms: number; readonly beside: boolean },
): void {
  const known = run.beside ? pace.beside : pace.alone;
  const before = known.get(run.gate);
  known.set(run.gate, before === undefined ? run.ms : before + (run.ms - before) * weight);
  pace.besideRuns = run.beside ? pace.besideRuns + 1 : 0;
  const [alone, beside] = [pace.alone.get(run.gate), pace.beside.get(run.gate)];
  if (alone === undefined || beside === undefined || alone <= 0) return;
  pace.slowDown += (beside / alone - pace.slowDown) * weight;
  if (!run.beside) pace.beside.set(run.gate, beside + (alone - beside) * forgotten);
}

/** How long a gate usually takes as trains run now, in milliseconds; undefined until one has ended. */
export function usualMs({ alone, beside }: GatePace, gate: string): number | undefined {
  return beside.get(gate) ?? alone.get(gate);
}
