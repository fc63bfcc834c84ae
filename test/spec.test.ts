import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const idsIn = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, id]) => id ?? "");

const rules = idsIn(readFileSync("SPEC.md", "utf8"), /^- \*\*([A-Z]\d+)\*\* /gm);

const named = readdirSync("test", { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && file !== "spec.test.ts")
  .flatMap((file) => {
    const text = readFileSync(join("test", file), "utf8");
    return idsIn(text, /\[([A-Z]\d+)\]/g).map((id) => ({ id, file }));
  });

test("no rule has two meanings", () => {
  expect(rules.filter((id, i) => rules.indexOf(id) !== i)).toEqual([]);
});

test("every rule has a test that names it", () => {
  const proven = new Set(named.map(({ id }) => id));
  expect(rules.filter((id) => !proven.has(id))).toEqual([]);
});

test("every rule that a test names is in SPEC.md", () => {
  expect(named.filter(({ id }) => !rules.includes(id))).toEqual([]);
});
