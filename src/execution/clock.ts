import { setTimeout as pause } from "node:timers/promises";
import type { Instant } from "../core/ids.ts";

/** Time as the hands see it; tests play it. */
export interface Clock {
  now(): Instant;
  /** Milliseconds that only go forward, however the wall clock is set; they may stand still while the machine sleeps. */
  steady(): number;
  /** Resolves after so many milliseconds, or at once when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Acts again and again until the function that it returns is called. */
  every(ms: number, act: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  steady: () => performance.now(),
  sleep: async (ms, signal) => {
    await pause(ms, undefined, signal ? { signal } : {}).catch(() => undefined);
  },
  every: (ms, act) => {
    const timer = setInterval(act, ms);
    return () => clearInterval(timer);
  },
};
