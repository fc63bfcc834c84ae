import { expect, test } from "vitest";
import { learnPace, newGatePace } from "../../src/core/gate-pace.ts";

test("how much gates hold each other up is learnt from runs of the same gate alone and beside others", () => {
  const pace = newGatePace();
  learnPace(pace, { gate: "test", ms: 1_000, beside: false });
  learnPace(pace, { gate: "lint", ms: 9_000, beside: true });
  expect(pace.slowDown).toBe(1);
  for (let run = 0; run < 30; run += 1) learnPace(pace, { gate: "test", ms: 4_000, beside: true });
  expect(pace.slowDown).toBeCloseTo(4, 2);
  for (let run = 0; run < 30; run += 1) learnPace(pace, { gate: "test", ms: 1_000, beside: true });
  expect(pace.slowDown).toBeCloseTo(1, 1);
});

test("a gate that takes no time at all teaches nothing", () => {
  const pace = newGatePace();
  learnPace(pace, { gate: "test", ms: 0, beside: false });
  learnPace(pace, { gate: "test", ms: 100, beside: true });
  expect(pace.slowDown).toBe(1);
});
