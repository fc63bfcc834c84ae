import { describe, expect, test } from "vitest";
import { durationText } from "../../src/cli/duration-text.ts";
import { OutputTail } from "../../src/cli/run/output-tail.ts";
import { tableLines } from "../../src/cli/table.ts";
import { cut, jsonText, oneLine } from "../../src/cli/terminal.ts";

test.each([
  [-5, "0 s"],
  [59_400, "59 s"],
  [59_600, "1 min"],
  [200_000, "3 min 20 s"],
  [45 * 60_000, "45 min"],
  [59.9 * 60_000, "1 h"],
  [125 * 60_000, "2 h 5 min"],
  [97 * 3_600_000, "4 d 1 h"],
])("%i ms is said as %s", (ms, text) => expect(durationText(ms)).toBe(text));

test("columns stand under each other whatever colours their cells have", () => {
  const red = (text: string) => `\u001b[31m${text}\u001b[39m`;
  expect(
    tableLines([
      ["a", red("bb"), "c"],
      ["aaa", "b", ""],
    ]),
  ).toEqual([`a    ${red("bb")}  c`, "aaa  b"]);
});

test("text of others cannot move the cursor, change colours or begin a line", () => {
  expect(oneLine("a\u001b[2J\nb\r\u0007\u009bc")).toBe("a [2J b c");
  expect(oneLine("a\u202eb\u2066c")).toBe("a b c");
  expect(cut("abcdef", 4)).toBe("abc…");
});

describe("the end of an output", () => {
  test("is its last lines, however long it was", () => {
    const tail = new OutputTail();
    for (let i = 0; i < 10_000; i += 1) tail.add(Buffer.from(`line ${i}\n`));
    const lines = tail.text().split("\n");
    expect(lines).toHaveLength(20);
    expect(lines.at(-1)).toBe("line 9999");
  });
});

test("JSON of what others wrote moves no cursor, and reads as it was", () => {
  const text = "a\u001b[2J\u009b31m\u202eb\n";
  const shown = jsonText({ text });
  expect(shown).toMatch(/^[\x20-\x7e]*$/);
  expect(JSON.parse(shown)).toEqual({ text });
});
