import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mergeWords } from "../../../../src/execution/landing/resolution/steps/words.ts";
import { clashOf } from "../../../../src/execution/landing/resolution/three-way.ts";
import { chain, text } from "./three-sides.ts";

const { resolve } = chain();

describe("different words of one line", () => {
  test.each([
    ["a.txt", "the old way to say it", "the new way to say it", "the old way to write it", "the new way to write it"],
    [
      "a.js",
      "run(first, second);",
      "run(first, second, third);",
      "go(); run(first, second);",
      "go(); run(first, second, third);",
    ],
    [
      "a.js",
      "const a = run(first, second);",
      "let a = run(first, second);",
      "const a = run(first, last);",
      "let a = run(first, last);",
    ],
    [
      "a.json",
      '{ "say": "one two three" }',
      '{ "say": "1 two three" }',
      '{ "say": "one two 3" }',
      '{ "say": "1 two 3" }',
    ],
    [
      "a.rs",
      "fn f(a: u8) -> u8 { g(a) }",
      "pub fn f(a: u8) -> u8 { g(a) }",
      "fn f(a: u8) -> u8 { g(b) }",
      "pub fn f(a: u8) -> u8 { g(b) }",
    ],
  ])("in %s: %s", async (file, base, ours, theirs, merged) => {
    const expected = { text: text(merged), by: ["words"] };
    expect(await resolve(file, text(base), text(ours), text(theirs))).toEqual(expected);
    expect(await resolve(file, text(base), text(theirs), text(ours))).toEqual(expected);
  });

  test("what both changed in the same way is changed once, and one may have gone on", async () => {
    const merged = await resolve(
      "a.rst",
      text("see it all in a/OLD.rst here"),
      text("see it all in a/NEW.md here"),
      text("see it all in a/NEW.md there"),
    );
    expect(merged).toEqual({ text: text("see it all in a/NEW.md there"), by: ["words"] });
  });

  test("a line that one side took out stays out beside one that the other reworded", async () => {
    const merged = await resolve("a.txt", text("one", "two", "end"), text("two", "end"), text("one", "two!", "end"));
    expect(merged).toEqual({ text: text("two!", "end"), by: ["words"] });
  });
});

describe("[G8] words go back to the agent", () => {
  test.each([
    ["that touch", "a.txt", ["say one two"], ["say 1 two"], ["say one 2"]],
    ["of a version that both raised", "a.txt", ["at 1.2.3 now"], ["at 2.2.3 now"], ["at 1.2.4 now"]],
    ["of a line that one side took out", "a.txt", ["one", "say it once"], ["one!"], ["one", "say it twice"]],
    [
      "of a call of which one changed what is called and the other what it is given",
      "a.go",
      ["package a", "", 'var e = fmt.Errorf("it failed")'],
      ["package a", "", 'var e = fmt.Errorf("it failed: %w", err)'],
      ["package a", "", 'var e = errors.New("it failed")'],
    ],
    [
      "of a call that both gave something more",
      "a.js",
      ["f(one, two, three);"],
      ["f(one, 1, two, three);"],
      ["f(one, two, three, 3);"],
    ],
    [
      "of a line that was copied by the other side",
      "a.rs",
      ["fn f() {", "    make_up(&mut builder, &config);", "}"],
      ["fn f() {", "    make_up(&mut builder, &config, &types);", "}"],
      ["fn f() {", "    make_up::<A>(&mut builder, &config);", "    make_up::<B>(&mut builder, &config);", "}"],
    ],
    [
      "of imports that one side rewrote where the other added one",
      "a.ts",
      ['export { a } from "./a";', "a();"],
      ['export { a } from "./a.js";', "a();"],
      ['export { a } from "./a";', 'export { b } from "./b";', "a();"],
    ],
    [
      "of a line above which the other side put a comment",
      "a.js",
      ["function f() {", "  if (!a !== b) return;", "}"],
      ["function f() {", "  if (a === b) return;", "}"],
      ["function f() {", "  // linter: let it be", "  if (!a !== b) return;", "}"],
    ],
    [
      "of a line that was only set in otherwise",
      "a.py",
      ["def f(a):", "    b()", "    c(1)"],
      ["def f(a):", "    if a:", "        b()", "    c(1)"],
      ["def f(a):", "    b()", "    c(2)", "    d()"],
    ],
  ])("%s", async (_, file, base, ours, theirs) => {
    expect(await resolve(file, text(...base), text(...ours), text(...theirs))).toBeUndefined();
    expect(await resolve(file, text(...base), text(...theirs), text(...ours))).toBeUndefined();
  });
});

describe("[G8] whatever words two sides change", () => {
  const edits = fc.array(fc.constantFrom("keep", "keep", "ours", "theirs", "both"), { minLength: 4, maxLength: 12 });
  const lineOf = (all: readonly string[], side: string) =>
    all.map((edit, i) => (edit === side || edit === "both" ? `${side}${i}` : `base${i}`)).join(" ");

  test("the line has every word that one of them changed, in both directions, or is nobody's", () => {
    let settled = 0;
    fc.assert(
      fc.property(edits, (all) => {
        const [base, ours, theirs] = [
          lineOf(all, "none").replace(/none/g, "base"),
          lineOf(all, "ours"),
          lineOf(all, "theirs"),
        ];
        const merge = (one: string, other: string) =>
          mergeWords(clashOf({ base: [base], ours: [one], theirs: [other] }), false);
        const merged = merge(ours, theirs);
        expect(merge(theirs, ours)).toEqual(merged);
        if (!merged) return;
        settled += 1;
        expect(all).not.toContain("both");
        expect(merged).toEqual([all.map((edit, i) => `${edit === "keep" ? "base" : edit}${i}`).join(" ")]);
      }),
      { numRuns: 300 },
    );
    expect(settled).toBeGreaterThan(0);
  });
});
