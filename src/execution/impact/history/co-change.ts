/** How often files change together, learned from what commits changed. */

/** A file that changes with another. */
export interface Companion {
  readonly path: string;
  /** How many commits changed both. */
  readonly together: number;
  /** Of how many that changed the file asked about. */
  readonly of: number;
  /** How likely a change of the file asked about comes with a change of this one. */
  readonly likely: number;
}

/** Who changes so many files at once does not say which belong together. */
const mostPaths = 20;

/** Twice together of two times is less of a habit than twenty of twenty. */
const doubt = 6;

export class CoChange {
  readonly #changes = new Map<string, number>();
  readonly #pairs = new Map<string, Map<string, number>>();

  constructor(commits: Iterable<readonly string[]>) {
    for (const paths of commits) this.#learn(paths);
  }

  /** The files that change with one most likely, the likeliest first. */
  companionsOf(path: string, most: number): readonly Companion[] {
    const of = this.#changes.get(path) ?? 0;
    const found = [...(this.#pairs.get(path) ?? [])].map(([other, together]) => ({
      path: other,
      together,
      of,
      likely: together / (of + doubt),
    }));
    return found.sort((a, b) => b.likely - a.likely || (a.path < b.path ? -1 : 1)).slice(0, most);
  }

  /** Whether any commit learned from changed both. */
  wereTogether(path: string, other: string): boolean {
    return this.#pairs.get(path)?.has(other) ?? false;
  }

  #learn(paths: readonly string[]): void {
    if (paths.length > mostPaths) return;
    for (const path of paths) {
      this.#changes.set(path, (this.#changes.get(path) ?? 0) + 1);
      const others = this.#pairs.get(path) ?? new Map<string, number>();
      this.#pairs.set(path, others);
      for (const other of paths) if (other !== path) others.set(other, (others.get(other) ?? 0) + 1);
    }
  }
}
