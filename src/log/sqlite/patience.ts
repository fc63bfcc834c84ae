import { setTimeout } from "node:timers/promises";
import { StoreBusy } from "../port.ts";
import { isBusy } from "./faults.ts";

/**
 * Tries until SQLite is not busy, waiting 1 to 8 ms in between without blocking the process; at least once.
 * Throws StoreBusy at `deadline`, in milliseconds of `performance.now()`, or later if `goesOn` says that the store is not held by
 * somebody who keeps it, but by many, one after another.
 */
export async function patiently<T>(
  file: string,
  deadline: number,
  attempt: () => T,
  goesOn: () => boolean = () => false,
): Promise<T> {
  const start = performance.now();
  for (let longest = firstWait; ; longest = Math.min(longest * 2, longestWait)) {
    try {
      return attempt();
    } catch (error) {
      if (!isBusy(error)) throw error;
      if (performance.now() >= deadline && !goesOn()) {
        throw new StoreBusy(`The store ${file} was held by other processes for too long; nothing was written.`, {
          cause: error,
        });
      }
    }
    // Random, so that processes that were turned away together do not come back together. Who has waited for long tries
    // more often than those who came later, since nothing else would ever let it go first; but it sleeps in between: where
    // many processes wait like this, their turning round and round would leave the one that they wait for no time to end.
    const insists = performance.now() - start > longAgo;
    await setTimeout(insists ? 1 + Math.random() : shortestWait + Math.random() * (longest - shortestWait));
  }
}

/**
 * Says whether others get something done: a version that their commits change, looked at once in `limit` milliseconds, is another one
 * than before. After a minute nobody waits any longer: by then whoever asked has gone.
 */
export function whileOthersMove(version: () => number, limit: number): () => boolean {
  const begun = performance.now();
  // Who cannot even be told the version has not seen it change; busy it can be too, while somebody repairs the store.
  const look = (before: number) => {
    try {
      return version();
    } catch {
      return before;
    }
  };
  let seen = look(0);
  let next = begun + limit;
  return () => {
    if (performance.now() < next) return true;
    const [before, now] = [seen, look(seen)];
    seen = now;
    next += limit;
    return now !== before && performance.now() - begun < longestPatience;
  };
}

const longestPatience = 60_000;
const shortestWait = 1;
const firstWait = 2;
const longestWait = 8;
const longAgo = 40;
