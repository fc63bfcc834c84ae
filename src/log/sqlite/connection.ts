import { statSync } from "node:fs";
import type { Database } from "better-sqlite3";
import { StoreGone, StoreUnusable } from "../port.ts";
import { openDatabase } from "./driver.ts";
import { migrate } from "./migrate.ts";
import { patiently } from "./patience.ts";
import { ProcessTable } from "./process-table.ts";
import { prepareStatements, type Statements } from "./statements.ts";
import type { Whereabouts } from "./whereabouts.ts";

/** An open store whose tables are up to date and which this process may use. */
export interface Connection {
  readonly file: string;
  readonly db: Database;
  readonly statements: Statements;
  readonly processes: ProcessTable;
  /** Throws StoreGone if the path now leads to another file: others would write there, unseen by us. */
  refuseMoved(): void;
}

/** Opens or creates the file; throws StoreBusy at `deadline` (see `patiently`) and StoreUnusable with the way out. */
export function connect(file: string, self: Whereabouts, deadline: number): Promise<Connection> {
  // As a whole, because each statement finds the store busy while another process makes or recovers it.
  return patiently(file, deadline, () => {
    // A busy timeout would block the whole process inside SQLite; `patiently` waits instead.
    const db = openDatabase(file, { timeout: 0 });
    try {
      return prepare(db, file, self);
    } catch (error) {
      db.close();
      throw error;
    }
  });
}

function prepare(db: Database, file: string, self: Whereabouts): Connection {
  refuseOldLibrary(db);
  db.pragma("journal_mode = WAL");
  // Each commit is on disk before it is acknowledged.
  db.pragma("synchronous = FULL");
  db.pragma(`journal_size_limit = ${64 * 1024 * 1024}`);
  const enter = db.transaction(() => {
    migrate(db);
    const table = new ProcessTable(db, file, self);
    table.beat(Date.now());
    return table;
  });
  const processes = enter.immediate();
  const opened = inode(file);
  return {
    file,
    db,
    statements: prepareStatements(db),
    processes,
    refuseMoved: () => {
      if (inode(file) === opened) return;
      throw new StoreGone(
        `The store ${file} was moved or deleted while in use, perhaps with its whole repository; nothing was done. ` +
          "Start Interlock again where the repository is now.",
      );
    },
  };
}

// Before 3.51.3 a checkpoint that met a reset of the write-ahead log could lose commits.
const oldestLibrary = [3, 51, 3] as const;

/** Throws StoreUnusable for an SQLite library with the write-ahead log bug. */
function refuseOldLibrary(db: Database): void {
  const version = db.prepare<[], string>("SELECT sqlite_version()").pluck().get() ?? "";
  if (isAtLeast(version, oldestLibrary)) return;
  throw new StoreUnusable(
    `SQLite ${version} can lose commits; ${oldestLibrary.join(".")} or newer is needed. Update the package better-sqlite3.`,
  );
}

/** Whether a dotted version is this one or a later one. */
export function isAtLeast(version: string, oldest: readonly number[]): boolean {
  const parts = version.split(".").map(Number);
  for (const [index, floor] of oldest.entries()) {
    const part = parts[index] ?? 0;
    if (part !== floor) return part > floor;
  }
  return true;
}

function inode(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat === undefined ? "none" : `${stat.dev}:${stat.ino}`;
}
