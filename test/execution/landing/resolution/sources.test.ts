import { describe, expect, test } from "vitest";
import { chain, text } from "./three-sides.ts";

const { resolve } = chain();

interface Sample {
  readonly file: string;
  /** A function of the language with a name and what is in it. */
  readonly entity: (name: string, body?: string) => string;
  /** A class, impl or the like with members. */
  readonly holder: (members: string) => string;
  readonly member: (name: string, body?: string) => string;
}

const braces: Pick<Sample, "entity" | "member"> = {
  entity: (name, body = "1") => text(`function ${name}() {`, `  return ${body};`, "}"),
  member: (name, body = "1") => text(`  ${name}() {`, `    return ${body};`, "  }"),
};

const samples: readonly Sample[] = [
  { file: "a.js", ...braces, holder: (members) => `class C {\n${members}}\n` },
  { file: "a.ts", ...braces, holder: (members) => `export class C<T> {\n${members}}\n` },
  { file: "a.tsx", ...braces, holder: (members) => `export class C {\n${members}}\n` },
  {
    file: "a.py",
    entity: (name, body = "1") => text(`def ${name}():`, `    return ${body}`),
    holder: (members) => `class C:\n${members}`,
    member: (name, body = "1") => text(`    def ${name}(self):`, `        return ${body}`),
  },
  {
    file: "a.go",
    entity: (name, body = "1") => text(`func ${name}() int {`, `\treturn ${body}`, "}"),
    holder: (members) => members,
    member: (name, body = "1") => text(`func (c *C) ${name}() int {`, `\treturn ${body}`, "}"),
  },
  {
    file: "a.rs",
    entity: (name, body = "1") =>
      text("/// What it does.", "#[inline]", `pub fn ${name}() -> u8 {`, `    ${body}`, "}"),
    holder: (members) => `impl C {\n${members}}\n`,
    member: (name, body = "1") => text(`    fn ${name}(&self) -> u8 {`, `        ${body}`, "    }"),
  },
  {
    file: "A.java",
    entity: (name, body = "1") => text(`class ${name} {`, `  int x = ${body};`, "}"),
    holder: (members) => `public class C {\n${members}}\n`,
    member: (name, body = "1") => text(`  int ${name}() {`, `    return ${body};`, "  }"),
  },
  {
    file: "A.cs",
    entity: (name, body = "1") => text(`class ${name}`, "{", `    int x = ${body};`, "}"),
    holder: (members) => `class C\n{\n${members}}\n`,
    member: (name, body = "1") => text(`    int ${name}()`, "    {", `        return ${body};`, "    }"),
  },
];

describe.each(samples)("entities in $file", ({ file, entity, holder, member }) => {
  const base = ["a", "z"].map((name) => entity(name)).join("\n");
  const added = (name: string) => ["a", name, "z"].map((one) => entity(one)).join("\n");

  test("different ones added at one place are both there, as they were written", async () => {
    const merged = await resolve(file, base, added("b"), added("c"));
    expect(merged).toEqual({ text: ["a", "b", "c", "z"].map((name) => entity(name)).join("\n"), by: ["entities"] });
  });

  test("different members added at one place are both there", async () => {
    const first = member("a");
    const merged = await resolve(
      file,
      holder(first),
      holder(`${first}\n${member("b")}`),
      holder(`${first}\n${member("c")}`),
    );
    expect(merged).toEqual({ text: holder(`${first}\n${member("b")}\n${member("c")}`), by: ["entities"] });
  });

  test("neighbours that each side changed one of are both changed", async () => {
    const pair = (one: string, other: string) => entity("a", one) + entity("b", other);
    const merged = await resolve(file, pair("1", "1"), pair("2", "1"), pair("1", "3"));
    // Where entities end with lines that nobody changed, git settles it by itself.
    if (merged) expect(merged.text).toBe(pair("2", "3"));
  });

  test.each([
    ["one that both changed", entity("a", "1"), entity("a", "2"), entity("a", "3")],
    ["one that both added under one name", base, added("b"), added("b").replace("1", "7").replaceAll("1", "5")],
    ["one that was changed here and taken out there", base, entity("z"), `${entity("a", "2")}\n${entity("z")}`],
  ])("%s goes back to the agent", async (_, old, ours, theirs) => {
    expect(await resolve(file, old, ours, theirs)).toBeUndefined();
  });

  test("text that the grammar cannot read is left to people", async () => {
    const broken = `${base}\n(((`;
    expect(await resolve(file, broken, `${added("b")}\n(((`, `${added("c")}\n(((`)).toBeUndefined();
  });
});

describe("imports", () => {
  test("names that both added to an import are both there, in order where they were in order", async () => {
    const merged = await resolve(
      "a.ts",
      text('import { a, d } from "m";', "f();"),
      text('import { a, b, d } from "m";', "f();"),
      text('import { a, c, d } from "m";', "f();"),
    );
    expect(merged).toEqual({ text: text('import { a, b, c, d } from "m";', "f();"), by: ["imports"] });
  });

  test("a name that one side took out is gone beside one that the other added", async () => {
    const merged = await resolve(
      "a.py",
      text("from m import a, b", "f()"),
      text("from m import b", "f()"),
      text("from m import a, b, c", "f()"),
    );
    expect(merged).toEqual({ text: text("from m import b, c", "f()"), by: ["imports"] });
  });

  test.each([
    ["a.js", 'import x from "x";', 'import y from "y";', 'import z from "z";'],
    ["a.py", "import x", "import y", "from z import q"],
    ["a.rs", "use x::X;", "use y::Y;", "use z::{P, Q};"],
    ["A.java", "import x.X;", "import y.Y;", "import z.Z;"],
    ["A.cs", "using X;", "using Y;", "using Z;"],
    ["a.js", 'export * from "./x";', 'export * from "./y";', 'export { z } from "./z";'],
  ])("in %s imports that both added are both there", async (file, old, ours, theirs) => {
    const merged = await resolve(file, text(old), text(old, ours), text(old, theirs));
    expect(merged).toEqual({ text: text(old, ours, theirs), by: ["imports"] });
  });

  test("imports in brackets, as in Go, are joined line by line", async () => {
    const go = (...names: readonly string[]) =>
      text("package a", "", "import (", ...names.map((name) => `\t"${name}"`), ")");
    const merged = await resolve("a.go", go("a"), go("a", "b"), go("a", "c"));
    expect(merged).toEqual({ text: go("a", "b", "c"), by: ["imports"] });
  });

  test.each([
    [
      "a.ts",
      text('import { a } from "m";'),
      text('import { a } from "m";', 'import { x } from "p";'),
      text('import { a } from "m";', 'import { x } from "q";'),
    ],
    ["a.rs", text("use m::{A};"), text("use m::X;", "use m::{A};"), text("use m::{A, X};")],
  ])(
    "in %s a name that both bring in from different places goes back to the agent",
    async (file, base, ours, theirs) => {
      expect(await resolve(file, base, ours, theirs)).toBeUndefined();
    },
  );
});

test("an import that one side took out and the other side's code needs goes back to the agent", async () => {
  const code = (...lines: readonly string[]) => text(...lines, "", "", "def f():", "    return a()");
  const merged = await resolve(
    "a.py",
    code("from m import a", "from n import b"),
    code("from n import b"),
    code("from m import a", "from p import c"),
  );
  expect(merged).toBeUndefined();
});

test("overloads that both added have an order that only people know", async () => {
  const f = (...types: readonly string[]) =>
    text(...types.map((type) => `export function f(x: ${type}): void;`), "export function f(x: unknown): void {}");
  expect(await resolve("a.ts", f("string"), f("string", "number"), f("string", "boolean"))).toBeUndefined();
});

test("an import added where the other side rewrote the imports, as when a file moves, goes back to the agent", async () => {
  const base = text('import { a } from "./a";', "f();");
  const ours = text('import { a } from "../a";', "f();");
  const theirs = text('import { a } from "./a";', 'import { b } from "./b";', "f();");
  expect(await resolve("a.ts", base, ours, theirs)).toBeUndefined();
});

describe("tests of JavaScript", () => {
  test("different tests added to one suite are both there", async () => {
    const suite = (...titles: readonly string[]) =>
      text(
        'describe("s", () => {',
        ...titles.flatMap((title) => [`  it("${title}", () => {`, "    run();", "  });"]),
        "});",
      );
    const merged = await resolve("a.test.js", suite("a"), suite("a", "b"), suite("a", "c"));
    expect(merged).toEqual({ text: suite("a", "b", "c"), by: ["entities"] });
  });

  test("statements that both added at one place have an order that only people know", async () => {
    expect(await resolve("a.js", text("f();"), text("f();", "g();"), text("f();", "h();"))).toBeUndefined();
  });

  test("an entity added where the other side moved everything away goes back to the agent", async () => {
    const kept = text("function a() {", "  return 1;", "}");
    const group = text("function b() {", "  return 1;", "}");
    const added = text("function c() {", "  return 1;", "}");
    expect(await resolve("a.js", `${kept}\n${group}`, kept, `${kept}\n${group}\n${added}`)).toBeUndefined();
  });
});

describe("[G8] layout", () => {
  const before = text("function f(a,b) {", "  return call(a,b, 'x')", "}");
  const after = text("function f(a, b) {", '  return call(a, b, "x");', "}");

  test("of lines that one side only set otherwise gives way to what the other side wrote", async () => {
    const changed = text("function f(a,b) {", "  return call(a,b, 'y')", "}");
    expect(await resolve("a.js", before, after, changed)).toEqual({ text: changed, by: ["layout"] });
    expect(await resolve("a.js", before, changed, after)).toEqual({ text: changed, by: ["layout"] });
  });

  test("differs where both say the same: ours stays", async () => {
    const other = text("function g(a,b) {", "  return call(a,b, 'x')", "}");
    const same = text("function g(a, b) {", '  return call(a, b, "x");', "}");
    expect(await resolve("a.js", before, other, same)).toEqual({ text: other, by: ["layout"] });
  });

  const f = (...lines: readonly string[]) => text("def f(a):", ...lines.map((line) => `    ${line}`));
  test.each([
    [
      "a.py",
      "a line set in",
      f("if a:", "    b()", "c()"),
      f("if a:", "    b()", "    c()"),
      f("if a:", "    b()", "c()", "d()"),
    ],
    ["a.py", "a tuple", f("x = (a)"), f("x = (a,)"), f("x = (b)")],
    ["a.py", "spaces in a string", f("x = 'a  b'"), f("x = 'a b'"), f("x = 'c  b'")],
    ["a.js", "a hole in a list", text("x = [a,b];"), text("x = [a,,b];"), text("x = [c,b];")],
    [
      "a.js",
      "a return by itself",
      text("function f() {", "  return a", "}"),
      text("function f() {", "  return", "  a", "}"),
      text("function f() {", "  return b", "}"),
    ],
    ["a.js", "text in a template", text("x = `a", "  b`"), text("x = `a", "b`"), text("x = `a", "  b", "c`")],
    [
      "a.rs",
      "a tuple",
      text("fn f() {", "    (a)", "}"),
      text("fn f() {", "    (a,)", "}"),
      text("fn f() {", "    (b)", "}"),
    ],
  ])("in %s is not what changes a meaning: %s", async (file, _, base, ours, theirs) => {
    expect(await resolve(file, base, ours, theirs)).toBeUndefined();
    expect(await resolve(file, base, theirs, ours)).toBeUndefined();
  });
});

describe("[G8] the version of the program itself", () => {
  const python = (version: string) =>
    text("import a", "", `__version__ = "${version}"`, "", "", "def f():", "    return 1");

  test.each([
    ["the higher of two releases", "2.2.4", "2.3.2", "2.2.5", "2.3.2"],
    ["what leads to a higher release, where fixes come in", "2.2.4", "2.3.0.dev0", "2.2.5", "2.3.0.dev0"],
    [
      "what leads to a higher release, where that of a lower one comes in",
      "2.0.1.dev0",
      "2.1.0.dev0",
      "2.0.2.dev0",
      "2.1.0.dev0",
    ],
  ])("is %s", async (_, base, ours, theirs, expected) => {
    expect(await resolve("a.py", python(base), python(ours), python(theirs))).toEqual({
      text: python(expected),
      by: ["version"],
    });
  });

  test.each([
    ["a release here and what leads to a higher one there", "2.2.4", "2.2.5", "2.3.0.dev0"],
    ["one that fell", "2.2.3", "2.3.0.dev0", "2.2.3.dev0"],
    ["a number that may be that of a format", "3", "4", "5"],
  ])("goes back to the agent: %s", async (_, base, ours, theirs) => {
    expect(await resolve("a.py", python(base), python(ours), python(theirs))).toBeUndefined();
  });

  test("is settled in other languages too, beside what else clashes", async () => {
    const go = (version: string, ...imports: readonly string[]) =>
      text("package a", "", ...imports.map((name) => `import "${name}"`), "", `const Version = "${version}"`);
    const merged = await resolve("a.go", go("1.0.0", "x"), go("1.2.0", "x", "y"), go("1.1.0", "x", "z"));
    expect(merged).toEqual({ text: go("1.2.0", "x", "y", "z"), by: ["version", "imports"] });
  });
});
