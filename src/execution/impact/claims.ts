import { type Pattern, parsePattern } from "../../core/pattern/parse.ts";
import { PatternIndex } from "../../core/pattern/pattern-index.ts";
import type { ClaimingNode } from "./clashes.ts";
import type { Known } from "./impact-index.ts";

/** Hundreds of nodes that claim everything say nothing of anything, and must not keep the others waiting. */
const mostCovered = 300_000;

/** What the nodes may change, by their claims. */
export class Claims {
  readonly #patterns: readonly (readonly Pattern[])[];
  readonly #index = new PatternIndex<number>();

  constructor(nodes: readonly ClaimingNode[], ignoreCase: boolean) {
    this.#patterns = nodes.map(({ writes, edits }, number) =>
      [...writes, ...edits].flatMap((text) => {
        const parsed = parsePattern(text, { ignoreCase });
        if ("problem" in parsed) return [];
        this.#index.add(parsed.pattern, number);
        return [parsed.pattern];
      }),
    );
  }

  filesIn({ paths }: Known["graph"]): readonly (readonly string[])[] {
    const files = this.#patterns.map((): Set<string> => new Set());
    let left = mostCovered;
    for (const path of paths) {
      for (const number of this.#index.covering(path)) {
        files[number]?.add(path);
        left -= 1;
      }
      if (left < 0) break;
    }
    return files.map((some) => [...some]);
  }

  /** Nodes whose claims have a path in common, each pair with the first such path. */
  *meetings(most: number): Iterable<{ readonly a: number; readonly b: number; readonly witness: string }> {
    let left = most;
    for (const [a, patterns] of this.#patterns.entries()) {
      const met = new Set<number>();
      for (const pattern of patterns)
        for (const { value: b, witness } of this.#index.overlapping(pattern)) {
          left -= 1;
          if (left < 0) return;
          if (b <= a || met.has(b)) continue;
          met.add(b);
          yield { a, b, witness };
        }
    }
  }
}
