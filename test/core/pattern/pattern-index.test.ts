import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { patternOf } from "../../../src/core/locks/locks.ts";
import { matches } from "../../../src/core/pattern/match.ts";
import { overlap } from "../../../src/core/pattern/overlap.ts";
import { type Pattern, parsePattern } from "../../../src/core/pattern/parse.ts";
import { PatternIndex } from "../../../src/core/pattern/pattern-index.ts";
import { allPaths, written } from "./written.ts";

function pattern(text: string, ignoreCase = false): Pattern {
  const parsed = parsePattern(text, { ignoreCase });
  if ("problem" in parsed) throw new Error(`${text}: ${parsed.problem}`);
  return parsed.pattern;
}

test("a pattern that is none in the log is a fault of ours, and said so", () => {
  expect(() => patternOf("a**b", false)).toThrow("A pattern in the log does not parse: a**b");
});

describe("[P5] the index finds exactly the overlapping patterns", () => {
  const paths = allPaths(["a", "b", "A", ".", "/"], 4);
  const change = fc.record({ of: written, number: fc.nat(2), removes: fc.boolean() });

  test("it agrees with a look at every pattern, whatever was added and removed", () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 25 }), written, fc.boolean(), (changes, asked, ignoreCase) => {
        const index = new PatternIndex<number>();
        const all: { pattern: Pattern; value: number }[] = [];
        for (const [at, { of, number, removes }] of changes.entries()) {
          // What is removed was mostly added before, so that removing is more than a miss.
          const target = removes && at % 3 !== 0 ? all[number] : undefined;
          const held = target?.pattern ?? pattern(of.text, ignoreCase);
          const value = target?.value ?? number;
          if (removes) {
            const found = all.findIndex((one) => one.pattern.text === held.text && one.value === value);
            expect(index.remove(held, value)).toBe(found >= 0);
            if (found >= 0) all.splice(found, 1);
          } else {
            index.add(held, value);
            all.push({ pattern: held, value });
          }
        }
        const query = pattern(asked.text, ignoreCase);
        const expected = all.filter((one) => overlap(one.pattern, query) !== undefined);
        const found = [...index.overlapping(query)];
        expect(found.map(({ value }) => value)).toEqual(expected.map(({ value }) => value));
        for (const [at, { witness }] of found.entries()) {
          expect(matches(query, witness)).toBe(true);
          expect(expected[at] !== undefined && matches(expected[at].pattern, witness)).toBe(true);
        }
        for (const path of paths) {
          const covering = all.filter((one) => matches(one.pattern, path)).map(({ value }) => value);
          expect([...index.covering(path)]).toEqual(covering);
        }
      }),
      { numRuns: 150 },
    );
  });

  test("an empty index finds nothing", () => {
    const index = new PatternIndex<string>();
    expect([...index.overlapping(pattern("**"))]).toEqual([]);
    expect([...index.covering("a")]).toEqual([]);
    expect(index.remove(pattern("a"), "x")).toBe(false);
  });

  test("results come in the order in which they were added, each once", () => {
    const index = new PatternIndex<string>();
    index.add(pattern("src/a/b"), "deep");
    index.add(pattern("**"), "all");
    index.add(pattern("src/{a,b}/**"), "braces");
    index.add(pattern("lib"), "elsewhere");
    index.add(pattern("src"), "src");
    index.add(pattern("src"), "src again");
    const found = [...index.overlapping(pattern("src/a/**"))];
    expect(found.map(({ value }) => value)).toEqual(["deep", "all", "braces", "src", "src again"]);
    expect([...index.covering("src/a/b")]).toEqual(["deep", "all", "braces", "src", "src again"]);
    expect(index.remove(pattern("./src/"), "src")).toBe(true);
    expect([...index.covering("src/x")]).toEqual(["all", "src again"]);
  });

  test("a query judges only what lies on its way", () => {
    const index = new PatternIndex<number>();
    for (let at = 0; at < 10_000; at += 1) index.add(pattern(`packages/p${at}/src/**`), at);
    const judged = countingReads(index, pattern("packages/p77/**"));
    expect(judged.found).toEqual([77]);
    expect(judged.entries).toBeLessThan(10);
  });
});

/** How many held patterns' alternatives are read while a query is answered. */
function countingReads(index: PatternIndex<number>, query: Pattern): { found: number[]; entries: number } {
  let entries = 0;
  const watched: Pattern = {
    ...query,
    get alternatives() {
      entries += 1;
      return query.alternatives;
    },
  };
  const found = [...index.overlapping(watched)].map(({ value }) => value);
  return { found, entries };
}
