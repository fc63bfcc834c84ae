/**
 * The one order of everything that happens in a run. Nothing runs by itself: each step is taken from here, and the next
 * one only after all that follows from it without further waiting has been done.
 *
 * What a store is asked takes real time when it is a real one. The virtual clock stands still meanwhile: one call runs
 * at a time, in the order of asking, and who follows the log hears what was committed, one after another, before the next
 * step. So a seed is the same run on every store, and only how long that takes in reality differs. What is never played
 * here are calls that are in the store at the same time: those are for the tests of the stores in `test/log`.
 */
interface Due {
  readonly at: number;
  readonly order: number;
  act: (() => void) | undefined;
}

/** Somebody who is told of news by a store, in the store's own time. */
export interface Listener {
  readonly isBehind: () => boolean;
  /** Resolves once it was told something, or will not be told any more. */
  readonly catchUp: () => Promise<void>;
}

export class Scheduler {
  /** Milliseconds since the run began; only goes forward. */
  now = 0;
  steps = 0;
  readonly #heap: Due[] = [];
  #order = 0;
  readonly #asked: (() => Promise<void>)[] = [];
  readonly #listeners = new Set<Listener>();

  /** Has something done after so many milliseconds; returns how to prevent it. */
  after(ms: number, act: () => void): () => void {
    const due: Due = { at: this.now + Math.max(0, ms), order: this.#order, act };
    this.#order += 1;
    push(this.#heap, due);
    return () => {
      due.act = undefined;
    };
  }

  pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve));
  }

  /** Does something that may take real time; the clock stands still, and nothing else real is done, until it has settled. */
  real<T>(work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#asked.push(() => work().then(resolve, reject));
    });
  }

  /** The clock stands still while a listener has not heard of what has happened; returns how to stop minding it. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Takes steps until it is told to stop; `afterStep` looks at what each has done. */
  async run(goOn: () => boolean, afterStep: () => void | Promise<void>): Promise<void> {
    while (goOn()) {
      const due = pop(this.#heap);
      if (!due) throw new Error("Nothing will ever happen again.");
      if (!due.act) continue;
      this.now = due.at;
      this.steps += 1;
      due.act();
      await this.#untilQuiet();
      await afterStep();
    }
  }

  async #untilQuiet(): Promise<void> {
    for (;;) {
      await settled();
      const next = this.#asked.shift() ?? [...this.#listeners].find(({ isBehind }) => isBehind())?.catchUp;
      if (!next) return;
      await next();
    }
  }
}

/** Resolves when everything that waits for nothing has been done. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function isBefore(a: Due, b: Due): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

function push(heap: Due[], due: Due): void {
  let at = heap.length;
  heap.push(due);
  while (at > 0) {
    const above = (at - 1) >> 1;
    const other = heap[above];
    if (!other || !isBefore(due, other)) break;
    heap[at] = other;
    at = above;
  }
  heap[at] = due;
}

function pop(heap: Due[]): Due | undefined {
  const [first] = heap;
  const last = heap.pop();
  if (!first || !last || heap.length === 0) return first;
  let at = 0;
  for (;;) {
    let below = 2 * at + 1;
    const [left, right] = [heap[below], heap[below + 1]];
    if (!left) break;
    if (right && isBefore(right, left)) below += 1;
    const least = heap[below];
    if (!least || !isBefore(least, last)) break;
    heap[at] = least;
    at = below;
  }
  heap[at] = last;
  return first;
}
