import { spawnSync } from "node:child_process";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Log, StoreUnusable } from "../../../src/log/port.ts";
import { openPostgresLog } from "../../../src/log/postgres/open.ts";
import { presencePrefix } from "../../../src/log/postgres/presence.ts";
import { here, type Whereabouts } from "../../../src/log/sqlite/whereabouts.ts";
import { appends, stream } from "../samples.ts";
import { makePostgresPlace, type PostgresPlace } from "./place.ts";
import { noServer, useServer } from "./server.ts";

describe.skipIf(noServer)("one log for one clone on one machine", () => {
  const server = useServer();
  let place: PostgresPlace;
  let opened: Log[];

  beforeEach(async () => {
    place = await makePostgresPlace(server);
    opened = [];
  });
  afterEach(async () => {
    for (const log of opened) await log.close();
    await place.remove();
  });

  const elsewhere: Whereabouts = { host: "otherhost", place: "another boot", pid: 4242, started: "1" };

  async function open(clone: string, self = here()): Promise<Log> {
    const log = await openPostgresLog({ url: place.url, home: { stream, clone, self } });
    opened.push(log);
    return log;
  }

  const rows = async () => [...(await (opened[0] ?? (await place.open())).listCells(stream, presencePrefix)).values()];

  test("processes of one clone share it, and leave no trace when they go", async () => {
    const [first, second] = [await open("/a/.git"), await open("/a/.git")];
    await first.transact(stream, 0, () => appends("a"));
    await second.transact(stream, 1, () => appends("b"));
    expect(await rows()).toHaveLength(2);
    await first.close();
    await second.close();
    const look = await place.open();
    expect(await look.listCells(stream, "")).toEqual(new Map());
    await look.close();
  });

  test("another clone on this machine is refused with words while a process works on the first", async () => {
    const first = await open("/a/.git");
    await expect(open("/b/.git")).rejects.toBeInstanceOf(StoreUnusable);
    await expect(open("/b/.git")).rejects.toThrow(
      new RegExp(`in use by process ${process.pid} for the clone at /a/.git.*git remote, which is not built yet`),
    );
    await first.close();
    await open("/b/.git");
  });

  test("another machine or container is refused, even with the same path, until the first falls silent", async () => {
    await open("/a/.git", elsewhere);
    await expect(open("/a/.git")).rejects.toThrow(/4242 on another machine or in another container \(otherhost\)/);
    await expect(open("/a/.git")).rejects.toThrow(/try again in \d+ s/);
    await change((present) => ({ ...present, beat: Number(present["beat"]) - 61_000 }));
    await open("/a/.git");
    // Whoever comes back from a long sleep finds out before it writes anything.
    await expect(open("/a/.git", elsewhere)).rejects.toThrow(/is in use by process/);
  });

  test("the cells of dead processes of this machine go at once", async () => {
    const dead = spawnSync(process.execPath, ["-e", ""]).pid;
    const killed = await open("/a/.git");
    await change((present) => ({ ...present, pid: dead, started: "1" }));
    await open("/b/.git");
    expect(await rows()).toHaveLength(1);
    expect((await rows())[0]).toContain("/b/.git");
    void killed;
  });

  test("other streams of the database are none of its business", async () => {
    await open("/a/.git");
    const home = { stream: "w2", clone: "/b/.git", self: elsewhere };
    const log = await openPostgresLog({ url: place.url, home });
    opened.push(log);
    await log.transact("w2", 0, () => appends("a"));
  });

  test("a backup holds nobody's presence", async () => {
    const log = await open("/a/.git");
    await log.backup(place.backup);
    const copy = await place.openBackup();
    expect(await copy.listCells(stream, "")).toEqual(new Map());
    await copy.close();
  });

  /** Rewrites all cells as if their processes had said something else. */
  async function change(edit: (present: Record<string, unknown>) => Record<string, unknown>): Promise<void> {
    const cells = await server.ask<{ key: string; value: string }>(place.url, "SELECT key, value FROM interlock.cell");
    for (const { key, value } of cells) {
      const next = JSON.stringify(edit(JSON.parse(value) as Record<string, unknown>));
      await server.ask(place.url, "UPDATE interlock.cell SET value = $2 WHERE key = $1", [key, next]);
    }
  }
});
