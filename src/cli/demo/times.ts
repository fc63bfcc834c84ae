import type { Recorded } from "../../core/recorded.ts";

/** How long the plan took, and how long its parts would have taken one after another; all measured, in milliseconds. */
export interface Times {
  /** From the first hand-out to the last landing. */
  readonly together: number;
  /** The agents' own work, without the time in which they waited for others or for gates. */
  readonly work: number;
  /** What the gates took, each run counted. */
  readonly gates: number;
}

/** Adds up what the log and the agents have measured. */
export function timesOf(events: readonly Recorded[], workedMs: number): Times {
  const leased = events.find(({ event }) => event.type === "NodeLeased")?.at ?? 0;
  const landed = events.findLast(({ event }) => event.type === "NodeLanded")?.at ?? leased;
  const gates = events.flatMap(({ event }) => {
    if (event.type === "GateJudged") return [event.verdict.seconds];
    return event.type === "NodeReturned" && event.why.reason === "gate_failed"
      ? event.why.gates.map(({ seconds }) => seconds)
      : [];
  });
  return { together: landed - leased, work: workedMs, gates: gates.reduce((sum, one) => sum + one, 0) * 1000 };
}
