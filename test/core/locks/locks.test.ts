import { expect, test } from "vitest";
import { patternOf } from "../../../src/core/locks/locks.ts";

test("patterns are the same however many were read in between", () => {
  const first = patternOf("src/first/**", false);
  for (let i = 0; i < 2_500; i += 1) expect(patternOf(`src/${i}/*.ts`, false).text).toBe(`src/${i}/*.ts`);
  expect(patternOf("src/first/**", false)).toEqual(first);
});
