import picocolors from "picocolors";
import { expect, test } from "vitest";
import { trainLines } from "../../src/cli/status/draw-train.ts";
import type { Terminal } from "../../src/cli/terminal.ts";

const start = Date.UTC(2026, 10, 20, 12);
const at = (seconds: number) => new Date(start + seconds * 1_000).toISOString();

const terminal = (columns: number): Terminal => ({
  interactive: false,
  columns,
  colours: picocolors.createColors(false),
  print: () => undefined,
  printJson: () => undefined,
  complain: () => undefined,
});

const of = { plan: "shop", assumes: [], since: at(0) };
const queue = {
  trains: [
    {
      plan: "shop",
      mode: "window" as const,
      size: 4,
      chosen: "measured" as const,
      say: "window of 4, because gates take 60 s and 3 % fail: about 3.6 × one after another",
    },
  ],
  train: [
    {
      ...of,
      node: "routes",
      position: 1,
      state: "in_gates" as const,
      stands_on: "tip",
      gates: [
        { name: "lint", state: "passed" as const },
        { name: "style", state: "failed_within_threshold" as const },
        { name: "test", state: "running" as const, since: at(30), usual_seconds: 60 },
      ],
      why: { kind: "gates", say: "is in its gates" },
    },
    {
      ...of,
      node: "a-node-with-a-name-that-is-far-too-long-for-any-column",
      position: 2,
      state: "failed" as const,
      stands_on: "routes",
      failed: ["test"],
      gates: [{ name: "test", state: "failed" as const }],
      why: { kind: "blame", say: "failed; waits to see whether routes is to blame" },
    },
    {
      ...of,
      node: "docs",
      position: 3,
      state: "waiting" as const,
      gates: [],
      why: { kind: "turn", say: "waits its turn" },
    },
  ],
};

test("a train is drawn with grounds, bars and reasons", () => {
  expect(trainLines(queue, "shop", { now: start + 60_000, most: 16 }, terminal(110))).toEqual([
    "train  window of 4, because gates take 60 s and 3 % fail: about 3.6 × one after another",
    "   1  routes                       on tip  test ▓▓▓▓▓░░░░░ 30 s of 1 min  style ✗ (may fail)  lint ✓",
    "   2  a-node-with-a-name-that-is…  on 1    test ✗  failed; waits to see whether routes is to blame  1 min",
    "   3  docs                                 waits its turn  1 min",
  ]);
});

test("of several gates that run, a narrow terminal shows the one that takes longest", () => {
  const lint = { name: "lint", state: "running" as const, since: at(50), usual_seconds: 20 };
  const both = {
    ...queue,
    train: queue.train.slice(0, 1).map((one) => ({ ...one, gates: [lint, ...one.gates.slice(1)] })),
  };
  const [, line] = trainLines(both, "shop", { now: start + 60_000, most: 2 }, terminal(60));
  expect(line).toBe("   1  routes  on tip  test ▓▓▓▓▓░░░░░ 30 s of 1 min  +1");
});

test("on a narrow terminal no line is wider than it, and a long train is counted", () => {
  const lines = trainLines(queue, "shop", { now: start + 60_000, most: 2 }, terminal(80));
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  expect(lines.at(-1)?.trim()).toBe("and 1 more");
});
