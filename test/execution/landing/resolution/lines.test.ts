import { describe, expect, test } from "vitest";
import { chain, text } from "./three-sides.ts";

const { resolve } = chain();

describe("whitespace", () => {
  test("spaces at the ends of lines give way to what the other side wrote", async () => {
    const merged = await resolve("a.txt", text("one", "two"), text("one  ", "two  "), text("one", "two and more"));
    expect(merged).toEqual({ text: text("one", "two and more"), by: ["whitespace"] });
  });

  test("a line that one side set in and the other changed is both", async () => {
    const merged = await resolve("a.c", text("f();", "g();"), text("  f();", "  g();"), text("f(1);", "g();"));
    expect(merged).toEqual({ text: text("  f(1);", "  g();"), by: ["whitespace"] });
  });

  test("new line ends on one side stay, with what the other side changed", async () => {
    const merged = await resolve("a.txt", "one\r\ntwo\r\n", "one\ntwo\n", "one\r\ntwo!\r\n");
    expect(merged).toEqual({ text: "one\ntwo!\n", by: ["whitespace"] });
  });
});

describe("the same change on both sides", () => {
  test("is settled together with what one side changed beside it", async () => {
    const merged = await resolve("a.txt", text("one", "two", "end"), text("1", "two", "end"), text("1", "2", "end"));
    expect(merged).toEqual({ text: text("1", "2", "end"), by: ["same_change"] });
  });

  test("is settled when one side added more than the other", async () => {
    const merged = await resolve("a.txt", text("end"), text("one", "two", "end"), text("one", "end"));
    expect(merged).toEqual({ text: text("one", "two", "end"), by: ["same_change"] });
  });

  test("counts in sources too, where one entity may then be edited further", async () => {
    const source = (...body: readonly string[]) => text("function f() {", ...body.map((line) => `  ${line}`), "}");
    const merged = await resolve("a.js", source("a(1);", "b(1);"), source("a(2);", "b(1);"), source("a(2);", "b(2);"));
    expect(merged).toEqual({ text: source("a(2);", "b(2);"), by: ["same_change"] });
  });

  test("is none when both went on from there", async () => {
    const [base, ours, theirs] = [text("a", "b", "c"), text("1", "2", "c"), text("1", "b", "3")];
    expect(await resolve("a.js", base, ours, theirs)).toBeUndefined();
    expect(await resolve("a.txt", text("end"), text("x", "y", "end"), text("x", "z", "end"))).toBeUndefined();
  });
});

describe("adjacent lines", () => {
  test("neighbouring lines that each side changed one of are both changed", async () => {
    const merged = await resolve(
      "a.txt",
      text("one", "two", "end"),
      text("ONE", "two", "end"),
      text("one", "TWO", "end"),
    );
    expect(merged).toEqual({ text: text("ONE", "TWO", "end"), by: ["adjacent_lines"] });
  });

  test("a line added beside one that was reworded a little is added", async () => {
    const merged = await resolve(
      "a.txt",
      text("say it once", "end"),
      text("say it once more", "end"),
      text("say it once", "and then go", "end"),
    );
    expect(merged).toEqual({ text: text("say it once more", "and then go", "end"), by: ["adjacent_lines"] });
  });

  test.each([
    ["the same line changed by both", text("one"), text("two"), text("three")],
    ["lines added by both at one place", text("one"), text("one", "two"), text("one", "three")],
    [
      "a line added beside what became something else",
      text("one", "end"),
      text("ten", "end"),
      text("one", "two", "end"),
    ],
    ["a line added beside what was taken out", text("one", "end"), text("end"), text("one", "two", "end")],
    ["a line that one side took out and the other changed", text("one", "end"), text("end"), text("one!", "end")],
  ])("%s goes back to the agent", async (_, base, ours, theirs) => {
    expect(await resolve("a.txt", base, ours, theirs)).toBeUndefined();
  });
});

describe("changelogs", () => {
  const head = ["# Changes", ""];
  test("entries that both added are there, ours first", async () => {
    const base = text(...head, "- old");
    const merged = await resolve(
      "CHANGELOG.md",
      base,
      text(...head, "- ours", "- old"),
      text(...head, "- theirs", "- old"),
    );
    expect(merged).toEqual({ text: text(...head, "- ours", "- theirs", "- old"), by: ["changelog"] });
  });

  test("an entry without a heading stays above a release that the other side cut", async () => {
    const base = text("## Unreleased", "", "## 1.0.0", "- old");
    const ours = text("## Unreleased", "", "## 1.1.0", "- new", "", "## 1.0.0", "- old");
    const theirs = text("## Unreleased", "", "- mine", "", "## 1.0.0", "- old");
    const merged = await resolve("CHANGES.md", base, ours, theirs);
    expect(merged?.by).toEqual(["changelog"]);
    const lines = merged?.text.split("\n").filter(Boolean);
    expect(lines).toEqual(["## Unreleased", "- mine", "## 1.1.0", "- new", "## 1.0.0", "- old"]);
  });

  test("of two releases the higher one comes first, whoever wrote it", async () => {
    const base = text("# Changes", "", "## 1.0.0", "- old");
    const low = text("# Changes", "", "## 1.0.1", "- fix", "", "## 1.0.0", "- old");
    const high = text("# Changes", "", "## 1.1.0", "- feature", "", "## 1.0.0", "- old");
    const merged = await resolve("CHANGELOG.md", base, low, high);
    const swapped = await resolve("CHANGELOG.md", base, high, low);
    expect(merged?.text.match(/## .*/g)).toEqual(["## 1.1.0", "## 1.0.1", "## 1.0.0"]);
    expect(swapped?.text).toBe(merged?.text);
  });

  test("what is not out yet stands above a release that the other side wrote", async () => {
    const base = text("# Changes", "", "## 1.0.0", "", "- old");
    const open = text("# Changes", "", "## main / unreleased", "", "- new", "", "## 1.0.0", "", "- old");
    const out = text("# Changes", "", "## 1.0.1 / 2020-01-01", "", "- fix", "", "## 1.0.0", "", "- old");
    const merged = await resolve("CHANGELOG.md", base, out, open);
    expect(merged?.text.match(/## .*/g)).toEqual(["## main / unreleased", "## 1.0.1 / 2020-01-01", "## 1.0.0"]);
    expect((await resolve("CHANGELOG.md", base, open, out))?.text).toBe(merged?.text);
  });

  test("entries that both added where only empty lines were are there, however git counted those", async () => {
    const merged = await resolve(
      "CHANGES.rst",
      text("- old", "", "", "End"),
      text("- old", "- ours", "", "End"),
      text("- old", "- theirs", "", "", "End"),
    );
    expect(merged?.text.split("\n").filter(Boolean)).toEqual(["- old", "- ours", "- theirs", "End"]);
  });

  test("kinds of change that both wrote under one heading are joined, and entries with them", async () => {
    const base = text("# Changes", "", "## 1.0.0", "- old");
    const side = (name: string) =>
      text("# Changes", "", "## Unreleased 1.1", "### Fixed", `- ${name}`, "", "## 1.0.0", "- old");
    const merged = await resolve("CHANGELOG.md", base, side("ours"), side("theirs"));
    expect(merged?.text.split("\n").filter(Boolean).slice(1, 5)).toEqual([
      "## Unreleased 1.1",
      "### Fixed",
      "- ours",
      "- theirs",
    ]);
  });

  test("kinds of change as high as releases stay with their release", async () => {
    const base = text("# Changes", "", "## App 1.0.0", "- old");
    const side = (version: string) =>
      text("# Changes", "", `## App ${version}`, "## Fixed", `- in ${version}`, "", "## App 1.0.0", "- old");
    const merged = await resolve("CHANGELOG.md", base, side("1.0.1"), side("1.1.0"));
    const lines = merged?.text.split("\n").filter(Boolean).slice(1, 7);
    expect(lines).toEqual(["## App 1.1.0", "## Fixed", "- in 1.1.0", "## App 1.0.1", "## Fixed", "- in 1.0.1"]);
  });

  test("a heading that one side renamed leaves open what the other wrote under it", async () => {
    const merged = await resolve(
      "CHANGELOG.md",
      text("## Next", "- one", "", "## 1.0.0"),
      text("## 1.1.0", "- one", "- ours", "", "## 1.0.0"),
      text("## Next", "- one", "- theirs", "", "## 1.0.0"),
    );
    expect(merged).toBeUndefined();
  });

  test.each([
    ["an entry that both reworded", text("- one", "- two"), text("- one!", "- two"), text("- one?", "- two")],
    [
      "the same heading added by both",
      text("# C", "", "- o"),
      text("# C", "", "## 2.0.0", "- a", "- o"),
      text("# C", "", "## 2.0.0", "- b", "- o"),
    ],
  ])("%s goes back to the agent", async (_, base, ours, theirs) => {
    expect(await resolve("CHANGELOG.md", base, ours, theirs)).toBeUndefined();
  });
});

test("what a program writes is for that program to write again", async () => {
  const file = (one: string, two: string) => text("<!-- Do not edit this file. -->", one, two, "end");
  expect(await resolve("api.md", file("a", "b"), file("A", "b"), file("a", "B"))).toBeUndefined();
});

describe("lists", () => {
  test("names that both added to a list of names are both there", async () => {
    const merged = await resolve("AUTHORS", text("Ann"), text("Ann", "Bob"), text("Ann", "Cid"));
    expect(merged).toEqual({ text: text("Ann", "Bob", "Cid"), by: ["list"] });
  });

  test("exceptions in an ignore file depend on their order, which only people know", async () => {
    expect(await resolve(".gitignore", text("a"), text("a", "b/*"), text("a", "!b/c"))).toBeUndefined();
  });

  test("the sums of Go modules are joined and sorted", async () => {
    const merged = await resolve(
      "go.sum",
      text("a v1 h1:a="),
      text("a v1 h1:a=", "c v1 h1:c="),
      text("a v1 h1:a=", "b v1 h1:b="),
    );
    expect(merged).toEqual({ text: text("a v1 h1:a=", "b v1 h1:b=", "c v1 h1:c="), by: ["lock_file"] });
  });

  test("two sums for one version are an alarm, not a conflict to settle", async () => {
    expect(await resolve("go.sum", "", text("a v1 h1:a="), text("a v1 h1:b="))).toBeUndefined();
  });
});

test("a line added between lines that were each reworded a little is added", async () => {
  const merged = await resolve(
    "go.mod",
    text("require (", "\ta.b/c v0.31.1", "\ta.b/d v0.10.0", ")"),
    text("require (", "\ta.b/c v0.31.1", "\ta.b/cc v0.5.0", "\ta.b/d v0.10.0", ")"),
    text("require (", "\ta.b/c v0.33.4", "\ta.b/d v0.11.1", ")"),
  );
  expect(merged).toEqual({
    text: text("require (", "\ta.b/c v0.33.4", "\ta.b/cc v0.5.0", "\ta.b/d v0.11.1", ")"),
    by: ["adjacent_lines"],
  });
});
