import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { Log } from "../port.ts";
import { connect } from "./connection.ts";
import { explain } from "./faults.ts";
import { refuseNetworkFileSystem } from "./file-system.ts";
import { SqliteLog } from "./sqlite-log.ts";
import { here, type Whereabouts } from "./whereabouts.ts";

export interface SqliteLogOptions {
  /** Where the database is or shall be, with its folder. */
  readonly file: string;
  /** How long a call waits while others hold the store, in milliseconds; then it throws StoreBusy. */
  readonly busyTimeoutMs?: number;
  /** Whom to take this process for, in tests. */
  readonly self?: Whereabouts;
}

/** Opens the workspace's log, and makes it if need be. Throws StoreBusy or StoreUnusable. */
export async function openSqliteLog({ file, busyTimeoutMs = 10_000, self = here() }: SqliteLogOptions): Promise<Log> {
  try {
    mkdirSync(dirname(file), { recursive: true });
    refuseNetworkFileSystem(dirname(file));
    return new SqliteLog(await connect(file, self, performance.now() + busyTimeoutMs), busyTimeoutMs);
  } catch (error) {
    throw explain(error, file);
  }
}
