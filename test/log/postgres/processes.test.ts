import { setTimeout } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { expectWholeBatches } from "../batches.ts";
import { startChild } from "../child.ts";
import { appends, stream, texts } from "../samples.ts";
import { makePostgresPlace, type PostgresPlace } from "./place.ts";
import { noServer, useServer } from "./server.ts";

describe.skipIf(noServer)("several processes on one database", () => {
  const server = useServer();
  let place: PostgresPlace;

  beforeEach(async () => {
    place = await makePostgresPlace(server);
  });
  afterEach(() => place.remove());

  test("[E2] that count lose no update, though they make the tables at the same time", async () => {
    const children = Array.from({ length: 4 }, () => startChild(place.url, "count", 60));
    expect(await Promise.all(children.map((child) => child.ended))).toEqual([0, 0, 0, 0]);
    const log = await place.open();
    const all = await log.read(stream, 0, 1000);
    await log.close();
    expect(texts(all)).toEqual(Array.from({ length: 240 }, (_, index) => String(index + 1)));
    expect(all.map((each) => each.position)).toEqual(all.map((_, index) => index + 1));
  });

  test("[E7] a follower hears every event once and in order, because it is told and not by looking", async () => {
    const log = await place.open();
    await log.transact(stream, 0, () => appends("before"));
    const child = startChild(place.url, "follow", 61);
    await child.said("1 before");
    for (let index = 0; index < 60; index += 1) {
      await log.transact(stream, index + 1, () => appends(`live ${index}`));
      // Sometimes long enough for the follower to have fallen asleep again.
      if (index % 20 === 0) await setTimeout(60);
    }
    expect(await child.ended).toBe(0);
    await log.close();
    const live = Array.from({ length: 60 }, (_, index) => `${index + 2} live ${index}`);
    expect(child.lines).toEqual(["open", "1 before", ...live]);
  });

  test("[E3] [E4] after kill -9 every acknowledged batch is there, every other one is whole or absent, with its claim", async () => {
    const acknowledged: string[] = [];
    for (let round = 0; round < rounds; round += 1) {
      // Two writers, so that one is often killed while the other commits; large batches are killed in the middle.
      const writers = [
        startChild(place.url, "batches", 3, `small${round}`),
        startChild(place.url, "batches", 400, `large${round}`),
      ];
      await Promise.all(writers.map((writer) => writer.said("open")));
      await setTimeout(Math.random() * 60);
      for (const writer of writers) writer.process.kill("SIGKILL");
      await Promise.all(writers.map((writer) => writer.ended));
      acknowledged.push(...writers.flatMap((writer) => writer.lines.filter((line) => line !== "open")));
      await server.untilLeft(place.url);
      const log = await place.open();
      await expectWholeBatches(log, acknowledged);
      await log.close();
    }
    expect(acknowledged.length).toBeGreaterThan(rounds);
  });
});

const rounds = 12;
