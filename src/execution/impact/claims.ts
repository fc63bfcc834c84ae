import { escapePath } from "../../core/pattern/literal.ts";
import { type Pattern, parsePattern } from "../../core/pattern/parse.ts";
import { PatternIndex } from "../../core/pattern/pattern-index.ts";
import type { ClaimingNode } from "./clashes.ts";
import type { Known } from "./impact-index.ts";

/** Hundreds of nodes that claim everything say nothing of anything, and must not keep the others waiting. */
const mostCovered = 300_000;

/** Work that claims a pattern of more files than this changes few of them; which ones cannot be told. */
const changedOfMany = 4;

/** What the nodes may change, by their claims. */
export class Claims {
  readonly #patterns: readonly (readonly Pattern[])[];
  readonly #index = new PatternIndex<Claim>();

  constructor(nodes: readonly ClaimingNode[], ignoreCase: boolean) {
    this.#patterns = nodes.map(({ writes, edits }, number) =>
      [...writes, ...edits].flatMap((text) => {
        const parsed = parsePattern(text, { ignoreCase });
        if ("problem" in parsed) return [];
        this.#index.add(parsed.pattern, { number, pattern: parsed.pattern });
        return [parsed.pattern];
      }),
    );
  }

  /** Of each node the files that it claims, with how likely it changes each: what it names itself for sure, of a wide pattern a few. */
  filesIn({ paths }: Known["graph"]): readonly ReadonlyMap<string, number>[] {
    const covered = new Map<Claim, string[]>();
    let left = mostCovered;
    for (const path of paths) {
      for (const claim of this.#index.covering(path)) {
        const files = covered.get(claim);
        if (files) files.push(path);
        else covered.set(claim, [path]);
        left -= 1;
      }
      if (left < 0) break;
    }
    const claimed = this.#patterns.map((): Map<string, number> => new Map());
    for (const [{ number, pattern }, files] of covered) {
      const share = Math.min(1, Math.max(changedOfMany, pattern.alternatives.length) / files.length);
      const own = claimed[number];
      for (const path of files) if ((own?.get(path) ?? 0) < share) own?.set(path, share);
    }
    return claimed;
  }

  /** Nodes whose claims have a path in common, each pair with the first such path. */
  *meetings(most: number): Iterable<Meeting> {
    let left = most;
    for (const [a, patterns] of this.#patterns.entries()) {
      const met = new Set<number>();
      for (const pattern of patterns)
        for (const { value, witness } of this.#index.overlapping(pattern)) {
          const { number: b, pattern: other } = value;
          left -= 1;
          if (left < 0) return;
          if (b <= a || met.has(b)) continue;
          met.add(b);
          yield { a, b, witness, isNamed: names(pattern, witness) && names(other, witness) };
        }
    }
  }
}

/** A path that two nodes claim. */
interface Meeting {
  readonly a: number;
  readonly b: number;
  readonly witness: string;
  /** Whether both claim just this path. */
  readonly isNamed: boolean;
}

function names({ alternatives }: Pattern, path: string): boolean {
  const text = escapePath(path);
  return alternatives.some((one) => one.text === text);
}

interface Claim {
  /** Of the node. */
  readonly number: number;
  readonly pattern: Pattern;
}
