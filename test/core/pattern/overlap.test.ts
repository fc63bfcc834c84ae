import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { escapePath, literalPattern } from "../../../src/core/pattern/literal.ts";
import { matches } from "../../../src/core/pattern/match.ts";
import { overlap } from "../../../src/core/pattern/overlap.ts";
import { type Pattern, parsePattern } from "../../../src/core/pattern/parse.ts";
import { allPaths, written } from "./written.ts";

function pattern(text: string, ignoreCase = false): Pattern {
  const parsed = parsePattern(text, { ignoreCase });
  if ("problem" in parsed) throw new Error(`${text}: ${parsed.problem}`);
  return parsed.pattern;
}

const paths = allPaths(["a", "b", "A", ".", "/"], 5);

test("[P2] [P3] a pattern matches exactly the paths that an independent reading of it does", () => {
  fc.assert(
    fc.property(written, ({ text, covers }) => {
      const parsed = pattern(text);
      for (const path of paths) {
        if (matches(parsed, path) !== covers(path)) expect.fail(`${text} and ${path}: should be ${covers(path)}`);
      }
    }),
    { numRuns: 300 },
  );
});

test("[P4] two patterns overlap if some short path is matched by both, and the witness always is", () => {
  fc.assert(
    fc.property(written, written, (a, b) => {
      const witness = overlap(pattern(a.text), pattern(b.text));
      const isMirrored = overlap(pattern(b.text), pattern(a.text)) !== undefined;
      expect(isMirrored).toBe(witness !== undefined);
      if (witness === undefined) {
        expect(paths.find((path) => a.covers(path) && b.covers(path))).toBeUndefined();
      } else {
        expect(a.covers(witness) && b.covers(witness), witness).toBe(true);
        expect(witness.split("/")).not.toContain("");
        expect(witness).not.toMatch(/(^|\/)\.\.?(\/|$)/);
      }
    }),
    { numRuns: 3000 },
  );
});

test("[P4] where case is ignored, the witness is matched by both in any case", () => {
  fc.assert(
    fc.property(written, written, (a, b) => {
      const [x, y] = [pattern(a.text, true), pattern(b.text, true)];
      const witness = overlap(x, y);
      if (witness === undefined) {
        expect(paths.find((path) => matches(x, path) && matches(y, path))).toBeUndefined();
      } else {
        for (const path of [witness, witness.toUpperCase()]) expect(matches(x, path) && matches(y, path)).toBe(true);
      }
    }),
    { numRuns: 1000 },
  );
});

describe("[P4] overlap is exact and gives a witness that both match", () => {
  test.each([
    ["src/a", "src/a/b/*.ts", "src/a/b/a.ts"],
    ["src", "src/**", "src/a"],
    ["src/**", "**/*.ts", "src/a.ts"],
    ["src", "src", "src"],
    ["src", "srcs", undefined],
    ["src/*", "src", "src/a"],
    ["src/*", "src/a/b", undefined],
    ["a/**", "a", "a/a"],
    ["*.ts", "*.js", undefined],
    ["*.ts", "*.d.ts", "a.d.ts"],
    ["*", "**", "a"],
    ["**/a", "a/**", "a/a"],
    ["**/a", "b", "b/a"],
    ["a/**/b", "a/b/**", "a/b/b"],
    ["x/{a,b}/*", "x/{b,c}/d", "x/b/d"],
    ["[a-f]", "[f-z]", "f"],
    ["[a-f]", "[g-z]", undefined],
    ["[!a]", "[!b]", "c"],
    ["[!a]", "a", undefined],
    // All that these have in common is the slash between . and 0, which is in no name.
    ["x[.-0]y", "x[!.0]y", undefined],
    ["[\u4e00-\u9fff]", "[\u9fff-\uffff]", "\u9fff"],
    ["[\u{1f600}-\u{1f64f}]x", "[\u{1f64f}-\u{1f700}]x", "\u{1f64f}x"],
    ["x*a", "*b", undefined],
    ["é", "e\u0301", "é"],
    ["app/[[]id]/**", "app/*/page.tsx", "app/[id]/page.tsx"],
  ])("%j and %j share %j", (a, b, witness) => {
    expect(overlap(pattern(a), pattern(b))).toBe(witness);
    expect(overlap(pattern(b), pattern(a)) === undefined).toBe(witness === undefined);
  });

  test.each([
    ["x/.[gG][iI][tT]*/*", "x/.*/config"],
    ["[.,]*", "[.-]*"],
    ["?git*/**", ".???*/**"],
  ])("%j and %j share more than what git cannot hold, and the witness is of that", (a, b) => {
    const witness = overlap(pattern(a), pattern(b));
    expect(witness).toBeDefined();
    for (const name of witness?.split("/") ?? []) expect(name).not.toMatch(/^(\.|\.\.|\.git)$/i);
  });

  test("a name that git keeps for itself is no common path", () => {
    expect(overlap(pattern(".gi?"), pattern(".g?t"))).toBeUndefined();
    expect(overlap(pattern("x/.[Gg]i[Tt]/**"), pattern("x/**"))).toBeUndefined();
    expect(overlap(pattern("[.,]"), pattern("[.-]"))).toBe(undefined);
    expect(overlap(pattern(".gi?"), pattern(".g?t"))).toBeUndefined();
    expect(overlap(pattern(".gi?*"), pattern(".g?t*"))).toBe(".gita");
  });

  test("case counts unless it is ignored, and then the witness is in folded letters", () => {
    expect(overlap(pattern("SRC/*"), pattern("src/a"))).toBeUndefined();
    expect(overlap(pattern("SRC/*", true), pattern("src/A", true))).toBe("src/a");
    expect(overlap(pattern("[A-C]", true), pattern("[!ab]", true))).toBe("c");
    expect(overlap(pattern("[!a-z]", true), pattern("[A-Z]", true))).toBeUndefined();
    // Both leave only capitals and control characters, and no folded path has capitals.
    expect(overlap(pattern("[!a-z]", true), pattern("[! -@[-\u{10ffff}]", true))).toBe("\u0001");
    expect(() => overlap(pattern("a"), pattern("a", true))).toThrow(/fold case alike/);
  });
});

describe("[P4] a pattern made to be slow is not", () => {
  // With backtracking, each of these would outlive the test's own limit many times over.
  const stars = "*a".repeat(120);
  const deep = "**/a/".repeat(400);
  test.each([
    [`${stars}*b`, `${stars}*c`, false],
    [`${stars}*b`, `*b${stars}*b`, true],
    [`${deep}b`, `${deep}c`, false],
    [`${deep}*`, `${deep}b`, true],
    [`**/${"*a*/".repeat(300)}b`, `**/${"*a*/".repeat(301)}c`, false],
  ])("%#", (a, b, overlaps) => {
    expect(overlap(pattern(a), pattern(b)) !== undefined).toBe(overlaps);
  });

  test("matching stays quick too", () => {
    expect(matches(pattern(`${stars}*b`), "a".repeat(255))).toBe(false);
    expect(matches(pattern(`${deep}b`), "a/".repeat(1500).slice(0, -1))).toBe(false);
  });

  test("braces may nest as deep as the text allows", () => {
    expect(pattern(`${"{a,".repeat(900)}b${"}".repeat(900)}`).alternatives).toHaveLength(2);
  });
});

describe("a path that we name ourselves is literal", () => {
  const name = fc
    .string({
      unit: fc.oneof(
        fc.constantFrom(..."ab.[]{}*?!^-,~:\\ \t\n"),
        fc.string({ unit: "grapheme", minLength: 1, maxLength: 1 }),
      ),
      minLength: 1,
      maxLength: 6,
    })
    .filter((text) => !/[/\0]|\p{Cs}/u.test(text) && text !== "." && text !== ".." && !/^\.git|^git~1/i.test(text));

  test("[P2] its text parses to the same pattern, which matches it and all below, and nothing beside it", () => {
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 3 }), fc.boolean(), (names, ignoreCase) => {
        const path = names.join("/");
        const literal = literalPattern(path, { ignoreCase });
        expect(parsePattern(literal.text, { ignoreCase })).toEqual({ pattern: literal });
        expect(matches(literal, path)).toBe(true);
        expect(matches(literal, `${path}/below`)).toBe(true);
        expect(matches(literal, `${path}x`)).toBe(false);
        expect(overlap(literal, literalPattern(`${path}/x`, { ignoreCase }))).toBeDefined();
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    ["app/[id]/page.tsx", "app/[[]id]/page.tsx"],
    ["{{x}}/a", "[{][{]x[}][}]/a"],
    ["!important", "./!important"],
    ["a\\b", "a[\\]b"],
    ["~/a", "./~/a"],
  ])("%j is written %j", (path, text) => {
    expect(escapePath(path)).toBe(text);
    expect(literalPattern(path).text).toBe(escapePath(path));
  });

  test("a path that no repository holds is a fault", () => {
    for (const path of ["", "/a", "../a", "a/.git/config"]) expect(() => literalPattern(path)).toThrow(/No pattern/);
  });
});
