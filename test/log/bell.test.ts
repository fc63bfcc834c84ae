import { getEventListeners } from "node:events";
import { expect, test } from "vitest";
import { Bell } from "../../src/log/bell.ts";

test("[E7] a ring between looking and waiting is not lost", async () => {
  const bell = new Bell();
  const heard = bell.rings;
  bell.ring();
  await bell.wait(heard, new AbortController().signal);
});

test("a wait leaves no listener behind, however it ends", async () => {
  const bell = new Bell();
  const { signal } = new AbortController();
  for (let round = 0; round < 20; round += 1) {
    const waiting = bell.wait(bell.rings, signal);
    expect(bell.awaited).toBe(true);
    bell.ring();
    await waiting;
  }
  const aborting = new AbortController();
  const waiting = bell.wait(bell.rings, aborting.signal);
  aborting.abort();
  await waiting;
  const ending = bell.wait(bell.rings, signal);
  bell.end();
  await ending;
  await bell.wait(bell.rings, signal);
  expect(getEventListeners(signal, "abort")).toHaveLength(0);
  expect(bell.awaited).toBe(false);
});
