import { setTimeout } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { Recorded } from "../../../src/core/recorded.ts";
import { appends, stream, texts } from "../samples.ts";
import { collect, drain, forever, type Given } from "./given.ts";

/** Hearing of events as they come. */
export function keepsFollowing(given: Given): void {
  describe("following", () => {
    test("[E7] a follower gets what was there and what comes, once and in order", async () => {
      await given.log.transact(stream, 0, () => appends("a", "b"));
      const following = collect(given.log, 0, 5);
      await given.log.transact(stream, 0, () => appends("c"));
      await given.log.transact(stream, 0, () => appends("d", "e"));
      expect(texts(await following)).toEqual(["a", "b", "c", "d", "e"]);
    });

    test("[E7] a follower may begin in the middle, or at an end that is still to come", async () => {
      await given.log.transact(stream, 0, () => appends("a", "b", "c"));
      expect(texts(await collect(given.log, 2, 1))).toEqual(["c"]);
      const following = collect(given.log, 3, 1);
      await setTimeout(30);
      await given.log.transact(stream, 0, () => appends("d"));
      expect(texts(await following)).toEqual(["d"]);
    });

    test("[E7] followers wake for what another log appends", async () => {
      const other = await given.open();
      const following = [collect(other, 0, 40), collect(other, 10, 30), collect(given.log, 0, 40)];
      for (let index = 0; index < 40; index += 1) {
        await given.log.transact(stream, index, () => appends(String(index)));
        if (index % 10 === 0) await setTimeout(25);
      }
      const expected = Array.from({ length: 40 }, (_, index) => String(index));
      const heard = await Promise.all(following);
      expect(heard.map(texts)).toEqual([expected, expected.slice(10), expected]);
    });

    test("[E7] a follower reads thousands of events at once, though it reads in pages", async () => {
      const many = Array.from({ length: 3500 }, (_, index) => String(index));
      await given.log.transact(stream, 0, () => appends(...many));
      expect(texts(await collect(given.log, 0, 3500))).toEqual(many);
    });

    test("a follower ends on abort: while it waits, while it is handed events, and before it begins", async () => {
      await given.log.transact(stream, 0, () => appends("a", "b"));
      const waiting = new AbortController();
      const ended = drain(given.log.follow(stream, 2, waiting.signal));
      await setTimeout(5);
      waiting.abort();
      expect(await ended).toEqual([]);

      const busy = new AbortController();
      const got: Recorded[] = [];
      for await (const recorded of given.log.follow(stream, 0, busy.signal)) {
        got.push(recorded);
        busy.abort();
      }
      expect(texts(got)).toEqual(["a"]);
      expect(await drain(given.log.follow(stream, 0, AbortSignal.abort()))).toEqual([]);
    });

    test("a log that closes ends its followers and leaves those of others alone", async () => {
      const other = await given.open();
      const ended = drain(given.log.follow(stream, 0, forever));
      const following = collect(other, 0, 1);
      await setTimeout(5);
      await given.log.close();
      expect(await ended).toEqual([]);
      await other.transact(stream, 0, () => appends("a"));
      expect(texts(await following)).toEqual(["a"]);
    });
  });
}
