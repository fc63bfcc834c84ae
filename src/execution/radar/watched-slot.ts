import type { Glance, SlotSeen } from "../slots/glance.ts";

/** What a look at the slot found out. */
export type SlotNews = "known" | "unread" | "gone";

/** An agent that writes on and on is not waited for any longer. */
const mostUnrestMs = 1_000;

const mostReadMs = 20_000;

/** One slot with what it held when it was last read. It is read when it has come to rest, or writes go on for a second. */
export class WatchedSlot {
  readonly #glance: Glance;
  readonly #base: string;
  #mark: string | undefined;
  #readAt: string | undefined;
  #unrestSince: number | undefined;
  #isQuiet = false;
  #isDue = false;
  #held: SlotSeen | undefined;

  constructor(glance: Glance, base: string) {
    this.#glance = glance;
    this.#base = base;
  }

  /** What it held when it was last read, if it could be. */
  get held(): SlotSeen | undefined {
    return this.#held;
  }

  /** Whether it should be read now. */
  get isDue(): boolean {
    return this.#isDue;
  }

  /** Looks at file times only. `now` is in milliseconds and only goes forward. */
  async look(now: number): Promise<SlotNews> {
    const found = await this.#glance.mark();
    this.#isDue = false;
    if (!found) {
      this.#held = undefined;
      return "gone";
    }
    this.#isQuiet = found.text === this.#mark;
    this.#mark = found.text;
    if (found.untouched) {
      this.#held = { tree: this.#base, changes: [], skipped: 0 };
      this.#readAt = found.text;
    }
    if (found.text === this.#readAt) return "known";
    this.#unrestSince ??= now;
    this.#isDue = this.#isQuiet || now - this.#unrestSince >= mostUnrestMs;
    return "unread";
  }

  /** Reads what there is; what was written meanwhile is seen by the next look. Returns how much had to be left out. */
  async read(signal: AbortSignal): Promise<number> {
    const mark = this.#isQuiet ? this.#mark : undefined;
    try {
      this.#held = await this.#glance.read(AbortSignal.any([signal, AbortSignal.timeout(mostReadMs)]));
    } catch (fault) {
      if (signal.aborted) throw fault;
      // Nothing is known of it until something else is in it.
      this.#held = undefined;
    }
    this.#unrestSince = undefined;
    // While it is being written, two states can bear the same times.
    this.#readAt = mark;
    return this.#held?.skipped ?? 1;
  }

  close(): Promise<void> {
    return this.#glance.close();
  }
}
