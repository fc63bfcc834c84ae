/** Tells those who wait that there may be something new. */
export interface Wakeups {
  /** How often it has rung; taken before looking, so that a ring between looking and waiting is not lost. */
  readonly rings: number;
  /** Resolves once it has rung more often than `heard`, or the signal aborts. */
  wait(heard: number, signal: AbortSignal): Promise<void>;
}

/** The wake-ups within one process. */
export class Bell implements Wakeups {
  #rings = 0;
  readonly #waiting = new Set<() => void>();

  get rings(): number {
    return this.#rings;
  }

  /** Whether somebody waits. */
  get awaited(): boolean {
    return this.#waiting.size > 0;
  }

  ring(): void {
    this.#rings += 1;
    for (const wake of [...this.#waiting]) wake();
  }

  wait(heard: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted || this.#rings !== heard) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        this.#waiting.delete(wake);
        signal.removeEventListener("abort", wake);
        resolve();
      };
      this.#waiting.add(wake);
      signal.addEventListener("abort", wake);
    });
  }
}
