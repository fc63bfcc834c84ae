import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { ClaimRow } from "../../../src/log/port.ts";
import { readClaimsFast } from "../../../src/log/sqlite/claim-table.ts";
import { stream } from "../samples.ts";
import { makeSqlitePlace, type SqlitePlace } from "./place.ts";

let place: SqlitePlace;

beforeEach(async () => {
  place = await makeSqlitePlace();
});
afterEach(() => place.remove());

const row: ClaimRow = {
  id: "c1",
  plan: "p",
  node: "n",
  attempt: 2,
  agent: "a",
  mode: "write",
  pattern: "src/**",
  slot: "s1",
  since: 1_790_000_000_000,
};

test("a hook reads who holds what, while the store is open and after it was closed", async () => {
  const log = await place.open();
  await log.transact(stream, 0, () => ({ append: [], claims: [{ put: row }], result: 0 }));
  expect(readClaimsFast(place.file)).toEqual([row]);
  await log.close();
  expect(readClaimsFast(place.file)).toEqual([row]);
});

test("a hook in a repository without a store finds nothing, and makes nothing", () => {
  expect(readClaimsFast(join(place.folder, "nowhere", "state.db"))).toEqual([]);
  expect(readClaimsFast(place.file)).toEqual([]);
});
