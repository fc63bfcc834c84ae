import type { Database } from "better-sqlite3";
import { StoreUnusable } from "../port.ts";
import { tables } from "./migrations/0001-tables.ts";

// In order, and only ever longer: the number of those applied is the file's user_version.
const migrations: readonly string[] = [tables];

/** What a file must say to be read by this program. */
export const schemaVersion = migrations.length;

/** Brings the tables up to date; must run inside a write transaction. Throws StoreUnusable for a newer program's file. */
export function migrate(db: Database): void {
  const applied = readSchemaVersion(db);
  refuseNewer(applied);
  if (applied === schemaVersion) return;
  for (const sql of migrations.slice(applied)) db.exec(sql);
  db.pragma(`user_version = ${schemaVersion}`);
}

export function readSchemaVersion(db: Database): number {
  return Number(db.pragma("user_version", { simple: true }));
}

/** Throws StoreUnusable if another program has migrated the file further than this one can follow. */
export function refuseNewer(applied: number): void {
  if (applied <= schemaVersion) return;
  throw new StoreUnusable(
    `The store has schema ${applied} and this program knows ${schemaVersion}: a newer Interlock has used it. Update this one.`,
  );
}
