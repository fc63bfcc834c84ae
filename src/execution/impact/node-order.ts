import type { ClaimingNode } from "./clashes.ts";

/** Which nodes come before which. */
export class NodeOrder {
  readonly #before: readonly Set<number>[];

  constructor(nodes: readonly ClaimingNode[]) {
    const numbers = new Map(nodes.map(({ id }, number) => [id, number]));
    this.#before = nodes.map(({ dependsOn }) => new Set(dependsOn.flatMap((id) => numbers.get(id) ?? [])));
  }

  isOrdered(a: number, b: number): boolean {
    return this.#comesAfter(a, b) || this.#comesAfter(b, a);
  }

  #comesAfter(later: number, earlier: number): boolean {
    const open = [later];
    const seen = new Set(open);
    for (let one = open.pop(); one !== undefined; one = open.pop()) {
      if (one === earlier) return true;
      for (const before of this.#before[one] ?? []) {
        if (!seen.has(before)) open.push(before);
        seen.add(before);
      }
    }
    return false;
  }
}
