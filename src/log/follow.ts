import type { Position } from "../core/ids.ts";
import type { Recorded } from "../core/recorded.ts";
import type { Wakeups } from "./bell.ts";

/** Reads page after page and waits at the end, so that every event comes once and in order, however it was announced. */
export async function* followPages(
  read: (after: Position, limit: number) => Promise<readonly Recorded[]>,
  wakeups: Wakeups,
  after: Position,
  signal: AbortSignal,
): AsyncGenerator<Recorded, void, void> {
  let position = after;
  while (!signal.aborted && !wakeups.ended) {
    const heard = wakeups.rings;
    const page = await read(position, pageSize).catch((error: unknown) => {
      // A log that closes meanwhile ends its followers quietly.
      if (signal.aborted || wakeups.ended) return [];
      throw error;
    });
    for (const recorded of page) {
      if (signal.aborted || wakeups.ended) return;
      position = recorded.position;
      yield recorded;
    }
    if (page.length < pageSize) await wakeups.wait(heard, signal);
  }
}

// Small enough that reading one takes about a millisecond.
const pageSize = 500;
