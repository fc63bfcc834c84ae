import type { Log } from "../port.ts";
import { readAddress } from "./address.ts";
import { migrate } from "./migrate.ts";
import { PostgresLog } from "./postgres-log.ts";
import { type Home, Presence } from "./presence.ts";
import { Sessions } from "./sessions.ts";

export interface PostgresLogOptions {
  /** As `postgres://role:password@host:5432/database`; what it leaves out comes from the `PG…` variables. */
  readonly url: string;
  /** How long a call waits while others hold the store or the server is away, in milliseconds; then it throws. */
  readonly busyTimeoutMs?: number;
  /** When those who wait look for themselves, because an announcement may be lost; in milliseconds. */
  readonly pollMs?: number;
  /** The clone that this process works on; another one, or another machine, is refused while it is in use. */
  readonly home?: Home;
}

/** Opens the log in a PostgreSQL database, and makes its tables if need be. Throws StoreBusy or StoreUnusable. */
export async function openPostgresLog({
  url,
  busyTimeoutMs = 10_000,
  pollMs = 2_000,
  home,
}: PostgresLogOptions): Promise<Log> {
  const sessions = new Sessions(readAddress(url), busyTimeoutMs);
  try {
    await sessions.use(performance.now() + busyTimeoutMs, migrate);
    const presence = home && new Presence(home);
    const log = new PostgresLog({ sessions, presence, busyLimit: busyTimeoutMs, pollEvery: pollMs });
    await log.enter();
    return log;
  } catch (error) {
    await sessions.close();
    throw error;
  }
}
