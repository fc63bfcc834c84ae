import type { LineSides } from "./sides.ts";

/** How a step may reword lines: the form in which they are compared, or undefined for lines that it may drop or add. */
export type Wording = (line: string) => string | undefined;

/** Blank lines may come and go; all else stays as it was written, but for spaces at the end. */
export const asWritten: Wording = (line) => line.replace(/[^\S\r]+(?=\r?$)/, "").replace(/^\r$/, "") || undefined;

/**
 * Whether a merged text keeps the promise of every step: no line that a side added vanished, none that neither removed, and
 * none came from nowhere or back from the dead. Lines are counted: one that both sides added may stand once or twice.
 */
export function keepsLines(sides: LineSides, merged: readonly string[], wording: Wording = asWritten): boolean {
  const [base, ours, theirs, result] = [sides.base, sides.ours, sides.theirs, merged].map((lines) =>
    countLines(lines, wording),
  ) as [Counts, Counts, Counts, Counts];
  for (const line of new Set([...base.keys(), ...ours.keys(), ...theirs.keys(), ...result.keys()])) {
    const before = base.get(line) ?? 0;
    const our = (ours.get(line) ?? 0) - before;
    const their = (theirs.get(line) ?? 0) - before;
    const least = before + Math.max(our, their, 0) + Math.min(our, 0) + Math.min(their, 0);
    const most = before + Math.max(our, 0) + Math.max(their, 0) + Math.min(our, their, 0);
    const found = result.get(line) ?? 0;
    if (found < Math.max(least, 0) || found > most) return false;
  }
  return true;
}

type Counts = ReadonlyMap<string, number>;

function countLines(lines: readonly string[], wording: Wording): Counts {
  const counts = new Map<string, number>();
  for (const line of lines) {
    const form = wording(line);
    if (form !== undefined) counts.set(form, (counts.get(form) ?? 0) + 1);
  }
  return counts;
}
