import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openPostgresLog } from "../../../src/log/postgres/open.ts";
import { openSqliteLog } from "../../../src/log/sqlite/open.ts";
import type { LogPlace } from "../contract/given.ts";
import type { Databases } from "./start-server.ts";

export interface PostgresPlace extends LogPlace {
  readonly url: string;
}

/** A database with nothing in it, that is gone afterwards. */
export async function makePostgresPlace(server: Databases): Promise<PostgresPlace> {
  const url = await server.makeDatabase();
  const folder = await mkdtemp(join(tmpdir(), "interlock-log-"));
  const backup = join(folder, "backup.db");
  return {
    url,
    backup,
    open: () => openPostgresLog({ url }),
    openBackup: () => openSqliteLog({ file: backup }),
    remove: async () => {
      await server.dropDatabase(url);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
