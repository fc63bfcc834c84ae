import type { Played } from "./run.ts";

/** What many runs have come to: that nothing broke means little unless everything happened. */
export class Tally {
  seeds = 0;
  steps = 0;
  events = 0;
  readonly counts = new Map<string, number>();
  readonly failed: Played[] = [];

  add(played: Played): void {
    this.seeds += 1;
    this.steps += played.steps;
    this.events += played.events;
    for (const [what, count] of played.counts) this.counts.set(what, (this.counts.get(what) ?? 0) + count);
    if (played.broken.length > 0) this.failed.push(played);
  }

  /** One line a kind of thing, in columns. */
  table(): string {
    const width = Math.max(...[...this.counts.keys()].map((what) => what.length));
    return [...this.counts]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([what, count]) => `  ${what.padEnd(width)} ${String(count).padStart(9)}`)
      .join("\n");
  }
}

/** A failed run, for whoever has to find out why. */
export function describe({ seed, broken, story }: Played, lines: number): string {
  return [`seed ${seed} broke a rule: ${broken[0]}`, ...story.slice(-lines).map((line) => `  ${line}`)].join("\n");
}
