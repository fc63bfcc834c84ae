import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { keepsLines } from "../../../../src/execution/landing/resolution/kept-lines.ts";
import { changesBetween } from "../../../../src/execution/landing/resolution/line-changes.ts";
import { applyChanges, mergeLines } from "../../../../src/execution/landing/resolution/three-way.ts";

describe("[G8] the guard of every step", () => {
  const sides = { base: ["a", "b", "c"], ours: ["a", "o", "b", "c"], theirs: ["a", "b", "t"] };

  test("lets pass what has all that was added and nothing that was taken out", () => {
    expect(keepsLines(sides, ["a", "o", "b", "t"])).toBe(true);
    expect(keepsLines(sides, ["a", "", "o ", "b", "t"])).toBe(true);
  });

  test.each([
    ["a line of ours is missing", ["a", "b", "t"]],
    ["a line of theirs is missing", ["a", "o", "b"]],
    ["a line that nobody took out is missing", ["o", "b", "t"]],
    ["a line that was taken out is back", ["a", "o", "b", "c", "t"]],
    ["a line came from nowhere", ["a", "o", "b", "t", "x"]],
    ["a line is there twice", ["a", "o", "o", "b", "t"]],
  ])("notices when %s", (_, merged) => {
    expect(keepsLines(sides, merged)).toBe(false);
  });

  test("what both added may be there once or twice, and no oftener", () => {
    const both = { base: ["a"], ours: ["a", "x"], theirs: ["a", "x"] };
    expect([1, 2, 3].map((times) => keepsLines(both, ["a", ...Array.from({ length: times }, () => "x")]))).toEqual([
      true,
      true,
      false,
    ]);
  });
});

const lines = fc.array(fc.constantFrom("a", "b", "c", "d", ""), { maxLength: 12 });

describe("changes between lines", () => {
  test("made to the old lines give the new ones, and never touch", () => {
    fc.assert(
      fc.property(lines, lines, (old, now) => {
        const changes = changesBetween(old, now);
        expect(applyChanges(old, changes)).toEqual(now);
        for (const [i, change] of changes.entries())
          if (i > 0) expect(change.from).toBeGreaterThan(changes[i - 1]?.to ?? 0);
      }),
    );
  });

  test("of one side alone, or of both alike, need no decision", () => {
    fc.assert(
      fc.property(lines, lines, (base, side) => {
        const settled = (ours: readonly string[], theirs: readonly string[]) =>
          mergeLines({ base, ours, theirs }).flatMap((region) => ("settled" in region ? region.settled : ["clash"]));
        expect(settled(side, base)).toEqual(side);
        expect(settled(base, side)).toEqual(side);
        expect(settled(side, side)).toEqual(side);
      }),
    );
  });
});
