import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { foldCharacter } from "../../../src/core/pattern/letter-case.ts";
import { matches } from "../../../src/core/pattern/match.ts";
import { type Pattern, parsePattern } from "../../../src/core/pattern/parse.ts";

function pattern(text: string, ignoreCase = false): Pattern {
  const parsed = parsePattern(text, { ignoreCase });
  if ("problem" in parsed) throw new Error(`${text}: ${parsed.problem}`);
  return parsed.pattern;
}

function problem(text: string): string {
  const parsed = parsePattern(text);
  return "problem" in parsed ? parsed.problem : `no problem, but ${parsed.pattern.text}`;
}

describe("[P1] a pattern outside the dialect is refused with its reason", () => {
  test.each([
    ["", /empty/],
    [".", /names nothing/],
    ["./", /names nothing/],
    ["{a,}", /names nothing/],
    ["..", /\.\./],
    ["../x", /\.\./],
    ["a/../b", /\.\./],
    ["a/{b,..}/c", /\.\./],
    ["[.][.]/x", /\.\./],
    ["/", /absolute/],
    ["/etc/passwd", /absolute/],
    ["{a,/b}", /absolute/],
    ["{a,}/b", /absolute/],
    ["C:/x", /drive/],
    ["C:\\x", /drive/],
    ["c:", /drive/],
    ["~", /home/],
    ["~/x", /home/],
    ["src\\a.ts", /backslash/],
    ["\\\\server\\share", /backslash/],
    ["a\\*b", /backslash/],
    ["[a\\]]", /backslash/],
    ["a\0b", /NUL/],
    ["[\0]", /NUL/],
    ["a\nb", /control/],
    ["a\u007fb", /control/],
    ["[a\tb]", /control/],
    ["\ud800", /surrogate/],
    [".git", /git/],
    [".GIT/config", /git/],
    ["a/.Git/hooks", /git/],
    [".git ", /git/],
    [".git.", /git/],
    [".git::$INDEX_ALLOCATION", /git/],
    ["GIT~1/config", /git/],
    [".g\u200cit", /git/],
    [".{git,x}", /git/],
    ["[.]git", /git/],
    ["!a", /negated/],
    ["a**b", /whole segment/],
    ["**.ts", /whole segment/],
    ["a/***/b", /whole segment/],
    ["*{*,a}x", /whole segment/],
    ["[a", /not closed/],
    ["[]", /not closed/],
    ["[!a", /not closed/],
    ["[a/b]", /holds a \//],
    ["[z-a]", /backwards/],
    ["[[:alpha:]]", /Named classes/],
    ["{a,b", /not closed/],
    ["a}", /has no \{/],
    ["{a}", /nothing to choose/],
    ["{}", /nothing to choose/],
    ["{a,{b}}", /nothing to choose/],
    ["a".repeat(4097), /longer than/],
    [`[${"a".repeat(5000)}]`, /longer than/],
    [`${"?".repeat(256)}`, /255/],
    ["{a,b}".repeat(10), /alternatives/],
    ["{a,b}".repeat(800), /alternatives/],
    [`${"*{a,b}".repeat(9)}*`, /wildcards/],
  ])("%j", (text, reason) => {
    expect(problem(text)).toMatch(reason);
    expect(problem(text)).toMatch(/\.$/);
  });

  test("whatever the text, an answer comes back", () => {
    const anything = fc.string({ unit: fc.constantFrom(..."ab./*?[]{},!^-~\\:\0\té\u0301\ud800") });
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), anything), fc.boolean(), (text, ignoreCase) => {
        const parsed = parsePattern(text, { ignoreCase });
        if ("problem" in parsed) expect(parsed.problem).toMatch(/\.$/);
        else expect(parsePattern(parsed.pattern.text, { ignoreCase })).toEqual(parsed);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("a pattern has one canonical text", () => {
  test.each([
    ["./src/a", "src/a"],
    ["././src/a", "src/a"],
    ["src//a", "src/a"],
    ["src/./a", "src/a"],
    ["src/a/", "src/a"],
    ["src/a/.", "src/a"],
    ["a/**/**/b", "a/**/b"],
    ["a/**/**", "a/**"],
    ["[a]", "a"],
    ["[[]id]", "[[]id]"],
    ["a[*]", "a[*]"],
    ["e\u0301", "é"],
    ["{a,a}", "a"],
    ["./x//{a,b}/", "x/{a,b}"],
    ["./!a", "./!a"],
    ["[!]a", "./!a"],
    ["./!{a,b}", "./!{a,b}"],
    ["./~/a", "./~/a"],
    ["./C:/a", "./C:/a"],
    ["a,b", "a,b"],
  ])("%j is %j", (text, canonical) => {
    expect(pattern(text).text).toBe(canonical);
    expect(pattern(canonical)).toEqual(pattern(text));
  });
});

// Each row: the pattern, paths that it covers, paths that it does not.
const examples: readonly (readonly [text: string, covered: readonly string[], uncovered: readonly string[]])[] = [
  ["src", ["src", "src/a", "src/a/b.ts", "src/.env"], ["srcs", "src2/a", "a/src", "Src"]],
  ["src/", ["src", "src/a"], ["srcs"]],
  ["src/{a,b/c}", ["src/a", "src/a/x", "src/b/c", "src/b/c/x"], ["src", "src/b", "src/b/d"]],
  ["app/[[]id]/page.tsx", ["app/[id]/page.tsx", "app/[id]/page.tsx/x"], ["app/i/page.tsx", "app/[[]id]/page.tsx"]],
  ["*", ["a", ".env", "README.md"], ["a/b", ""]],
  ["*.ts", ["a.ts", ".ts"], ["a/b.ts", "a.tsx", "a.ts/b"]],
  ["src/*", ["src/a", "src/.a"], ["src", "src/a/b"]],
  ["src/?", ["src/a", "src/.", "src/é", "src/😀"], ["src/ab", "src/"]],
  ["**", ["a", "a/b", ".a/.b"], [""]],
  ["**/**", ["a", "a/b"], []],
  ["a/**", ["a/b", "a/b/c", "a/.b"], ["a", "ab", "b/a"]],
  ["a/**/b", ["a/b", "a/x/b", "a/x/y/b"], ["ab", "a/x", "a/b/c", "a/xb"]],
  ["**/b", ["b", "a/b", "a/.x/b"], ["b/c", "ab"]],
  ["**/*.ts", ["a.ts", "x/a.ts", "x/.y/z.ts"], ["a.ts/b", "a.js"]],
  ["[a-c]x", ["ax", "bx", "cx"], ["dx", "x", "aax"]],
  ["[!a]x", ["bx", "Ax", ".x"], ["ax", "/x", "x"]],
  ["[^a-c]", ["d", "^"], ["a", "b"]],
  ["a[!b]c", ["axc"], ["a/c", "abc"]],
  ["[+-9]b", ["+b", ".b", "5b"], ["/b"]],
  ["[]]", ["]", "]/a"], ["["]],
  ["[aa]", ["a", "a/x"], ["aa"]],
  ["[]a]", ["]", "a"], ["[", "b"]],
  ["[-a]", ["-", "a"], ["b"]],
  ["[a-]", ["-", "a"], ["b"]],
  ["[!]x", ["!x"], ["ax", "]x"]],
  ["[^]x", ["^x"], ["ax"]],
  ["[]x]y", ["]y", "xy"], ["ay"]],
  ["x]", ["x]"], ["x"]],
  ["{a,b{c,d}}", ["a", "bc", "bd", "a/x", "bc/x"], ["b", "bcd", "{a"]],
  ["{a,b}.{ts,js}", ["a.ts", "b.js", "a.js"], ["a.", "c.ts"]],
  ["a{,b}", ["a", "ab"], ["b"]],
  ["{**/,}a/*", ["a/x", "b/a/x"], ["a"]],
  ["[{]a[}]", ["{a}"], ["a"]],
  ["{[,],b}", [",", "b"], ["[,]"]],
  ["[\\]", ["\\"], ["a"]],
  ["[\t]", ["\t"], ["t"]],
  ["caf\u00e9", ["cafe\u0301", "caf\u00e9"], ["cafe"]],
  ["e[\u0301]x", [], ["ex"]],
  ["{e,a}{\u0301,x}", ["é", "á", "ex"], ["e"]],
  [".gi?", [".gix"], [".gi"]],
  [".gitignore", [".gitignore"], [".git"]],
  [".github/**", [".github/workflows/ci.yml"], [".github"]],
  [" ", [" "], ["a"]],
];

describe("[P2] [P3] literals cover themselves and all below; wildcards never cross a slash", () => {
  test.each(examples)("%j", (text, covered, uncovered) => {
    for (const path of covered) expect(matches(pattern(text), path), path).toBe(true);
    for (const path of uncovered) expect(matches(pattern(text), path), path).toBe(false);
  });
});

test("[P3] ** is a whole segment or no part of a pattern", () => {
  for (const text of ["a**", "**a", "a/b**/c", "***", "{a,b**}"]) expect(problem(text)).toMatch(/whole segment/);
  expect(matches(pattern("a/**/b"), "a/x/y/b")).toBe(true);
});

describe("letters in either case count as the same where git's core.ignorecase says so", () => {
  test.each([
    ["SRC/*.TS", ["src/a.ts", "Src/A.Ts"], ["src/a.tsx"]],
    ["[a-c]", ["A", "b", "C"], ["d", "D"]],
    ["[A-C]x", ["ax", "BX"], ["dx"]],
    ["[!a]", ["b", "B"], ["a", "A"]],
    ["[!A-Z]", ["1", "_"], ["a", "A", "z"]],
    ["É", ["é", "e\u0301", "E\u0301"], ["e"]],
    ["Ω/*", ["ω/a", "\u2126/a"], ["o/a"]],
    ["ǰ", ["J\u030c", "j\u030c"], ["j"]],
    ["𐐀", ["𐐨"], []],
  ] as const)("%j", (text, covered, uncovered) => {
    for (const path of covered) expect(matches(pattern(text, true), path), path).toBe(true);
    for (const path of uncovered) expect(matches(pattern(text, true), path), path).toBe(false);
  });

  test("folding a character twice is folding it once", () => {
    for (let code = 0; code <= 0x10ffff; code += 1) {
      const folded = foldCharacter(String.fromCodePoint(code));
      if (foldCharacter(folded) !== folded) expect.fail(`U+${code.toString(16)}`);
    }
  });

  test("no letter with case lies beyond what the table of letters looks at", () => {
    for (let code = 0x20000; code <= 0x10ffff; code += 1) {
      const character = String.fromCodePoint(code);
      if (foldCharacter(character) !== character) expect.fail(`U+${code.toString(16)}`);
    }
  });
});
