import { describe, expect, test } from "vitest";
import { compareTexts } from "../../../src/execution/contracts/answer.ts";
import { contractKinds } from "../../../src/execution/contracts/contract-kind.ts";
import { versionPairs } from "./version-pairs.ts";
import { wholeContracts } from "./whole-contracts.ts";

describe.each(contractKinds)("[A16] versions of %s", (kind) => {
  const whole = wholeContracts[kind];
  const pairs = versionPairs(kind.replace("_", "-"));

  test.for(pairs.map((pair) => [pair.line, pair] as const))("%s", async ([, { verdict, rule, before, after }]) => {
    const { change, findings } = await compareTexts(kind, whole(before), whole(after));
    const rules = findings.map((found) => found.rule);
    expect({ change, rules }).toEqual({ change: verdict, rules: rule === "-" ? [] : expect.arrayContaining([rule]) });
    for (const { say } of findings) expect(say).toMatch(/^\S.*\.$/s);
  });
});
