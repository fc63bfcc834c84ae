import type { ClientBase } from "pg";
import { StoreUnusable } from "../port.ts";
import { ask } from "./ask.ts";
import { lockKey } from "./lock-key.ts";
import { tables } from "./migrations/0001-tables.ts";

// In order, and only ever longer: the number of those applied is the database's schema.
const migrations: readonly string[] = [tables];

/** What a database must say to be used by this program. */
export const schemaVersion = migrations.length;

/** Brings the tables up to date, alone. Throws StoreUnusable for a newer program's database. */
export async function migrate(client: ClientBase): Promise<void> {
  const applied = await readApplied(client);
  refuseNewer(applied);
  if (applied === schemaVersion) return;
  await client.query("BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL statement_timeout = 0");
  await client.query("SELECT pg_advisory_xact_lock($1)", [lockKey("migration", "")]);
  // Asked for only if missing, because to ask needs a right that the owner of a prepared schema may lack.
  const [[schema] = []] = await ask<[string | null]>(client, { text: "SELECT to_regnamespace('interlock')::text" });
  if (schema === null) await client.query("CREATE SCHEMA interlock");
  await client.query(
    `CREATE TABLE IF NOT EXISTS interlock.migration (
       version integer PRIMARY KEY,
       at timestamptz NOT NULL DEFAULT now()
     )`,
  );
  // Every step reads this table, so that none runs beside a migration.
  await client.query("LOCK TABLE interlock.migration IN ACCESS EXCLUSIVE MODE");
  const done = await readApplied(client);
  refuseNewer(done);
  for (const [index, sql] of migrations.entries()) {
    if (index < done) continue;
    await client.query(sql);
    await client.query("INSERT INTO interlock.migration (version) VALUES ($1)", [index + 1]);
  }
  await client.query("COMMIT");
}

/** Throws StoreUnusable if another program has migrated the database further than this one can follow. */
export function refuseNewer(applied: number): void {
  if (applied <= schemaVersion) return;
  throw new StoreUnusable(
    `The store has schema ${applied} and this program knows ${schemaVersion}: a newer Interlock has used it. Update this one.`,
  );
}

async function readApplied(client: ClientBase): Promise<number> {
  const [[table] = []] = await ask<[string | null]>(client, {
    text: "SELECT to_regclass('interlock.migration')::text",
  });
  if (table === null) return 0;
  const [[version] = []] = await ask<[number | null]>(client, { text: "SELECT max(version) FROM interlock.migration" });
  return version ?? 0;
}
