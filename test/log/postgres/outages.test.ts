import { getEventListeners } from "node:events";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Log } from "../../../src/log/port.ts";
import { StoreBusy, StoreUnusable } from "../../../src/log/port.ts";
import { openPostgresLog } from "../../../src/log/postgres/open.ts";
import { collect, countUp } from "../contract/given.ts";
import { appends, put, stream, texts } from "../samples.ts";
import { makePostgresPlace, type PostgresPlace } from "./place.ts";
import { noServer, useServer } from "./server.ts";
import { openWire, type Wire } from "./wire.ts";

describe.skipIf(noServer)("a server or a way to it that fails", () => {
  const server = useServer();
  let place: PostgresPlace;
  let wire: Wire;
  let log: Log;

  beforeEach(async () => {
    place = await makePostgresPlace(server);
    wire = await openWire(place.url);
    log = await openPostgresLog({ url: wire.url, busyTimeoutMs: 5_000, pollMs: 50 });
  });
  afterEach(async () => {
    await log.close();
    await wire.close();
    await place.remove();
  });

  test("[E2] a step takes two round trips, whatever it was handed and whatever it writes", async () => {
    const other = await openPostgresLog({ url: place.url, pollMs: 3_600_000 });
    const announced = collect(other, 0, 1);
    await log.transact(stream, 0, () => appends("a"));
    // Its session for announcements is open when the first one was heard.
    await announced;
    await log.transact(stream, 1, () => appends());
    await other.transact(stream, 1, () => appends("b", "c"));
    await other.close();
    const before = wire.roundTrips;
    await log.transact(stream, 1, () => ({ ...appends("d", "e"), claims: [put("c1"), { drop: "c2" }] }));
    await log.transact(stream, 5, () => appends());
    await log.transact(stream, 0, () => appends());
    // An announcement, which nobody waits for, may come in between.
    expect(wire.roundTrips - before).toBeGreaterThanOrEqual(6);
    expect(wire.roundTrips - before).toBeLessThanOrEqual(7);
  });

  test("[E3] a commit that is written although its answer is lost is acknowledged, once", async () => {
    await log.transact(stream, 0, () => appends("a"));
    wire.cutAt("COMMIT\0", "after");
    let ran = 0;
    const committed = await log.transact(stream, 1, () => {
      ran += 1;
      return appends("b", "c");
    });
    expect([committed.position, ran]).toEqual([3, 1]);
    expect(texts(await log.read(stream, 0, 9))).toEqual(["a", "b", "c"]);
  });

  test("[E3] a commit that never arrived is said not to be written, its step is not run again, and the log goes on", async () => {
    await log.transact(stream, 0, () => appends("a"));
    wire.cutAt("COMMIT\0", "before");
    let ran = 0;
    const failing = log.transact(stream, 1, () => {
      ran += 1;
      return { ...appends("b"), claims: [put("c1")] };
    });
    await expect(failing).rejects.toThrow(/in the middle of a commit; nothing was written/);
    await expect(failing).rejects.toBeInstanceOf(StoreUnusable);
    expect(ran).toBe(1);
    expect(await log.readClaims(stream)).toEqual([]);
    await log.transact(stream, 1, () => appends("c"));
    expect(texts(await log.read(stream, 0, 9))).toEqual(["a", "c"]);
  });

  test("[E2] a connection that is lost before the step is replaced, and the step runs once", async () => {
    await log.transact(stream, 0, () => appends("a"));
    wire.cutAt("BEGIN", "after");
    let ran = 0;
    await log.transact(stream, 0, (missed) => {
      ran += 1;
      return appends(`after ${texts(missed)}`);
    });
    expect(ran).toBe(1);
    expect(texts(await log.read(stream, 0, 9))).toEqual(["a", "after a"]);
  });

  test("[E2] a swap whose answer is lost knows its own work", async () => {
    await log.swapCell(stream, "k", undefined, "1");
    wire.cutAt("change_cell", "after");
    expect(await log.swapCell(stream, "k", "1", "2")).toBe(true);
    expect(await log.readCell(stream, "k")).toBe("2");
  });

  test("[E7] a follower whose connections are cut hears all that comes later, once and in order", async () => {
    const following = collect(log, 0, 4);
    await log.transact(stream, 0, () => appends("a", "b"));
    wire.cut();
    const other = await place.open();
    await other.transact(stream, 2, () => appends("c"));
    wire.cut();
    await other.transact(stream, 3, () => appends("d"));
    await other.close();
    expect(texts(await following)).toEqual(["a", "b", "c", "d"]);
  });

  test("[E3] [E7] a server that starts again in the middle costs patience, nothing else", async () => {
    const following = collect(log, 0, 200);
    const counting = Promise.all([countUp(log, 100), countUp(log, 100)]).catch((error: unknown) => error);
    await collect(log, 0, 30);
    await server.stop();
    await server.start();
    await counting;
    const written = texts(await log.read(stream, 0, 999));
    expect(written).toEqual(written.map((_, index) => String(index + 1)));
    // A commit that the stop has met is refused with words, and its caller begins again.
    await countUp(log, 200 - written.length);
    expect(texts(await following)).toEqual(Array.from({ length: 200 }, (_, index) => String(index + 1)));
  });

  test("a server that stays away is refused with words after the limit, and later it works again", async () => {
    const impatient = await openPostgresLog({ url: place.url, busyTimeoutMs: 200, pollMs: 50 });
    await impatient.transact(stream, 0, () => appends("a"));
    const aborting = new AbortController();
    const following = (async () => {
      for await (const _ of impatient.follow(stream, 1, aborting.signal));
    })();
    await server.stop();
    const failures = await Promise.all(
      [
        impatient.transact(stream, 1, () => appends("b")),
        impatient.read(stream, 0, 9),
        impatient.swapCell(stream, "k", undefined, "1"),
      ].map((asked) => asked.catch((error: unknown) => error)),
    );
    for (const failure of failures) {
      expect(failure).toBeInstanceOf(StoreUnusable);
      expect(String(failure)).toMatch(
        /^StoreUnusable: The store \(PostgreSQL at 127\.0\.0\.1:\d+\/store\d+\) cannot be reached\./,
      );
    }
    // A follower that waits for the server to come back ends at once when it is told to.
    aborting.abort();
    await following;
    expect(getEventListeners(aborting.signal, "abort")).toHaveLength(0);
    await expect(openPostgresLog({ url: place.url })).rejects.toThrow(/cannot be reached/);
    await server.start();
    await impatient.transact(stream, 1, () => appends("c"));
    expect(texts(await impatient.read(stream, 0, 9))).toEqual(["a", "c"]);
    await impatient.close();
  });
});

describe.skipIf(noServer)("a stream that another session holds", () => {
  const server = useServer();
  let place: PostgresPlace;

  beforeEach(async () => {
    place = await makePostgresPlace(server);
  });
  afterEach(() => place.remove());

  test("[E6] is refused to all who wait after the limit, nothing is written, and everything else goes on", async () => {
    const holder = await place.open();
    const log = await openPostgresLog({ url: place.url, busyTimeoutMs: 150 });
    const release = await hold(holder);
    let ticks = 0;
    const ticking = setInterval(() => {
      ticks += 1;
    }, 5);
    let ran = false;
    const asked = Array.from({ length: 5 }, () =>
      log.transact(stream, 0, () => {
        ran = true;
        return appends("a");
      }),
    );
    const answers = await Promise.all(asked.map((each) => each.catch((error: unknown) => error)));
    clearInterval(ticking);
    expect(answers.every((answer) => answer instanceof StoreBusy)).toBe(true);
    expect(ran).toBe(false);
    // Others read, set cells and write to other streams meanwhile.
    expect(ticks).toBeGreaterThan(5);
    expect(await log.read(stream, 0, 9)).toEqual([]);
    expect(await log.swapCell(stream, "k", undefined, "1")).toBe(true);
    await log.transact("other", 0, () => appends("b"));
    await release();
    await log.transact(stream, 0, () => appends("c"));
    expect(texts(await log.read(stream, 0, 9))).toEqual(["c"]);
    await log.close();
    await holder.close();
  });

  /** Holds the stream as a process would that was stopped in the middle of a step. */
  async function hold(_: Log): Promise<() => Promise<void>> {
    const { lockKey } = await import("../../../src/log/postgres/lock-key.ts");
    const { Client } = await import("pg");
    const client = new Client({ connectionString: place.url });
    await client.connect();
    await client.query("SELECT pg_advisory_lock($1)", [lockKey("step", stream)]);
    return () => client.end();
  }
});
