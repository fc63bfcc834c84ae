import type { PoolClient } from "pg";
import type { Position } from "../../core/ids.ts";
import type { Recorded } from "../../core/recorded.ts";
import { followPages } from "../follow.ts";
import {
  type ClaimRow,
  type Committed,
  type Log,
  type Snapshot,
  type SnapshotChange,
  type Step,
  StoreBusy,
  type StreamId,
} from "../port.ts";
import { type StoredEvent, toRecorded } from "../stored-event.ts";
import { ask, together } from "./ask.ts";
import { backupPostgres } from "./backup.ts";
import { StoreAway } from "./faults.ts";
import { lockKey } from "./lock-key.ts";
import type { Presence } from "./presence.ts";
import type { Sessions } from "./sessions.ts";
import { statements } from "./statements.ts";
import { Steps } from "./steps.ts";
import { WakeUps } from "./wake-ups.ts";

export interface PostgresLogParts {
  readonly sessions: Sessions;
  readonly presence: Presence | undefined;
  /** Milliseconds that a call waits for the store. */
  readonly busyLimit: number;
  /** Milliseconds after which those who wait look for themselves. */
  readonly pollEvery: number;
}

/** The log in a PostgreSQL database; several logs of one database, in whatever process, are one store. */
export class PostgresLog implements Log {
  readonly #sessions: Sessions;
  readonly #presence: Presence | undefined;
  readonly #busyLimit: number;
  readonly #steps: Steps;
  readonly #wakeUps: WakeUps;
  #closed: Promise<void> | undefined;

  constructor({ sessions, presence, busyLimit, pollEvery }: PostgresLogParts) {
    this.#sessions = sessions;
    this.#presence = presence;
    this.#busyLimit = busyLimit;
    this.#steps = new Steps(sessions, presence, busyLimit);
    this.#wakeUps = new WakeUps(() => sessions.open(), pollEvery);
  }

  async transact<R>(
    stream: StreamId,
    seen: Position,
    step: (missed: readonly Recorded[]) => Step<R>,
  ): Promise<Committed<R>> {
    this.#refuseClosed();
    const { result, position } = await this.#steps.run(stream, seen, step, ({ grown }) => {
      if (grown) this.#wakeUps.announce(stream);
    });
    return { result, position };
  }

  follow(stream: StreamId, after: Position, signal: AbortSignal): AsyncIterable<Recorded> {
    const read = (from: Position, limit: number) => this.#readThroughOutages(stream, from, limit, signal);
    return followPages(read, this.#wakeUps.of(stream), after, signal);
  }

  async read(stream: StreamId, after: Position, limit: number): Promise<readonly Recorded[]> {
    const rows = await this.#use((client) => ask<[...StoredEvent]>(client, statements.read, [stream, after, limit]));
    return rows.map(toRecorded);
  }

  async readClaims(stream: StreamId): Promise<readonly ClaimRow[]> {
    const { rows } = await this.#use((client) =>
      client.query<ClaimRow>({ ...statements.readClaims, values: [stream] }),
    );
    return rows;
  }

  async readSnapshot(stream: StreamId): Promise<Snapshot | undefined> {
    const rows = await this.#use((client) =>
      ask<[position: Position, name: string | null, text: string | null]>(client, statements.readSnapshot, [stream]),
    );
    const [first] = rows;
    if (first === undefined) return undefined;
    const sections = new Map<string, string>();
    for (const [, name, text] of rows) if (name !== null && text !== null) sections.set(name, text);
    return { position: first[0], sections };
  }

  async writeSnapshot(stream: StreamId, { position, sections }: SnapshotChange): Promise<void> {
    const gone = [...sections].flatMap(([name, text]) => (text === null ? [name] : []));
    const kept = [...sections].flatMap(([name, text]) => (text === null ? [] : [{ name, text }]));
    const values = [stream, position, gone, kept.map(({ name }) => name), kept.map(({ text }) => text)];
    // Under a lock of its own, so that no step waits for a long text.
    await this.#use((client) =>
      together(client, () =>
        Promise.all([
          client.query("BEGIN"),
          ask(client, statements.lock, [lockKey("snapshot", stream)]),
          ask(client, statements.advanceSnapshot, values),
          client.query("COMMIT"),
        ]),
      ),
    );
  }

  async readCell(stream: StreamId, key: string): Promise<string | undefined> {
    const [row] = await this.#use((client) => ask<[value: string]>(client, statements.readCell, [stream, key]));
    return row?.[0];
  }

  async swapCell(
    stream: StreamId,
    key: string,
    expected: string | undefined,
    next: string | undefined,
  ): Promise<boolean> {
    let again = false;
    return this.#use(async (client) => {
      const before = again;
      again = true;
      if (await swap(client, stream, key, expected, next)) return true;
      if (!before) return false;
      // The connection was lost meanwhile: the swap that seems to be another's may be our own.
      const [row] = await ask<[value: string]>(client, statements.readCell, [stream, key]);
      return row?.[0] === next;
    });
  }

  async listCells(stream: StreamId, prefix: string): Promise<ReadonlyMap<string, string>> {
    // No character sorts above U+10FFFF, so this range is the prefix.
    const range = [stream, prefix, `${prefix}\u{10FFFF}`];
    return new Map(await this.#use((client) => ask<[key: string, value: string]>(client, statements.listCells, range)));
  }

  async backup(destination: string): Promise<void> {
    await this.#use((client) => backupPostgres(client, destination));
  }

  close(): Promise<void> {
    this.#closed ??= this.#leave();
    return this.#closed;
  }

  /** Makes this process known as one that works on its home's stream; throws StoreUnusable if it must not be there. */
  async enter(): Promise<void> {
    if (this.#presence === undefined) return;
    const nothing = { append: [], claims: [], result: undefined };
    await this.#steps.run(
      this.#presence.home.stream,
      "all",
      () => nothing,
      () => {},
    );
  }

  /** A follower outlives a server that is away for a while, and ends at once when it is told to. */
  async #readThroughOutages(
    stream: StreamId,
    after: Position,
    limit: number,
    signal: AbortSignal,
  ): Promise<readonly Recorded[]> {
    for (;;) {
      try {
        return await unlessAborted(signal, this.read(stream, after, limit));
      } catch (error) {
        if (!(error instanceof StoreAway || error instanceof StoreBusy) || this.#wakeUps.ended) throw error;
      }
      const wakeUps = this.#wakeUps.of(stream);
      await wakeUps.wait(wakeUps.rings, signal);
    }
  }

  async #use<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    this.#refuseClosed();
    return this.#sessions.use(performance.now() + this.#busyLimit, work);
  }

  async #leave(): Promise<void> {
    await this.#steps.idle();
    const present = this.#presence;
    if (present !== undefined) {
      // If the cell stays, others find this process dead, or silent, by themselves.
      await this.#sessions
        .use(performance.now(), (client) => ask(client, statements.dropCells, [present.home.stream, [present.key]]))
        .catch(() => undefined);
    }
    await this.#wakeUps.end();
    await this.#sessions.close();
  }

  #refuseClosed(): void {
    if (this.#closed !== undefined) throw new Error("The log is closed.");
  }
}

/** One statement, so that nobody comes between looking and setting. */
async function swap(
  client: PoolClient,
  stream: StreamId,
  key: string,
  expected: string | undefined,
  next: string | undefined,
): Promise<boolean> {
  const { lacksCell, addCell, removeCell, changeCell } = statements;
  const whenAbsent = () =>
    next === undefined ? ask(client, lacksCell, [stream, key]) : ask(client, addCell, [stream, key, next]);
  const whenThere = (value: string) =>
    next === undefined
      ? ask(client, removeCell, [stream, key, value])
      : ask(client, changeCell, [stream, key, value, next]);
  const found = await (expected === undefined ? whenAbsent() : whenThere(expected));
  return found.length > 0;
}

async function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const settled = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true, signal: settled.signal });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    settled.abort();
  }
}
