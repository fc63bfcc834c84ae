/**
 * The one order of everything that happens in a run. Nothing runs by itself: each step is taken from here, and the next
 * one only after all that follows from it without further waiting has been done.
 */
interface Due {
  readonly at: number;
  readonly order: number;
  act: (() => void) | undefined;
}

export class Scheduler {
  /** Milliseconds since the run began; only goes forward. */
  now = 0;
  steps = 0;
  readonly #heap: Due[] = [];
  #order = 0;
  /** Acts that wait for something real, which only happens where a real store is used. */
  #outstanding = 0;

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

  /** Time stands still until a real promise has settled. */
  async real<T>(work: Promise<T>): Promise<T> {
    this.#outstanding += 1;
    try {
      return await work;
    } finally {
      this.#outstanding -= 1;
    }
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
      do await settled();
      while (this.#outstanding > 0);
      await afterStep();
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
