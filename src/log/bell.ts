/** Tells those who wait that there may be something new. */
export interface Wakeups {
  /** How often it has rung; taken before looking, so that a ring between looking and waiting is not lost. */
  readonly rings: number;
  /** Nothing will ring any more, because the log is closed. */
  readonly ended: boolean;
  /** Resolves once it has rung more often than `heard`, the signal aborts, or all has ended. */
  wait(heard: number, signal: AbortSignal): Promise<void>;
}

/** The wake-ups within one process. */
export class Bell implements Wakeups {
  #rings = 0;
  #ended = false;
  readonly #waiting = new Set<() => void>();

  get rings(): number {
    return this.#rings;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Whether somebody waits. */
  get awaited(): boolean {
    return this.#waiting.size > 0;
  }

  ring(): void {
    this.#rings += 1;
    for (const wake of [...this.#waiting]) wake();
  }

  /** Sends everybody home for good. */
  end(): void {
    this.#ended = true;
    this.ring();
  }

  wait(heard: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted || this.#ended || this.#rings !== heard) return Promise.resolve();
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
