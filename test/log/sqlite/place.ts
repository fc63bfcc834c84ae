import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqliteLog } from "../../../src/log/sqlite/open.ts";
import type { LogPlace } from "../contract/given.ts";

export interface SqlitePlace extends LogPlace {
  readonly folder: string;
  readonly file: string;
}

/** A folder with a store in it, that is gone afterwards. */
export async function makeSqlitePlace(): Promise<SqlitePlace> {
  const folder = await mkdtemp(join(tmpdir(), "interlock-log-"));
  const file = join(folder, "interlock", "state.db");
  const backup = join(folder, "backup.db");
  return {
    folder,
    file,
    backup,
    open: () => openSqliteLog({ file }),
    openBackup: () => openSqliteLog({ file: backup }),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
