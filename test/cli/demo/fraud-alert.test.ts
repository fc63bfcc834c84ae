import { describe, expect, test } from "vitest";
import { fraudPlanYaml, streams } from "../../../src/cli/demo/fraud-alert/fraud-plan.ts";
import { isChange } from "../../../src/cli/demo/shop/change.ts";
import { wrapped } from "../../../src/cli/wrap.ts";
import { matches } from "../../../src/core/pattern/match.ts";
import { parsePattern } from "../../../src/core/pattern/parse.ts";

describe("the fraud alert dashboard", () => {
  test("its agents write only what the plan lets their nodes write, also when they go over them again", () => {
    for (const { id, writes, steps, rework = [] } of streams.flatMap(({ nodes }) => nodes)) {
      const paths = [...steps, ...rework].flatMap((step) => (isChange(step) || step.do === "mock" ? [step.path] : []));
      expect(paths.length).toBeGreaterThan(0);
      for (const path of paths)
        expect(
          writes.some((pattern) => isIn(pattern, path)),
          `${id} writes ${path}`,
        ).toBe(true);
    }
  });

  test("its estimates are as scaled as its work", () => {
    const minutes = (minuteMs: number) =>
      Number(/id: criteria[\s\S]*?estimate_minutes: (\S+)/.exec(fraudPlanYaml(minuteMs))?.[1]);
    expect(minutes(60_000)).toBe(60);
    expect(minutes(600)).toBeCloseTo(0.6);
  });
});

test("a text is broken between words, and no word is lost", () => {
  const text = "one two three-and-a-half four";
  expect(wrapped(text, 9)).toEqual(["one two", "three-and-a-half", "four"]);
  expect(wrapped(text, 9).join(" ")).toBe(text);
  expect(wrapped("", 9)).toEqual([""]);
});

function isIn(text: string, path: string): boolean {
  const parsed = parsePattern(text, { ignoreCase: false });
  return "pattern" in parsed && matches(parsed.pattern, path);
}
