import { setTimeout } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { StoreBusy } from "../../../src/log/port.ts";
import { openDatabase } from "../../../src/log/sqlite/driver.ts";
import { openSqliteLog } from "../../../src/log/sqlite/open.ts";
import { whileOthersMove } from "../../../src/log/sqlite/patience.ts";
import { startChild } from "../child.ts";
import { appends, stream, texts } from "../samples.ts";
import { makeSqlitePlace, type SqlitePlace } from "./place.ts";

let place: SqlitePlace;

beforeEach(async () => {
  place = await makeSqlitePlace();
  await (await place.open()).close();
});
afterEach(() => place.remove());

test("[E6] a process whose store is held by another for two seconds goes on with everything else", async () => {
  const child = startChild(place.file, "keepTrying");
  await child.said("open");
  const release = holdStore();
  child.process.stdin?.end("go\n");
  await setTimeout(heldFor);
  release();
  const stalled = await child.said("stalled");
  expect(await child.ended).toBe(0);
  // Far below the time that the store was held; generous because the machine may be busy.
  expect(Number(stalled.split(" ")[1])).toBeLessThan(heldFor / 8);
});

test("[E6] a store that stays busy is refused after the limit, nothing is written, and later it works again", async () => {
  const log = await openSqliteLog({ file: place.file, busyTimeoutMs: 120 });
  const release = holdStore();
  let ran = false;
  const refused = log.transact(stream, 0, () => {
    ran = true;
    return appends("a");
  });
  await expect(refused).rejects.toBeInstanceOf(StoreBusy);
  expect(ran).toBe(false);
  expect(await log.read(stream, 0, 9)).toEqual([]);
  release();
  await log.transact(stream, 0, () => appends("b"));
  expect(texts(await log.read(stream, 0, 9))).toEqual(["b"]);
  await log.close();
});

test("[E6] a store in which others get one thing done after another is not held: who waits for it goes on waiting", async () => {
  const log = await openSqliteLog({ file: place.file, busyTimeoutMs: 100 });
  const end = takeTurnsWithoutAGap(30);
  const answer = log.transact(stream, 0, () => appends("a")).then(() => performance.now());
  await setTimeout(600);
  const freed = performance.now();
  end();
  expect(await answer).toBeGreaterThanOrEqual(freed);
  expect(texts(await log.read(stream, 0, 9))).toEqual(["a"]);
  await log.close();
});

test("[E6] a store that cannot even be asked how far it is counts as held, and its fault is not thrown", () => {
  const goesOn = whileOthersMove(() => {
    throw new Error("SQLITE_BUSY_RECOVERY");
  }, 0);
  expect(goesOn()).toBe(false);
});

test("[E6] all that wait for a busy store are refused together, not one after another", async () => {
  const log = await openSqliteLog({ file: place.file, busyTimeoutMs: 120 });
  const release = holdStore();
  let first = 0;
  const asked = Array.from({ length: 50 }, (_, index) =>
    log.swapCell(stream, "k", undefined, String(index)).catch((error: unknown) => error),
  );
  asked[0]?.then(() => {
    first = performance.now();
  });
  const answers = await Promise.all(asked);
  expect(answers.every((answer) => answer instanceof StoreBusy)).toBe(true);
  // One after another would take fifty times the limit.
  expect(performance.now() - first).toBeLessThan(120 * 25);
  release();
  await log.close();
});

test("[E6] a store that is busy when it is opened is waited for", async () => {
  const release = holdStore();
  const opening = place.open();
  await setTimeout(60);
  release();
  await (await opening).close();
});

test("closing does not wait long for a busy store", async () => {
  const log = await place.open();
  const release = holdStore();
  await log.close();
  release();
});

test("[E6] a process that writes without pause leaves the others their turns", async () => {
  const greedy = startChild(place.file, "batches", 3, "greedy");
  await greedy.said("greedy/50");
  for (let turn = 0; turn < 200; turn += 1) {
    await (await openSqliteLog({ file: place.file, busyTimeoutMs: 1000 })).close();
  }
  greedy.process.kill("SIGKILL");
  await greedy.ended;
});

const heldFor = 2000;

/** Holds the write lock as another process would, until released. */
function holdStore(): () => void {
  const db = openDatabase(place.file, { timeout: 1000 });
  db.exec("BEGIN IMMEDIATE");
  return () => {
    db.exec("ROLLBACK");
    db.close();
  };
}

/** Commits again and again as others would, and never leaves the store free; until it is ended. */
function takeTurnsWithoutAGap(everyMs: number): () => void {
  const db = openDatabase(place.file, { timeout: 1000 });
  db.exec("CREATE TABLE others (n)");
  const begin = () => db.exec("BEGIN IMMEDIATE; INSERT INTO others VALUES (1)");
  begin();
  const timer = setInterval(() => {
    db.exec("COMMIT");
    begin();
  }, everyMs);
  return () => {
    clearInterval(timer);
    db.exec("COMMIT");
    db.close();
  };
}
