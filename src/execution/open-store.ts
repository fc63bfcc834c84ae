/**
 * Opens the store that a workspace is to use, and keeps the workspace to it: two logs for one repository would hand the
 * same nodes out twice. A workspace in PostgreSQL says so in a file beside the key; one in SQLite has its database there.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Log, StoreUnusable, type StreamId } from "../log/port.ts";
import { openSqliteLog } from "../log/sqlite/open.ts";
import { here } from "../log/sqlite/whereabouts.ts";

export interface StoreChoice {
  /** `sqlite`, or where a PostgreSQL database is. */
  readonly url: string;
  /** Where the workspace keeps its state. */
  readonly folder: string;
  readonly stream: StreamId;
  /** The git common dir. */
  readonly clone: string;
}

/** Opens the log, and makes it if need be. Throws StoreBusy, or StoreUnusable with the way out. */
export function openStore(choice: StoreChoice): Promise<Log> {
  return choice.url === "sqlite" ? openFile(choice) : openServer(choice);
}

async function openFile({ folder }: StoreChoice): Promise<Log> {
  refuseServer(folder);
  const log = await openSqliteLog({ file: join(folder, database) });
  // Looked at again, because another process may have begun with a server meanwhile; it looks for the file after that.
  return orClose(log, () => refuseServer(folder));
}

async function openServer({ url, folder, stream, clone }: StoreChoice): Promise<Log> {
  // Loaded here, because most workspaces need no driver for it.
  const { readAddress } = await import("../log/postgres/address.ts");
  const { openPostgresLog } = await import("../log/postgres/open.ts");
  const { place } = readAddress(url);
  if (!isBoundTo(folder, place)) refuseFile(folder);
  const log = await openPostgresLog({ url, home: { stream, clone, self: here() } });
  return orClose(log, () => bind(folder, place));
}

/** The SQLite database. */
const database = "state.db";

/** Names the server and database, without role or password. */
const binding = "store";

function bind(folder: string, place: string): void {
  if (isBoundTo(folder, place)) return;
  const file = join(folder, binding);
  writeFileSync(file, `${place}\n`);
  try {
    refuseFile(folder);
  } catch (error) {
    rmSync(file);
    throw error;
  }
}

/** Whether the workspace already uses this server; throws StoreUnusable if it uses another. */
function isBoundTo(folder: string, place: string): boolean {
  const bound = readBinding(folder);
  if (bound === undefined || bound === place) return bound === place;
  throw new StoreUnusable(
    `The log of this workspace is in ${bound}, not in ${place}. Set store.url or INTERLOCK_STORE to the first. ` +
      `If it was moved, put the new place into ${join(folder, binding)}.`,
  );
}

function refuseServer(folder: string): void {
  const bound = readBinding(folder);
  if (bound === undefined) return;
  throw new StoreUnusable(
    `The log of this workspace is in ${bound}. Set store.url or INTERLOCK_STORE to it, with role and password. ` +
      `If it is to begin anew in SQLite, delete ${join(folder, binding)}.`,
  );
}

function refuseFile(folder: string): void {
  const file = join(folder, database);
  if (!existsSync(file)) return;
  throw new StoreUnusable(
    `The log of this workspace is in ${file}, and is not carried over to PostgreSQL. ` +
      "Set store.url or INTERLOCK_STORE to sqlite. If it is to begin anew in PostgreSQL, move that file away, with the -wal and -shm beside it.",
  );
}

function readBinding(folder: string): string | undefined {
  const file = join(folder, binding);
  // Empty while another process is about to write it.
  return existsSync(file) ? readFileSync(file, "utf8").trim() || undefined : undefined;
}

async function orClose(log: Log, check: () => void): Promise<Log> {
  try {
    check();
    return log;
  } catch (error) {
    await log.close();
    throw error;
  }
}
