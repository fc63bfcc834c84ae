import type { Node } from "../node/node.ts";

/** Priority class first, then the longest chain behind it, then age: what finishes the plan soonest is worked on first. */
export function byRank(a: Node, b: Node): number {
  return a.spec.priority - b.spec.priority || b.chain - a.chain || a.order - b.order;
}

/** Long enough to split rarely, short enough that moving its tail costs nothing. */
const chunkLimit = 512;

/** Ready nodes in order of rank; adding and removing cost about the square root of their number. */
export class Ranking implements Iterable<Node> {
  readonly #chunks: Node[][] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(node: Node): void {
    const chunk = this.#chunks[this.#chunkFor(node)];
    this.#size += 1;
    if (!chunk) {
      this.#chunks.push([node]);
      return;
    }
    chunk.splice(placeIn(chunk, node), 0, node);
    if (chunk.length > chunkLimit)
      this.#chunks.splice(this.#chunks.indexOf(chunk) + 1, 0, chunk.splice(chunkLimit / 2));
  }

  /** The node must have the rank it was added with. */
  delete(node: Node): void {
    const at = this.#chunkFor(node);
    const chunk = this.#chunks[at];
    const place = chunk ? placeIn(chunk, node) : -1;
    if (!chunk || chunk[place] !== node) return;
    chunk.splice(place, 1);
    this.#size -= 1;
    if (chunk.length === 0) this.#chunks.splice(at, 1);
  }

  clear(): void {
    this.#chunks.length = 0;
    this.#size = 0;
  }

  *[Symbol.iterator](): Iterator<Node> {
    for (const chunk of this.#chunks) yield* chunk;
  }

  /** The first chunk that ends at or after the node's rank, else the last one. */
  #chunkFor(node: Node): number {
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

/** The first place whose node does not rank before this one. */
function placeIn(chunk: readonly Node[], node: Node): number {
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
