import { Socket } from "node:net";
import { setTimeout } from "node:timers/promises";
import { Client, type ClientBase, type ClientConfig, Pool, type PoolClient, types } from "pg";
import { StoreUnusable } from "../port.ts";
import type { Address } from "./address.ts";
import { ask } from "./ask.ts";
import { explain, isRestarting, kindOf } from "./faults.ts";
import { refuseUnfit } from "./fitness.ts";

/** The sessions of this process with one server: a few that are lent out, and more of its own for who listens. */
export class Sessions {
  readonly address: Address;
  readonly #config: ClientConfig;
  readonly #pool: Pool;
  readonly #running = new Set<Promise<unknown>>();
  #reached = false;
  #closing = false;

  /** `limit` in milliseconds: how long the server waits for a lock, and for a client that has begun a transaction. */
  constructor(address: Address, limit: number) {
    this.address = address;
    this.#config = {
      connectionString: address.url,
      fallback_application_name: "interlock",
      connectionTimeoutMillis: Math.min(limit, longestConnect),
      keepAlive: true,
      // A lost client must not hold the others, and a lost server must not hold us.
      lock_timeout: limit,
      idle_in_transaction_session_timeout: limit,
      statement_timeout: limit + 20_000,
      query_timeout: limit + 30_000,
      pipeline: true,
      types: { getTypeParser: parserOf },
    };
    this.#pool = new Pool({
      ...this.#config,
      max: most,
      idleTimeoutMillis: idleFor,
      allowExitOnIdle: true,
      onConnect: (client) => this.#greet(client),
    });
    // A session that is lost is noticed by whoever uses it next.
    this.#pool.on("error", ignore);
    this.#pool.on("connect", (client) => client.on("error", ignore));
  }

  /**
   * Lends a session to `work`. While the server is away or has no session free, it tries again, until `deadline` in
   * milliseconds of `performance.now()`; so what `work` has begun must not harm if it is begun anew.
   * Throws StoreBusy or StoreUnusable for faults of the store.
   */
  use<T>(deadline: number, work: (client: PoolClient) => Promise<T>): Promise<T> {
    const running = this.#patiently(deadline, work).finally(() => this.#running.delete(running));
    this.#running.add(running);
    return running;
  }

  /** A session of its own, which keeps no process alive. */
  async open(): Promise<Client> {
    const client = new Client(this.#config);
    client.on("error", ignore);
    await client.connect();
    keepsAlive(client, false);
    return client;
  }

  /** Waits for what was begun, and ends the sessions that were lent out. */
  async close(): Promise<void> {
    this.#closing = true;
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
    await this.#pool.end();
  }

  async #patiently<T>(deadline: number, work: (client: PoolClient) => Promise<T>): Promise<T> {
    for (let pause = firstPause; ; pause = Math.min(pause * 2, longestPause)) {
      try {
        return await this.#once(work);
      } catch (error) {
        if (!this.#mayPass(error) || performance.now() + pause > deadline) throw explain(error, this.address);
      }
      await setTimeout(pause * (0.5 + Math.random()));
    }
  }

  /** A server that was never reached is probably not there at all, and then nobody should wait. */
  #mayPass(error: unknown): boolean {
    if (this.#closing) return false;
    const kind = kindOf(error);
    return kind === "full" || (kind === "away" && (this.#reached || isRestarting(error)));
  }

  async #once<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    this.#reached = true;
    try {
      const result = await work(client);
      client.release();
      return result;
    } catch (error) {
      // Nobody knows what state it is in.
      client.release(true);
      throw error;
    }
  }

  /** Sets a new session up; what the server's operator made the default must not take away what we promise. */
  async #greet(client: ClientBase): Promise<void> {
    const [facts] = await ask<
      [version: number, standby: boolean, encoding: string, isolation: string, durable: string]
    >(client, {
      text: `SELECT current_setting('server_version_num')::integer, pg_is_in_recovery(),
                 current_setting('server_encoding'),
                 set_config('default_transaction_isolation', 'read committed', false),
                 set_config('synchronous_commit', CASE current_setting('synchronous_commit')
                   WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END, false)`,
    });
    if (facts === undefined) throw new StoreUnusable(`The store (${this.address.words}) says nothing about itself.`);
    const [version, standby, encoding] = facts;
    refuseUnfit({ version, standby, encoding }, this.address);
  }
}

/** Whether the process stays alive for what this session may still say. */
export function keepsAlive({ connection: { stream } }: Client, yes: boolean): void {
  if (!(stream instanceof Socket)) return;
  if (yes) stream.ref();
  else stream.unref();
}

const most = 4;
const idleFor = 60_000;
const longestConnect = 5_000;
const firstPause = 20;
const longestPause = 500;

// 64-bit numbers come as text by default; ours are positions, times and counts, far below 2^53.
const int8 = 20;
const parserOf = ((oid: number, format?: "text" | "binary") =>
  oid === int8 ? Number : types.getTypeParser(oid, format)) as typeof types.getTypeParser;

function ignore(): void {}
