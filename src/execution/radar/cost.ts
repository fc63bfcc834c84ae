import type { Log, StreamId } from "../../log/port.ts";

/** What the radar has done and taken since the workspace was made, in all processes. */
export interface RadarCost {
  /** Looks at two attempts or more. */
  readonly looks: number;
  readonly slotsRead: number;
  readonly pairsMerged: number;
  /** Time spent, its git processes included. */
  readonly milliseconds: number;
  /** Files and slots that were too large or could not be read. */
  readonly skipped: number;
}

export const noCost: RadarCost = { looks: 0, slotsRead: 0, pairsMerged: 0, milliseconds: 0, skipped: 0 };

export function plus(a: RadarCost, b: RadarCost): RadarCost {
  return {
    looks: a.looks + b.looks,
    slotsRead: a.slotsRead + b.slotsRead,
    pairsMerged: a.pairsMerged + b.pairsMerged,
    milliseconds: a.milliseconds + b.milliseconds,
    skipped: a.skipped + b.skipped,
  };
}

/** The cost so far; what the steward has not written down yet, a few seconds' worth, is missing. */
export async function readCost(log: Log, stream: StreamId): Promise<RadarCost> {
  const text = await log.readCell(stream, cell);
  return text === undefined ? noCost : { ...noCost, ...JSON.parse(text) };
}

/** Adds to the cost; false when another process wrote at the same moment. */
export async function addCost(log: Log, stream: StreamId, more: RadarCost): Promise<boolean> {
  const text = await log.readCell(stream, cell);
  const before: RadarCost = text === undefined ? noCost : { ...noCost, ...JSON.parse(text) };
  return log.swapCell(stream, cell, text, JSON.stringify(plus(before, more)));
}

const cell = "radar";
