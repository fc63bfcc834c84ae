import type { Colours } from "./terminal.ts";

/** How many nodes are in each state, as `countStates` gives it. */
export type Counts = Readonly<Record<string, number>>;

/** A bar in which landed, handed in, worked on and failed nodes each have their share. */
export function progressBar(counts: Counts, width: number, colours: Colours): string {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  if (total === 0) return "";
  const of = (...states: readonly string[]) => states.reduce((sum, state) => sum + (counts[state] ?? 0), 0);
  const parts: readonly (readonly [count: number, sign: string, paint: (text: string) => string])[] = [
    [of("landed", "skipped", "cancelled"), "█", colours.green],
    [of("submitted"), "▓", colours.cyan],
    [of("leased", "rework"), "▒", colours.yellow],
    [of("failed", "blocked"), "x", colours.red],
  ];
  let drawn = 0;
  let reached = 0;
  const bar = parts.map(([count, sign, paint]) => {
    reached += count;
    const cells = Math.round((reached / total) * width) - drawn;
    drawn += cells;
    return paint(sign.repeat(cells));
  });
  return `${bar.join("")}${colours.dim("░".repeat(Math.max(0, width - drawn)))}`;
}

const words: Readonly<Record<string, string>> = {
  landed: "landed",
  submitted: "in train",
  leased: "worked on",
  rework: "in rework",
  ready: "ready",
  pending: "waiting",
  blocked: "blocked",
  failed: "failed",
  skipped: "skipped",
  cancelled: "cancelled",
};

/** The counts in words, in the order of a node's life; states without any are left out. */
export function countsText(counts: Counts, { red }: Colours): string {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const rest = Object.entries(words).flatMap(([state, word]) => {
    const count = counts[state] ?? 0;
    if (count === 0 || state === "landed") return [];
    const text = `${count} ${word}`;
    return [state === "failed" || state === "blocked" ? red(text) : text];
  });
  return [`${counts["landed"] ?? 0}/${total} landed`, ...rest].join(" · ");
}
