import { closeSync, existsSync, fsyncSync, openSync, rmSync } from "node:fs";
import type { Client } from "pg";
import type { Position } from "../../core/ids.ts";
import { type ClaimRow, StoreUnusable, type StreamId } from "../port.ts";
import { openDatabase } from "../sqlite/driver.ts";
import { migrate } from "../sqlite/migrate.ts";
import { prepareStatements, type Statements } from "../sqlite/statements.ts";
import type { StoredEvent } from "../stored-event.ts";
import { ask } from "./ask.ts";
import { presencePrefix } from "./presence.ts";

/**
 * Writes all streams, as of one moment, as an SQLite store: a copy can be used as it is, without a server. A copy that is
 * to become a PostgreSQL database again is pg_dump's business.
 */
export async function backupPostgres(client: Client, destination: string): Promise<void> {
  if (existsSync(destination))
    throw new StoreUnusable(`There is already something at ${destination}. Name a new file.`);
  const copy = openDatabase(destination, { timeout: 0 });
  try {
    // In memory until it is whole, and on disk at once then.
    copy.pragma("journal_mode = MEMORY");
    migrate(copy);
    const into = prepareStatements(copy);
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    copy.exec("BEGIN");
    await copyEvents(client, into);
    await copySideTables(client, into);
    copy.exec("COMMIT");
    await client.query("COMMIT");
    copy.pragma("journal_mode = DELETE");
    copy.close();
    flush(destination);
  } catch (error) {
    copy.close();
    rmSync(destination, { force: true });
    throw error;
  }
}

// Few enough that writing them takes some milliseconds.
const pageSize = 1000;

async function copyEvents(client: Client, { addEvent }: Statements): Promise<void> {
  let after: readonly [StreamId, Position] = ["", 0];
  for (;;) {
    const rows = await ask<[stream: StreamId, ...StoredEvent]>(
      client,
      {
        text: `SELECT stream, position, at, version, request, body FROM interlock.event
               WHERE (stream, position) > ($1, $2) ORDER BY stream, position LIMIT ${pageSize}`,
      },
      after,
    );
    for (const row of rows) addEvent.run(...row);
    const last = rows.at(-1);
    if (last === undefined) return;
    after = [last[0], last[1]];
  }
}

async function copySideTables(client: Client, into: Statements): Promise<void> {
  const claims = await client.query<ClaimRow & { stream: StreamId }>("SELECT * FROM interlock.claim");
  for (const row of claims.rows) into.putClaim.run(row);
  const snapshots = await ask<[StreamId, Position]>(client, {
    text: "SELECT stream, position FROM interlock.snapshot",
  });
  for (const row of snapshots) into.advanceSnapshot.run(...row);
  const sections = await ask<[StreamId, string, string]>(client, {
    text: "SELECT stream, name, text FROM interlock.section",
  });
  for (const row of sections) into.putSection.run(...row);
  // Nobody has the copy open.
  const cells = await ask<[StreamId, string, string]>(
    client,
    { text: "SELECT stream, key, value FROM interlock.cell WHERE NOT starts_with(key, $1)" },
    [presencePrefix],
  );
  for (const row of cells) into.putCell.run(...row);
}

/** Sees to it that the file is on disk. */
function flush(file: string): void {
  const handle = openSync(file, "r+");
  fsyncSync(handle);
  closeSync(handle);
}
