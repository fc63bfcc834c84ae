import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { StoreUnusable } from "../../../src/log/port.ts";
import { schemaVersion } from "../../../src/log/postgres/migrate.ts";
import { appends, stream } from "../samples.ts";
import { makePostgresPlace, type PostgresPlace } from "./place.ts";
import { noServer, useServer } from "./server.ts";

describe.skipIf(noServer)("the tables in PostgreSQL", () => {
  const server = useServer();
  let place: PostgresPlace;

  beforeEach(async () => {
    place = await makePostgresPlace(server);
  });
  afterEach(() => place.remove());

  // `npx vitest run test/log -u` writes the file anew; the diff belongs to a new migration, never to a changed one.
  test("are those of the golden file, and nothing outside the schema is touched", async () => {
    await (await place.open()).close();
    const columns = await server.ask<{ name: string; line: string }>(place.url, columnLines);
    const keys = await server.ask<{ name: string; line: string }>(place.url, keyLines);
    const tables = [...new Set(columns.map(({ name }) => name))].map((name) => {
      const lines = [...columns, ...keys].flatMap((each) => (each.name === name ? [`  ${each.line}`] : []));
      return `CREATE TABLE ${name} (\n${lines.join(",\n")}\n);\n`;
    });
    const golden = `-- schema ${schemaVersion}\n\n${tables.join("\n")}`;
    await expect(golden).toMatchFileSnapshot(fileURLToPath(new URL("../golden/postgres-schema.sql", import.meta.url)));
  });

  test("that a newer program has migrated are refused with words, when they are opened and while they are open", async () => {
    const log = await place.open();
    await server.ask(place.url, "INSERT INTO interlock.migration (version) VALUES ($1)", [schemaVersion + 1]);
    await expect(place.open()).rejects.toThrow(/newer Interlock/);
    await expect(place.open()).rejects.toBeInstanceOf(StoreUnusable);
    await expect(log.transact(stream, 0, () => appends("a"))).rejects.toThrow(/newer Interlock/);
    expect(await log.read(stream, 0, 9)).toEqual([]);
    await log.close();
  });
});

const columnLines = `
  SELECT attrelid::regclass::text AS name,
    attname || ' ' || format_type(atttypid, atttypmod)
      || coalesce(' COLLATE "' || nullif(collname, 'default') || '"', '')
      || CASE WHEN attnotnull THEN ' NOT NULL' ELSE '' END
      || coalesce(' DEFAULT ' || pg_get_expr(adbin, adrelid), '') AS line
  FROM pg_attribute
    JOIN pg_class ON pg_class.oid = attrelid
    JOIN pg_namespace ON pg_namespace.oid = relnamespace
    LEFT JOIN pg_collation ON pg_collation.oid = attcollation
    LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
  WHERE relkind = 'r' AND attnum > 0 AND nspname NOT IN ('pg_catalog', 'information_schema')
  ORDER BY attrelid::regclass::text, attnum`;

const keyLines = `
  SELECT conrelid::regclass::text AS name, pg_get_constraintdef(pg_constraint.oid) AS line
  FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid JOIN pg_namespace ON pg_namespace.oid = relnamespace
  WHERE contype <> 'n' AND nspname NOT IN ('pg_catalog', 'information_schema')
  ORDER BY 1, 2`;
