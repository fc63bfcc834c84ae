import { Bell, type Wakeups } from "../bell.ts";

/**
 * Wake-ups across processes: while somebody waits, and only then, it asks SQLite every few milliseconds whether another
 * connection has committed. One timer serves everybody who waits.
 */
export class ChangeWatch implements Wakeups {
  readonly #bell = new Bell();
  readonly #dataVersion: () => number;
  #timer: NodeJS.Timeout | undefined;
  #version: number | undefined;
  #lastChange = Number.NEGATIVE_INFINITY;

  /** `dataVersion` reads the connection's `PRAGMA data_version`, which moves when another connection commits. */
  constructor(dataVersion: () => number) {
    this.#dataVersion = dataVersion;
  }

  get rings(): number {
    return this.#bell.rings;
  }

  get ended(): boolean {
    return this.#bell.ended;
  }

  /** Wakes everybody at once, for a commit of this very connection. */
  ring(): void {
    this.#lastChange = performance.now();
    this.#bell.ring();
  }

  /** Sends everybody home for good. */
  end(): void {
    this.#bell.end();
  }

  async wait(heard: number, signal: AbortSignal): Promise<void> {
    const rung = this.#bell.wait(heard, signal);
    if (this.#bell.awaited) this.#timer ??= this.#schedule();
    await rung;
    // A timer that nobody needs would keep the process alive.
    if (!this.#bell.awaited) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
    }
  }

  #schedule(): NodeJS.Timeout {
    const lively = performance.now() - this.#lastChange < livelyFor;
    return setTimeout(() => this.#look(), lively ? livelyEvery : quietEvery);
  }

  #look(): void {
    this.#timer = this.#schedule();
    const version = this.#readVersion();
    if (version === this.#version) return;
    this.#version = version;
    this.ring();
  }

  /** Undefined, and so a change, if it cannot be read: the followers then meet the fault themselves when they read. */
  #readVersion(): number | undefined {
    try {
      return this.#dataVersion();
    } catch {
      return undefined;
    }
  }
}

// Milliseconds. One look takes a microsecond; whoever just heard something probably hears more.
const quietEvery = 20;
const livelyEvery = 5;
const livelyFor = 1000;
