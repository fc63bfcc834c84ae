/**
 * Wake-ups across processes, on one session that both tells and listens. It is never the session that commits: a commit
 * that notifies waits for all others of the whole database, and one announcement may stand for many commits.
 * What is lost, because a process was killed or the server was away, is found by the slow poll of those who wait [E7].
 */
import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { Client } from "pg";
import { Bell, type Wakeups } from "../bell.ts";
import type { StreamId } from "../port.ts";
import { ask } from "./ask.ts";
import { channelOf } from "./lock-key.ts";
import { keepsAlive } from "./sessions.ts";
import { statements } from "./statements.ts";

export class WakeUps {
  readonly #connect: () => Promise<Client>;
  readonly #pollEvery: number;
  readonly #bells = new Map<string, PolledBell>();
  readonly #self = randomUUID();
  readonly #untold = new Set<string>();
  readonly #ended = new AbortController();
  #session: Promise<Client> | undefined;
  #telling: Promise<void> | undefined;
  #retry: NodeJS.Timeout | undefined;

  /** `pollEvery` in milliseconds: when those who wait look for themselves. */
  constructor(connect: () => Promise<Client>, pollEvery: number) {
    this.#connect = connect;
    this.#pollEvery = pollEvery;
  }

  get ended(): boolean {
    return this.#ended.signal.aborted;
  }

  /** What to wait at for news of a stream. */
  of(stream: StreamId): Wakeups {
    const channel = channelOf(stream);
    const known = this.#bells.get(channel);
    if (known !== undefined) return known;
    const bell = new PolledBell(this.#pollEvery);
    if (this.ended) bell.end();
    this.#bells.set(channel, bell);
    void this.#heed(channel);
    return bell;
  }

  /** Wakes everybody who waits for news of this stream, in this process at once and in the others soon. */
  announce(stream: StreamId): void {
    const channel = channelOf(stream);
    this.#bells.get(channel)?.ring();
    this.#untold.add(channel);
    this.#telling ??= this.#tell();
  }

  /** Tells what is still to be told, and sends everybody home for good. */
  async end(): Promise<void> {
    this.#ended.abort();
    for (const bell of this.#bells.values()) bell.end();
    clearTimeout(this.#retry);
    await this.#telling;
    const session = await this.#session?.catch(ignore);
    if (!session) return;
    keepsAlive(session, true);
    await session.end();
  }

  async #tell(): Promise<void> {
    try {
      while (this.#untold.size > 0) {
        const session = await this.#open();
        const channels = [...this.#untold];
        this.#untold.clear();
        keepsAlive(session, true);
        await ask(session, statements.notify, [channels, this.#self]);
        keepsAlive(session, false);
        await pause(quiet, undefined, { ref: false, signal: this.#ended.signal }).catch(ignore);
      }
    } catch {
      // The others find out when they look for themselves.
      this.#untold.clear();
    } finally {
      this.#telling = undefined;
    }
  }

  async #heed(channel: string): Promise<void> {
    try {
      const session = await this.#open();
      await session.query(`LISTEN ${channel}`);
      // What came before is announced no more.
      this.#bells.get(channel)?.ring();
    } catch {
      this.#heedLater();
    }
  }

  #heedLater(): void {
    if (this.ended || this.#bells.size === 0) return;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => {
      for (const channel of this.#bells.keys()) void this.#heed(channel);
    }, this.#pollEvery).unref();
  }

  #open(): Promise<Client> {
    this.#session ??= this.#start();
    return this.#session;
  }

  async #start(): Promise<Client> {
    try {
      const session = await this.#connect();
      session.on("notification", ({ channel, payload }) => {
        if (payload !== this.#self) this.#bells.get(channel)?.ring();
      });
      session.on("end", () => this.#lost());
      return session;
    } catch (error) {
      this.#session = undefined;
      throw error;
    }
  }

  #lost(): void {
    this.#session = undefined;
    this.#heedLater();
  }
}

// Milliseconds between two announcements of one process.
const quiet = 10;

/** Rings by itself while somebody waits. */
class PolledBell implements Wakeups {
  readonly #bell = new Bell();
  readonly #every: number;

  constructor(every: number) {
    this.#every = every;
  }

  get rings(): number {
    return this.#bell.rings;
  }

  get ended(): boolean {
    return this.#bell.ended;
  }

  ring(): void {
    this.#bell.ring();
  }

  end(): void {
    this.#bell.end();
  }

  async wait(heard: number, signal: AbortSignal): Promise<void> {
    const timer = setTimeout(() => this.#bell.ring(), this.#every);
    await this.#bell.wait(heard, signal);
    clearTimeout(timer);
  }
}

function ignore(): void {}
