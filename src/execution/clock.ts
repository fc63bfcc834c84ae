import { setTimeout as pause } from "node:timers/promises";
import type { Instant } from "../core/ids.ts";

/** Time as the hands see it; tests play it. */
export interface Clock {
  now(): Instant;
  /** Resolves after so many milliseconds, or at once when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    await pause(ms, undefined, signal ? { signal } : {}).catch(() => undefined);
  },
};
