import { expect, test } from "vitest";
import { StoreBusy, StoreUnusable } from "../../../src/log/port.ts";
import { explain, isBusy } from "../../../src/log/sqlite/faults.ts";

test.each([
  ["SQLITE_FULL", /disk is full.*Free some space/],
  ["SQLITE_READONLY_DBMOVED", /cannot be written/],
  ["SQLITE_IOERR_FSYNC", /disk reports an error/],
  ["SQLITE_CORRUPT_INDEX", /is damaged.*backup/],
])("%s becomes words that help, and keeps its cause", (code, words) => {
  const fault = sqliteError("no", code);
  const explained = explain(fault, "state.db");
  expect(explained).toBeInstanceOf(StoreUnusable);
  expect(explained).toMatchObject({ message: expect.stringMatching(words), cause: fault });
});

test("a busy store inside a transaction is not tried again, because the step has run", () => {
  const explained = explain(sqliteError("locked", "SQLITE_BUSY_SNAPSHOT"), "state.db");
  expect(explained).toBeInstanceOf(StoreBusy);
  expect(isBusy(explained)).toBe(false);
});

test("what is not a fault of the store stays what it is", () => {
  const others = [new Error("step"), sqliteError("mistake", "SQLITE_ERROR"), "text", undefined];
  expect(others.map((each) => explain(each, "state.db"))).toEqual(others);
});

/** What the driver throws, in whichever of its versions. */
function sqliteError(message: string, code: string): Error {
  return Object.assign(new Error(message), { code });
}
