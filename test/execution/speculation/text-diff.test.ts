import { describe, expect, test } from "vitest";
import { textDiff } from "../../../src/execution/speculation/text-diff.ts";

const numbers = (count: number) => Array.from({ length: count }, (_, i) => `${i + 1}`);

describe("the difference of two texts", () => {
  test("is what went and what came, with three lines around it", () => {
    const old = numbers(12);
    const now = [...old.slice(0, 5), "new", ...old.slice(6)];
    expect(textDiff(old.join("\n"), now.join("\n")).split("\n")).toEqual([
      "@@ -3 +3 @@",
      " 3",
      " 4",
      " 5",
      "-6",
      "+new",
      " 7",
      " 8",
      " 9",
    ]);
  });

  test("has nothing to take out of an empty text, and nothing left where the new one is empty", () => {
    expect(textDiff("", "a\nb\n")).toBe("@@ -1 +1 @@\n+a\n+b");
    expect(textDiff("a\nb\n", "")).toBe("@@ -1 +1 @@\n-a\n-b");
    expect(textDiff("", "")).toBe("");
  });

  test("shows changes that are near each other together, and others apart", () => {
    const old = numbers(40);
    const now = old.filter((line) => !["10", "14", "30"].includes(line));
    const shown = textDiff(old.join("\n"), now.join("\n")).split("\n");
    expect(shown.filter((line) => line.startsWith("@@"))).toEqual(["@@ -7 +7 @@", "@@ -27 +25 @@"]);
    expect(shown.filter((line) => line.startsWith("-"))).toEqual(["-10", "-14", "-30"]);
    expect(new Set(shown).size).toBe(shown.length);
  });

  test("of equal texts is nothing, whether or not the last line ends", () => {
    expect(textDiff("a\nb\n", "a\nb")).toBe("");
  });
});
