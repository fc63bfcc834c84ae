import { setTimeout } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openDatabase } from "../../../src/log/sqlite/driver.ts";
import { expectWholeBatches } from "../batches.ts";
import { startChild } from "../child.ts";
import { makeSqlitePlace, type SqlitePlace } from "./place.ts";

let place: SqlitePlace;

beforeEach(async () => {
  place = await makeSqlitePlace();
});
afterEach(() => place.remove());

test("[E3] [E4] after kill -9 every acknowledged batch is there, every other one is whole or absent, with its claim", async () => {
  const acknowledged: string[] = [];
  for (let round = 0; round < rounds; round += 1) {
    // Two writers, so that one is often killed while the other commits; large batches are killed in the middle.
    const writers = [
      startChild(place.file, "batches", 3, `small${round}`),
      startChild(place.file, "batches", 400, `large${round}`),
    ];
    await Promise.all(writers.map((writer) => writer.said("open")));
    await setTimeout(Math.random() * 40);
    for (const writer of writers) writer.process.kill("SIGKILL");
    await Promise.all(writers.map((writer) => writer.ended));
    acknowledged.push(...writers.flatMap((writer) => writer.lines.filter((line) => line !== "open")));
    await expectWhole(acknowledged);
  }
  expect(acknowledged.length).toBeGreaterThan(rounds);
});

const rounds = 20;

async function expectWhole(acknowledged: readonly string[]): Promise<void> {
  const log = await place.open();
  await expectWholeBatches(log, acknowledged);
  await log.close();

  const db = openDatabase(place.file, { readonly: true });
  expect(db.pragma("integrity_check", { simple: true })).toBe("ok");
  db.close();
}
