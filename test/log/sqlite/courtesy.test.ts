import { expect, test } from "vitest";
import { Courtesy } from "../../../src/log/sqlite/courtesy.ts";

test("[E6] short bursts go on at once, a long one is followed by a rest in which others get their turn", async () => {
  expect(await gaveWay([1, 1])).toBe(false);
  expect(await gaveWay([2, 2, 2])).toBe(true);
  expect(await gaveWay([500])).toBe(true);
});

test("time in which the store was left free anyway counts as rest", async () => {
  const courtesy = new Courtesy();
  const now = performance.now();
  courtesy.held(now - 100, now - 80);
  expect(await restedLong(courtesy)).toBe(false);
});

test("after a rest the next burst is free again", async () => {
  const courtesy = new Courtesy();
  const now = performance.now();
  courtesy.held(now - 500, now);
  expect(await restedLong(courtesy)).toBe(true);
  expect(await restedLong(courtesy)).toBe(false);
});

/** Whether it gives way after the store was held for so many milliseconds each, in one go until now. */
async function gaveWay(held: readonly number[]): Promise<boolean> {
  const courtesy = new Courtesy();
  const now = performance.now();
  let from = now - held.reduce((sum, each) => sum + each, 0);
  for (const each of held) {
    courtesy.held(from, from + each);
    from += each;
  }
  return restedLong(courtesy);
}

/** Whether resting gave the rest of the process a turn. */
async function restedLong(courtesy: Courtesy): Promise<boolean> {
  let turned = false;
  const turn = setImmediate(() => {
    turned = true;
  });
  await courtesy.rest();
  clearImmediate(turn);
  return turned;
}
