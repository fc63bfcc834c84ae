import { afterEach, beforeEach, expect, test } from "vitest";
import { startChild } from "../child.ts";
import { appends, stream, texts } from "../samples.ts";
import { makeSqlitePlace, type SqlitePlace } from "./place.ts";

let place: SqlitePlace;

beforeEach(async () => {
  place = await makeSqlitePlace();
});
afterEach(() => place.remove());

test("[E2] several processes that count on one new store lose no update", async () => {
  const children = Array.from({ length: 5 }, () => startChild(place.file, "count", 60));
  expect(await Promise.all(children.map((child) => child.ended))).toEqual([0, 0, 0, 0, 0]);
  const log = await place.open();
  const all = await log.read(stream, 0, 1000);
  await log.close();
  expect(texts(all)).toEqual(Array.from({ length: 300 }, (_, index) => String(index + 1)));
  expect(all.map((each) => each.position)).toEqual(all.map((_, index) => index + 1));
});

test("[E7] a follower in another process hears every event once and in order, and ends without being told twice", async () => {
  const log = await place.open();
  await log.transact(stream, 0, () => appends("before"));
  const child = startChild(place.file, "follow", 61);
  await child.said("open");
  for (let index = 0; index < 60; index += 1) await log.transact(stream, index + 1, () => appends(`live ${index}`));
  expect(await child.ended).toBe(0);
  await log.close();
  const live = Array.from({ length: 60 }, (_, index) => `${index + 2} live ${index}`);
  expect(child.lines).toEqual(["open", "1 before", ...live]);
});
