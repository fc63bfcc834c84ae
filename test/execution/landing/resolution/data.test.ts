import { describe, expect, test } from "vitest";
import { chain, text } from "./three-sides.ts";

const { resolve } = chain();

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

describe("keys", () => {
  test("keys that both added to JSON are both there, and its form stays", async () => {
    const merged = await resolve("a.json", json({ a: 1 }), json({ a: 1, b: 2 }), json({ a: 1, c: 3 }));
    expect(merged).toEqual({ text: json({ a: 1, b: 2, c: 3 }), by: ["keys"] });
  });

  test("comments in JSON stay where they were", async () => {
    const merged = await resolve(
      "tsconfig.json",
      text("{", "  // why", '  "a": 1', "}"),
      text("{", "  // why", '  "a": 1,', '  "b": 2', "}"),
      text("{", "  // why", '  "a": 1,', '  "c": 3', "}"),
    );
    expect(merged).toEqual({ text: text("{", "  // why", '  "a": 1,', '  "b": 2,', '  "c": 3', "}"), by: ["keys"] });
  });

  test("a key that one side took out is gone beside one that the other added", async () => {
    const merged = await resolve("a.json", json({ a: 1, z: 9 }), json({ z: 9 }), json({ a: 1, b: 2, z: 9 }));
    expect(JSON.parse(merged?.text ?? "")).toEqual({ b: 2, z: 9 });
  });

  test("keys that both added to YAML are both there, with their comments", async () => {
    const merged = await resolve(
      "a.yaml",
      text("jobs:", "  a: 1"),
      text("jobs:", "  a: 1", "  b: 2 # ours"),
      text("jobs:", "  a: 1", "  c: 3 # theirs"),
    );
    expect(merged).toEqual({ text: text("jobs:", "  a: 1", "  b: 2 # ours", "  c: 3 # theirs"), by: ["keys"] });
  });

  test("keys that both added to a table of TOML are both there", async () => {
    const merged = await resolve(
      "a.toml",
      text("[dependencies]", 'a = "1"', "", "[other]", "x = 1"),
      text("[dependencies]", 'a = "1"', 'b = "2"', "", "[other]", "x = 1"),
      text("[dependencies]", 'a = "1"', 'c = "3"', "", "[other]", "x = 1"),
    );
    expect(merged?.by).toEqual(["keys"]);
    expect(merged?.text).toBe(text("[dependencies]", 'a = "1"', 'b = "2"', 'c = "3"', "", "[other]", "x = 1"));
  });

  test.each([
    ["a value that both changed", "a.json", json({ a: 1 }), json({ a: 2 }), json({ a: 3 })],
    [
      "a key that both added with different values",
      "a.json",
      json({ a: 1 }),
      json({ a: 1, b: 1 }),
      json({ a: 1, b: 2 }),
    ],
    [
      "a key that one side changed and the other took out",
      "a.json",
      json({ a: 1, b: 1 }),
      json({ a: 2, b: 1 }),
      json({ b: 1 }),
    ],
    ["items that both added to a list", "a.json", json({ a: [1] }), json({ a: [1, 2] }), json({ a: [1, 3] })],
    [
      "a list in YAML that both added to",
      "a.yml",
      text("a:", "- x"),
      text("a:", "- x", "- y"),
      text("a:", "- x", "- z"),
    ],
    [
      "JSON that names a key twice",
      "a.json",
      json({ a: 1 }),
      text("{", '  "a": 1,', '  "b": 1,', '  "b": 2', "}"),
      json({ a: 1, c: 1 }),
    ],
  ])("%s goes back to the agent", async (_, path, base, ours, theirs) => {
    expect(await resolve(path, base, ours, theirs)).toBeUndefined();
  });
});

describe("manifests", () => {
  const pack = (dependencies: Record<string, string>, version = "1.0.0") => json({ name: "x", version, dependencies });

  test("of two versions of a dependency that both raised the higher one counts", async () => {
    const merged = await resolve("package.json", pack({ a: "^1.0.0" }), pack({ a: "^1.2.0" }), pack({ a: "^1.10.0" }));
    expect(merged).toEqual({ text: pack({ a: "^1.10.0" }), by: ["manifest"] });
  });

  test("a raised version goes together with a dependency that the other side added", async () => {
    const merged = await resolve(
      "package.json",
      pack({ b: "^1.0.0" }),
      pack({ b: "^2.0.0" }),
      pack({ a: "1", b: "^1.0.0" }),
    );
    expect(JSON.parse(merged?.text ?? "")).toMatchObject({ dependencies: { a: "1", b: "^2.0.0" } });
  });

  test("the package's own version is the higher one, a release being higher than what led to it", async () => {
    const merged = await resolve("package.json", pack({}, "1.0.0"), pack({}, "1.2.0-beta.2"), pack({}, "1.1.0"));
    expect(merged).toEqual({ text: pack({}, "1.2.0-beta.2"), by: ["manifest"] });
    const labels = await resolve(
      "package.json",
      pack({ a: "^1.0.0-beta.1" }),
      pack({ a: "^1.0.0-beta.9" }),
      pack({ a: "^1.0.0-beta.10" }),
    );
    expect(labels?.text).toBe(pack({ a: "^1.0.0-beta.10" }));
  });

  test("of a dependency what leads to a higher release stays, where fixes of a lower one come in", async () => {
    const merged = await resolve(
      "blueprint.json",
      pack({ a: "~7.0.0" }),
      pack({ a: "~7.1.0-beta.1" }),
      pack({ a: "~7.0.1" }),
    );
    expect(merged).toEqual({ text: pack({ a: "~7.1.0-beta.1" }), by: ["manifest"] });
    expect(
      await resolve("blueprint.json", pack({ a: "~7.0.0" }), pack({ a: "~7.0.1" }), pack({ a: "~7.1.0-beta.1" })),
    ).toBeUndefined();
  });

  test("actions named by their commit follow the version in the comment", async () => {
    const uses = (commit: string, version: string) =>
      text("jobs:", "  a:", "    steps:", `      - uses: actions/checkout@${commit.repeat(40)} # ${version}`);
    const merged = await resolve(
      ".github/workflows/a.yml",
      uses("a", "v4.1.0"),
      uses("b", "v4.1.7"),
      uses("c", "v4.2.0"),
    );
    expect(merged).toEqual({ text: uses("c", "v4.2.0"), by: ["manifest"] });
  });

  test("pinned requirements take the higher version", async () => {
    const merged = await resolve("requirements/dev.txt", text("a==1.0"), text("a==1.9"), text("a==1.10"));
    expect(merged).toEqual({ text: text("a==1.10"), by: ["manifest"] });
  });

  test.each([
    [
      "a version that one side lowered",
      "package.json",
      pack({ a: "^2.0.0" }),
      pack({ a: "^1.0.0" }),
      pack({ a: "^3.0.0" }),
    ],
    ["another operator", "package.json", pack({ a: "^1.0.0" }), pack({ a: "~1.2.0" }), pack({ a: "^1.3.0" })],
    [
      "a range with two ends",
      "package.json",
      pack({ a: "^1.0.0" }),
      pack({ a: ">=1.1.0 <3.0.0" }),
      pack({ a: "^1.3.0" }),
    ],
    [
      "a release against what leads to another",
      "package.json",
      pack({}, "1.0.0"),
      pack({}, "1.1.0"),
      pack({}, "2.0.0-rc.1"),
    ],
    [
      "a dependency taken out here and raised there",
      "package.json",
      pack({ a: "^1.0.0", b: "1" }),
      pack({ b: "1" }),
      pack({ a: "^1.3.0", b: "1" }),
    ],
  ])("%s goes back to the agent", async (_, path, base, ours, theirs) => {
    expect(await resolve(path, base, ours, theirs)).toBeUndefined();
  });

  test("a lock file is its package manager's to write", async () => {
    const merged = await resolve("package-lock.json", json({ a: 1 }), json({ a: 1, b: 2 }), json({ a: 1, c: 3 }));
    expect(merged).toBeUndefined();
  });
});
