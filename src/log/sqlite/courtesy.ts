import { setTimeout } from "node:timers/promises";

/**
 * Keeps a process with much to write from starving the others: SQLite has no queue, so those who wait try at random
 * times and must find the store free. It may hold the store in bursts, and then leaves it free for as long as it held it.
 */
export class Courtesy {
  /** Milliseconds that the store was held and not yet left free. */
  #debt = 0;
  #ended = 0;

  /** Waits if a burst is used up; this also gives way to everything else in this process. */
  async rest(): Promise<void> {
    const debt = this.#debt - (performance.now() - this.#ended);
    if (debt < burst) return;
    await setTimeout(Math.min(debt, longestRest));
    this.#debt = 0;
  }

  /** Says that the store was held between two times of `performance.now()`. */
  held(begun: number, ended: number): void {
    const left = begun - this.#ended;
    this.#debt = Math.max(0, this.#debt - left) + ended - begun;
    this.#ended = ended;
  }
}

// Milliseconds. Some twenty commits: handing over after each one costs more than half of all.
const burst = 5;
// As long as the longest wait between two tries.
const longestRest = 8;
