import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { rename, rm } from "node:fs/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { StoreUnusable } from "../../../src/log/port.ts";
import { openDatabase } from "../../../src/log/sqlite/driver.ts";
import { refuseShared } from "../../../src/log/sqlite/file-system.ts";
import { openSqliteLog } from "../../../src/log/sqlite/open.ts";
import { here, isAlive, type Whereabouts } from "../../../src/log/sqlite/whereabouts.ts";
import { appends, stream } from "../samples.ts";
import { makeSqlitePlace, type SqlitePlace } from "./place.ts";

let place: SqlitePlace;

beforeEach(async () => {
  place = await makeSqlitePlace();
});
afterEach(() => place.remove());

const elsewhere: Whereabouts = { host: "otherhost", place: "another boot", pid: 4242, started: "1" };

test("a process of another machine or container that has the store open is named, with the way out", async () => {
  const theirs = await openSqliteLog({ file: place.file, self: elsewhere });
  await expect(place.open()).rejects.toBeInstanceOf(StoreUnusable);
  await expect(place.open()).rejects.toThrow(/4242.*otherhost.*PostgreSQL/);
  await theirs.close();
  await (await place.open()).close();
});

test("a process of another place that fell silent is taken for gone, and is refused when it comes back", async () => {
  const theirs = await openSqliteLog({ file: place.file, self: elsewhere });
  // As if its last transaction were long ago.
  change("UPDATE process SET beat = beat - 61000");
  const ours = await place.open();
  expect(rows()).toEqual([process.pid]);
  // What its own clock would have told it after a minute.
  await expect(openSqliteLog({ file: place.file, self: elsewhere })).rejects.toThrow(/is in use by process/);
  await ours.close();
  await theirs.close();
});

test("processes of this place share the store, and the rows of dead ones go", async () => {
  const dead = spawnSync(process.execPath, ["-e", ""]).pid;
  const first = await place.open();
  change(`INSERT INTO process SELECT 'dead', host, place, ${dead}, '1', beat FROM process LIMIT 1`);
  change("INSERT INTO process SELECT 'reused', host, place, pid, '1', beat FROM process LIMIT 1");
  const second = await place.open();
  expect(rows()).toEqual(
    process.platform === "linux" ? [process.pid, process.pid] : [process.pid, process.pid, process.pid],
  );
  await first.close();
  await second.close();
  expect(rows()).toEqual([]);
});

test("a copy can be opened anywhere at once, because nobody has it open", async () => {
  const log = await place.open();
  await log.backup(place.backup);
  const copy = await openSqliteLog({ file: place.backup, self: elsewhere });
  await copy.close();
  await log.close();
});

test("this process lives, another life of its pid does not", () => {
  const self = here();
  expect(isAlive(self)).toBe(true);
  if (process.platform === "linux") expect(isAlive({ ...self, started: "1" })).toBe(false);
});

test.each([
  ["nfs4", "/data/me/repo/.git/interlock"],
  ["fuse.sshfs", "/data/me/with blank/repo"],
])("a store on %s is refused with the way out", (type, folder) => {
  expect(() => refuseShared(folder, mounts)).toThrow(StoreUnusable);
  expect(() => refuseShared(folder, mounts)).toThrow(new RegExp(`${type} at .*PostgreSQL`));
});

test.each(["/data/you/repo", "/data/me/repository", "/data/me/repo/build/x", "/"])(
  "a store on a local disk is fine: %s",
  (folder) => {
    expect(() => refuseShared(folder, mounts)).not.toThrow();
  },
);

test("what cannot be told about the file system is no reason to refuse", () => {
  expect(() => refuseShared("/data", "")).not.toThrow();
});

test("a store whose file is moved or deleted while in use takes nothing more, because others would not see it", async () => {
  const log = await place.open();
  await log.transact(stream, 0, () => appends("a"));
  await rename(place.file, `${place.file}.old`);
  await expect(log.transact(stream, 1, () => appends("b"))).rejects.toThrow(/was moved or deleted/);
  await rm(`${place.file}.old`);
  await log.close();
});

const mounts = `
21 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
30 21 0:26 / /data/me/repo rw,relatime shared:5 - ext4 /dev/vdb rw
31 21 0:26 / /data/me/repo rw,relatime shared:5 - nfs4 server:/export rw
32 31 254:1 / /data/me/repo/build rw,relatime - tmpfs tmpfs rw
33 21 0:27 / /data/me/with\\040blank rw,nosuid - fuse.sshfs me@server:/ rw
`;

function change(sql: string): void {
  const db = openDatabase(place.file);
  db.exec(sql);
  db.close();
}

function rows(): readonly number[] {
  const db = openDatabase(place.file, { readonly: true });
  const pids = db.prepare<[], number>("SELECT pid FROM process").pluck().all();
  db.close();
  return pids;
}

test.runIf(process.platform === "linux")(
  "a process that was killed and that nobody has collected is gone",
  async () => {
    // The shell becomes a program that never asks how its child ended.
    const parent = spawn("sh", ["-c", "sleep 60 & echo $!; exec sleep 60"]);
    const [line] = await once(parent.stdout, "data");
    const pid = Number(line);
    expect(isAlive({ pid, started: "" })).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 200));
    process.kill(pid, "SIGKILL");
    await expect.poll(() => isAlive({ pid, started: "" })).toBe(false);
    expect(() => process.kill(pid, 0)).not.toThrow();
    parent.kill("SIGKILL");
  },
);
