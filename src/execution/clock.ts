import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import type { Instant } from "../core/ids.ts";

/** Time as the hands see it; tests play it. */
export interface Clock {
  now(): Instant;
  /** Milliseconds that only go forward, however the wall clock is set; they may stand still while the machine sleeps. */
  steady(): number;
  /** Milliseconds that processors spent on this process and on those it started and that have ended, where the system tells. */
  worked?(): number | undefined;
  /** Resolves after so many milliseconds, or at once when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Acts again and again until the function that it returns is called. */
  every(ms: number, act: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  steady: () => performance.now(),
  worked: () => {
    const children = childrenWorked();
    const { user, system } = process.cpuUsage();
    return children === undefined ? undefined : (user + system) / 1_000 + children;
  },
  sleep: async (ms, signal) => {
    await pause(ms, undefined, signal ? { signal } : {}).catch(() => undefined);
  },
  every: (ms, act) => {
    const timer = setInterval(act, ms);
    return () => clearInterval(timer);
  },
};

/** Linux counts the time of children that have ended in hundredths of a second. */
function childrenWorked(): number | undefined {
  try {
    const text = readFileSync("/proc/self/stat", "latin1");
    // The name of the program, in brackets, may hold anything.
    const [user, system] = text
      .slice(text.lastIndexOf(")") + 2)
      .split(" ")
      .slice(13, 15)
      .map(Number);
    return user === undefined || system === undefined ? undefined : (user + system) * 10;
  } catch {
    return undefined;
  }
}
