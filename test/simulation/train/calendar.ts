import type { Instant } from "../../../src/core/ids.ts";

interface Entry {
  readonly at: Instant;
  readonly order: number;
  readonly act: () => void;
}

/** What happens when; at the same time, in the order in which it was added. */
export class Calendar {
  readonly #entries: Entry[] = [];
  #added = 0;

  add(at: Instant, act: () => void): void {
    this.#added += 1;
    const order = this.#added;
    const place = this.#entries.findIndex((other) => other.at > at);
    this.#entries.splice(place < 0 ? this.#entries.length : place, 0, { at, order, act });
  }

  next(): Entry | undefined {
    return this.#entries.shift();
  }
}
