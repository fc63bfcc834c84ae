import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { StoreUnusable } from "../../../src/log/port.ts";
import { connect, isAtLeast } from "../../../src/log/sqlite/connection.ts";
import { openDatabase } from "../../../src/log/sqlite/driver.ts";
import { schemaVersion } from "../../../src/log/sqlite/migrate.ts";
import { here } from "../../../src/log/sqlite/whereabouts.ts";
import { appends, stream } from "../samples.ts";
import { makeSqlitePlace, type SqlitePlace } from "./place.ts";

let place: SqlitePlace;

beforeEach(async () => {
  place = await makeSqlitePlace();
});
afterEach(() => place.remove());

// `npx vitest run test/log -u` writes the file anew; the diff belongs to a new migration, never to a changed one.
test("the tables are those of the golden file", async () => {
  await (await place.open()).close();
  const db = openDatabase(place.file, { readonly: true });
  const sql = db.prepare<[], string>("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name").pluck().all();
  db.close();
  const golden = `-- user_version ${schemaVersion}\n\n${sql.join(";\n\n")};\n`;
  await expect(golden).toMatchFileSnapshot(fileURLToPath(new URL("../golden/schema.sql", import.meta.url)));
});

test("[E3] commits are on disk before they are acknowledged, and readers do not wait for writers", async () => {
  await (await place.open()).close();
  const { db } = await connect(place.file, here(), performance.now() + 5_000);
  expect(db.pragma("journal_mode", { simple: true })).toBe("wal");
  const full = 2;
  expect(db.pragma("synchronous", { simple: true })).toBe(full);
  db.close();
});

test("a store that a newer program has migrated is refused with words, when it is opened and while it is open", async () => {
  const log = await place.open();
  const db = openDatabase(place.file);
  db.pragma(`user_version = ${schemaVersion + 1}`);
  db.close();
  await expect(place.open()).rejects.toThrow(/newer Interlock/);
  await expect(place.open()).rejects.toBeInstanceOf(StoreUnusable);
  await expect(log.transact(stream, 0, () => appends("a"))).rejects.toThrow(/newer Interlock/);
  expect(await log.read(stream, 0, 9)).toEqual([]);
  await log.close();
});

test("something that is not a database is refused with words", async () => {
  await mkdir(dirname(place.file), { recursive: true });
  await writeFile(place.file, "this is a text of more than sixteen bytes, and no database".repeat(100));
  await expect(place.open()).rejects.toThrow(/is not an SQLite database/);
  await expect(place.open()).rejects.toBeInstanceOf(StoreUnusable);
});

test("SQLite versions are compared number by number", () => {
  const floor = [3, 51, 3];
  expect(["3.51.3", "3.52.0", "3.51.10", "4.0.0"].map((version) => isAtLeast(version, floor))).not.toContain(false);
  expect(["3.51.2", "3.9.9", "2.99.99", ""].map((version) => isAtLeast(version, floor))).not.toContain(true);
});
