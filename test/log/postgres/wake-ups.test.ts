import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { Client } from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Log } from "../../../src/log/port.ts";
import { readAddress } from "../../../src/log/postgres/address.ts";
import { channelOf } from "../../../src/log/postgres/lock-key.ts";
import { openPostgresLog } from "../../../src/log/postgres/open.ts";
import { Sessions } from "../../../src/log/postgres/sessions.ts";
import { WakeUps } from "../../../src/log/postgres/wake-ups.ts";
import { collect } from "../contract/given.ts";
import { appends, stream, texts } from "../samples.ts";
import { makePostgresPlace, type PostgresPlace } from "./place.ts";
import { noServer, useServer } from "./server.ts";

describe.skipIf(noServer)("wake-ups through PostgreSQL", () => {
  const server = useServer();
  let place: PostgresPlace;
  let log: Log;

  beforeEach(async () => {
    place = await makePostgresPlace(server);
    log = await place.open();
  });
  afterEach(async () => {
    await log.close();
    await place.remove();
  });

  /** All channels on which somebody tells something, until it is ended. */
  async function listen(...channels: readonly string[]) {
    const client = new Client({ connectionString: place.url });
    await client.connect();
    const heard: string[] = [];
    client.on("notification", ({ channel }) => heard.push(channel));
    for (const channel of channels) await client.query(`LISTEN ${channel}`);
    return { heard, client };
  }

  test("[E7] whoever never looks for himself hears of the last commit of a storm", async () => {
    const following = collect(await openSleeper(), 0, 200);
    for (let index = 0; index < 200; index += 1) await log.transact(stream, index, () => appends(String(index)));
    expect(texts(await following)).toHaveLength(200);
  });

  test("[E7] one announcement stands for many", async () => {
    const { heard, client } = await listen(channelOf(stream));
    const sessions = new Sessions(readAddress(place.url), 1000);
    const wakeUps = new WakeUps(() => sessions.open(), 3_600_000);
    for (let index = 0; index < 1000; index += 1) {
      wakeUps.announce(stream);
      if (index % 100 === 0) await setTimeout(1);
    }
    await wakeUps.end();
    await client.query("SELECT 1");
    // The first, those of some ten milliseconds each, and the last.
    expect(heard.length).toBeGreaterThan(0);
    expect(heard.length).toBeLessThan(20);
    await sessions.close();
    await client.end();
  });

  test("[E7] streams are announced each on a channel of its own", async () => {
    const { heard, client } = await listen(channelOf("one"), channelOf("two"));
    await log.transact("one", 0, () => appends("a"));
    await once(client, "notification");
    expect(heard).toEqual([channelOf("one")]);
    await client.end();
  });

  test("a step that appends nothing is not announced", async () => {
    const { heard, client } = await listen(channelOf(stream));
    await log.transact(stream, 0, () => appends());
    await log.swapCell(stream, "k", undefined, "1");
    await log.transact(stream, 0, () => appends("a"));
    await once(client, "notification");
    await setTimeout(30);
    expect(heard).toHaveLength(1);
    await client.end();
  });

  test("[E7] an announcement that is lost is made good by looking", async () => {
    const sleeper = await openPostgresLog({ url: place.url, pollMs: 40 });
    const following = collect(sleeper, 0, 1);
    await setTimeout(60);
    // As if its writer had been killed between commit and announcement.
    await server.ask(
      place.url,
      `INSERT INTO interlock.event (stream, position, at, type, version, body) VALUES ($1, 1, 1, 'KnowledgeShared', 1, $2)`,
      [stream, JSON.stringify({ type: "KnowledgeShared", agent: "a", topic: "t", text: "quiet", paths: [] })],
    );
    expect(texts(await following)).toEqual(["quiet"]);
    await sleeper.close();
  });

  test("[E7] a session for announcements that the server ends is replaced", async () => {
    const sleeper = await openPostgresLog({ url: place.url, pollMs: 40 });
    const following = collect(sleeper, 0, 2);
    await log.transact(stream, 0, () => appends("a"));
    await server.ask(
      place.url,
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
    );
    await log.transact(stream, 1, () => appends("b"));
    expect(texts(await following)).toEqual(["a", "b"]);
    await sleeper.close();
  });

  const sleepers: Log[] = [];
  afterEach(async () => {
    for (const each of sleepers.splice(0)) await each.close();
  });

  /** A log that practically never looks for itself. */
  async function openSleeper(): Promise<Log> {
    const sleeper = await openPostgresLog({ url: place.url, pollMs: 3_600_000 });
    sleepers.push(sleeper);
    return sleeper;
  }
});
