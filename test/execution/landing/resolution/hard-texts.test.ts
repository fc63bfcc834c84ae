import { describe, expect, test } from "vitest";
import { chain, text } from "./three-sides.ts";

const { resolve } = chain();
const MARK = "\uFEFF";

describe("texts that are kept as they are", () => {
  test.each([
    ["CRLF", "a.txt", "a\r\nb\r\n", "A\r\nb\r\n", "a\r\nB\r\n", "A\r\nB\r\n"],
    ["no newline at the end", "a.txt", "a\nb", "A\nb", "a\nB", "A\nB"],
    ["a newline at the end that one side took away", "AUTHORS", "a\n", "a\nb", "a\nc\n", "a\nb\nc"],
    [
      "CRLF, where one side is left with a line without an end",
      "a.js",
      "import 'a';\r\nimport 'b';\r\n",
      "import 'a';\r\nimport 'b';\r\nimport 'c';\r\n",
      "import 'a';",
      "import 'a';\r\nimport 'c';",
    ],
    [
      "a byte order mark in a source",
      "a.js",
      `${MARK}import "a";\n`,
      `${MARK}import "a";\nimport "b";\n`,
      `${MARK}import "a";\nimport "c";\n`,
      `${MARK}import "a";\nimport "b";\nimport "c";\n`,
    ],
    [
      "a byte order mark in data",
      "a.json",
      `${MARK}{\n  "a": 1\n}\n`,
      `${MARK}{\n  "a": 1,\n  "b": 2\n}\n`,
      `${MARK}{\n  "a": 1,\n  "c": 3\n}\n`,
      `${MARK}{\n  "a": 1,\n  "b": 2,\n  "c": 3\n}\n`,
    ],
    [
      "both kinds of line ends",
      "CHANGELOG.md",
      "# C\n\n- o\r\n",
      "# C\n\n- x\r\n- o\r\n",
      "# C\n\n- y\n- o\r\n",
      "# C\n\n- x\r\n- y\n- o\r\n",
    ],
    ["nothing at all, when both emptied it", "a.txt", "a\n", "", "", ""],
  ])("%s", async (_, path, base, ours, theirs, expected) => {
    expect((await resolve(path, base, ours, theirs))?.text).toBe(expected);
  });
});

describe("[G8] texts that are left to people", () => {
  test.each([
    ["CRLF here, LF there, both in one text", "a.txt", "a\nb\nc\n", "a\r\nb\r\nc\r\n", "a\nB\r\nc\n"],
    ["a change together with another line end", "a.txt", "a\r\nb\n", "a2\r\nb\n", "a2\nb\n"],
    ["a byte order mark taken out beside another change of the line", "a.txt", `${MARK}a\n`, "a\n", `${MARK}b\n`],
    [
      "JSON behind a byte order mark that would be none",
      "a.json",
      `${MARK}{\n"a": 1\n}\n`,
      `${MARK}{\n"b": 1\n}\n`,
      `${MARK}{\n"a": 2\n}\n`,
    ],
  ])("%s", async (_, path, base, ours, theirs) => {
    expect(await resolve(path, base, ours, theirs)).toBeUndefined();
  });

  test("a base that git made of several which clash themselves", async () => {
    const base = text("<<<<<<< Temporary merge branch 1", "one", "=======", "two", ">>>>>>> Temporary merge branch 2");
    expect(await resolve("AUTHORS", base, text("one", "two"), text("two", "one"))).toBeUndefined();
  });

  const nested = (depth: number) => `${"[".repeat(depth)}1${"]".repeat(depth)}`;
  const flat = (line: string) => Array.from({ length: 100_000 }, (_, i) => line.replace("#", String(i))).join("\n");
  test.each([
    ["a.json", `{\n"x": ${nested(20_000)}`, '"#": 1', "}"],
    // The parser of YAML ends the whole process on this one.
    ["a.yaml", `x: ${nested(20_000)}`, "y#: 1", ""],
    ["a.yaml", `${"- ".repeat(5_000)}x`, "- y#", ""],
    ["a.toml", `x = ${nested(20_000)}`, "y# = 1", ""],
    ["a.toml", `${"x.".repeat(20_000)}x = 1`, "y# = 1", ""],
    ["a.js", `x = ${nested(20_000)};`, 'import "y#";', ""],
    ["a.java", `${"class A {\n".repeat(5_000)}int x;`, "int y#;", "}\n".repeat(5_000)],
    ["a.yaml", flat("k#: 1"), "y#: 1", ""],
    ["a.js", flat("k#();"), 'import "y#";', ""],
  ])("%s that is too deep or too long to be read: %.20s", async (path, head, line, tail) => {
    const comma = path.endsWith("json") ? "," : "";
    const side = (...names: readonly string[]) =>
      [`${head}${comma && names.length > 0 ? comma : ""}`, ...names.map((name) => line.replace("#", name)), tail].join(
        "\n",
      );
    expect(await resolve(path, side(), side("o"), side("t"))).toBeUndefined();
  });

  test("many edits of a long JSON, each of which reads it all", async () => {
    const json = (o: number, t: number) =>
      `${JSON.stringify(Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`k${i}`, i % 4 === 0 ? o : i % 4 === 2 ? t : 0])), null, 1)}\n`;
    const start = [json(0, 0), json(1, 0), json(0, 1)] as const;
    const merged = await resolve("a.json", start[0], start[1].replace("{", "{ "), start[2].replace("{", "{  "));
    expect(merged === undefined || JSON.parse(merged.text)["k2"] === 1).toBe(true);
  });
});
