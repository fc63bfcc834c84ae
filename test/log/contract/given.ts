import type { Position } from "../../../src/core/ids.ts";
import type { Recorded } from "../../../src/core/recorded.ts";
import type { Log } from "../../../src/log/port.ts";
import { appends, stream, texts } from "../samples.ts";

/** One store of its own, that several logs can have open at once, as several processes would. */
export interface LogPlace {
  open(): Promise<Log>;
  /** A path that does not exist yet, for a backup. */
  readonly backup: string;
  openBackup(): Promise<Log>;
  /** Takes the store away, after every log was closed. */
  remove(): Promise<void>;
}

/** What each test of the contract begins with: an empty store, and a log that is open on it. */
export interface Given {
  readonly place: LogPlace;
  readonly log: Log;
  /** Another log on the same store; it is closed after the test. */
  open(): Promise<Log>;
  /** Closes a log after the test that was opened some other way. */
  closeLater(log: Log): void;
}

/** A signal that never aborts. */
export const forever = new AbortController().signal;

/** Reads the newest number and appends the next one, many times; every lost update shows as a number twice. */
export async function countUp(log: Log, times: number): Promise<void> {
  let seen = 0;
  let newest = 0;
  for (let done = 0; done < times; done += 1) {
    const { position } = await log.transact(stream, seen, (missed) => {
      newest = Number(texts(missed).at(-1) ?? newest) + 1;
      return appends(String(newest));
    });
    seen = position;
  }
}

/** The first events that a follower hears of. */
export async function collect(log: Log, after: Position, count: number): Promise<readonly Recorded[]> {
  const found: Recorded[] = [];
  for await (const recorded of log.follow(stream, after, forever)) {
    found.push(recorded);
    if (found.length === count) break;
  }
  return found;
}

/** All that a follower hears of until it ends. */
export async function drain(following: AsyncIterable<Recorded>): Promise<readonly Recorded[]> {
  const found: Recorded[] = [];
  for await (const recorded of following) found.push(recorded);
  return found;
}
