import { type FSWatcher, watch } from "node:fs";
import { basename, dirname } from "node:path";
import { Bell, type Wakeups } from "../bell.ts";

/**
 * Wake-ups across processes: while somebody waits, and only then, it asks SQLite every few milliseconds whether another
 * connection has committed. One timer serves everybody who waits. The file system's word that the database is being written
 * makes it ask more often for a moment; nothing depends on getting it.
 */
export class ChangeWatch implements Wakeups {
  readonly #bell = new Bell();
  readonly #file: string;
  readonly #dataVersion: () => number;
  #hints: FSWatcher | undefined;
  #timer: NodeJS.Timeout | undefined;
  #version: number | undefined;
  #hintedAt = Number.NEGATIVE_INFINITY;

  /** `dataVersion` reads the connection's `PRAGMA data_version`, which moves when another connection commits to `file`. */
  constructor(file: string, dataVersion: () => number) {
    this.#file = file;
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
    this.#bell.ring();
  }

  /** Sends everybody home for good. */
  end(): void {
    this.#hints?.close();
    this.#bell.end();
  }

  async wait(heard: number, signal: AbortSignal): Promise<void> {
    const rung = this.#bell.wait(heard, signal);
    if (this.#bell.awaited && !this.#timer) {
      this.#hints ??= this.#listen();
      this.#schedule();
    }
    await rung;
    // A timer that nobody needs would keep the process alive.
    if (!this.#bell.awaited) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
    }
  }

  /** The write-ahead log is written shortly before what is in it can be seen. */
  #listen(): FSWatcher | undefined {
    const log = `${basename(this.#file)}-wal`;
    try {
      const hints = watch(dirname(this.#file), { persistent: false }, (_, name) => {
        if (name === log) this.#hint();
      });
      hints.on("error", () => hints.close());
      return hints;
    } catch {
      // A system may have no watches left.
      return undefined;
    }
  }

  #hint(): void {
    const wasQuiet = !this.#isHinted();
    this.#hintedAt = performance.now();
    if (!this.#timer || !wasQuiet) return;
    clearTimeout(this.#timer);
    this.#look();
  }

  #isHinted(): boolean {
    return performance.now() - this.#hintedAt < hintedFor;
  }

  #schedule(): void {
    this.#timer = setTimeout(() => this.#look(), this.#isHinted() ? hintedEvery : quietEvery);
  }

  #look(): void {
    const version = this.#readVersion();
    const changed = version !== this.#version;
    if (changed) {
      this.#version = version;
      this.#hintedAt = Number.NEGATIVE_INFINITY;
    }
    this.#schedule();
    if (changed) this.ring();
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

// Milliseconds. One look takes a microsecond, and a commit rarely takes longer than the time for which a hint counts.
const quietEvery = 20;
const hintedEvery = 1;
const hintedFor = 15;
