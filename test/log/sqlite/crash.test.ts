import { setTimeout } from "node:timers/promises";
import Database from "better-sqlite3";
import { afterEach, beforeEach, expect, test } from "vitest";
import { stream, texts } from "../samples.ts";
import { startChild } from "./child.ts";
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
  const events = await log.read(stream, 0, 1_000_000);
  const claims = await log.readClaims(stream);
  await log.close();

  expect(events.every((each, index) => each.position === index + 1)).toBe(true);
  const found = new Map<string, { count: number; size: number }>();
  for (const text of texts(events)) {
    const [name, batch, , size] = text.split("/");
    const entry = found.get(`${name}/${batch}`) ?? { count: 0, size: Number(size) };
    found.set(`${name}/${batch}`, { ...entry, count: entry.count + 1 });
  }
  expect([...found].filter(([, { count, size }]) => count !== size)).toEqual([]);
  expect(acknowledged.filter((batch) => !found.has(batch))).toEqual([]);
  expect(claims.map((row) => row.id).sort()).toEqual([...found.keys()].sort());

  const db = new Database(place.file, { readonly: true });
  expect(db.pragma("integrity_check", { simple: true })).toBe("ok");
  db.close();
}
