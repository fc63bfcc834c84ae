/** What a ranking looks at; while something is in a ranking, none of it may change. */
export interface Ranked {
  readonly spec: { readonly priority: number };
  readonly chain: number;
  readonly order: number;
}

/** Priority class first, then the longest chain behind it, then age: what finishes the plan soonest is worked on first. */
export function byRank(a: Ranked, b: Ranked): number {
  return a.spec.priority - b.spec.priority || b.chain - a.chain || a.order - b.order;
}

/** Long enough to split rarely, short enough that moving its tail costs nothing. */
const chunkLimit = 512;

/** Nodes in order of rank; adding and removing cost about the square root of their number. */
export class Ranking<T extends Ranked> implements Iterable<T> {
  readonly #chunks: T[][] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The one of highest rank. */
  get first(): T | undefined {
    return this.#chunks[0]?.[0];
  }

  add(node: T): void {
    const at = this.#chunkFor(node);
    const chunk = this.#chunks[at];
    this.#size += 1;
    if (!chunk) {
      this.#chunks.push([node]);
      return;
    }
    chunk.splice(placeIn(chunk, node), 0, node);
    if (chunk.length > chunkLimit) this.#chunks.splice(at + 1, 0, chunk.splice(chunkLimit / 2));
  }

  /** The node must have the rank it was added with. */
  delete(node: T): boolean {
    const at = this.#chunkFor(node);
    const chunk = this.#chunks[at];
    const place = chunk ? placeIn(chunk, node) : -1;
    if (!chunk || chunk[place] !== node) return false;
    chunk.splice(place, 1);
    this.#size -= 1;
    if (chunk.length === 0) this.#chunks.splice(at, 1);
    return true;
  }

  *[Symbol.iterator](): Iterator<T> {
    for (const chunk of this.#chunks) yield* chunk;
  }

  /** The first chunk that ends at or after the node's rank, else the last one. */
  #chunkFor(node: T): number {
    let low = 0;
    let high = this.#chunks.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      const last = this.#chunks[middle]?.at(-1);
      if (last && byRank(last, node) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Several rankings as one. None of them may change meanwhile. */
export function* merged<T extends Ranked>(rankings: readonly Iterable<T>[]): Generator<T> {
  const heads = rankings.map((ranking) => ranking[Symbol.iterator]()).map((nodes) => ({ nodes, head: nodes.next() }));
  for (;;) {
    let best: (typeof heads)[number] | undefined;
    for (const one of heads)
      if (!one.head.done && (!best || best.head.done || byRank(one.head.value, best.head.value) < 0)) best = one;
    if (!best || best.head.done) return;
    yield best.head.value;
    best.head = best.nodes.next();
  }
}

/** The first place whose node does not rank before this one. */
function placeIn(chunk: readonly Ranked[], node: Ranked): number {
  let low = 0;
  let high = chunk.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = chunk[middle];
    if (other && byRank(other, node) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
