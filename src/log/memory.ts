import { readFile, writeFile } from "node:fs/promises";
import { Mutex } from "async-mutex";
import type { Position } from "../core/ids.ts";
import type { Recorded } from "../core/recorded.ts";
import { Bell } from "./bell.ts";
import { followPages } from "./follow.ts";
import type { ClaimChange, ClaimRow, Committed, Log, Snapshot, SnapshotChange, Step, StreamId } from "./port.ts";
import { type StoredEvent, toRecorded, toStored } from "./stored-event.ts";

/** What several memory logs share, as several processes share a file. */
export class MemoryStore {
  readonly streams = new Map<StreamId, MemoryStream>();
  readonly order = new Mutex();
  readonly bells = new Set<Bell>();
}

/** Where a test can make a commit fail by throwing. */
export interface MemoryFaults {
  /** The step has run; what it throws fails the commit, and nothing is written. */
  readonly beforeCommit?: () => void;
  /** All is written; what it throws loses the acknowledgement. */
  readonly afterCommit?: () => void;
}

/** A log that ends with the process, for tests and the simulation; events are kept as text, so that none is shared. */
export function openMemoryLog(options: { readonly store?: MemoryStore; readonly faults?: MemoryFaults } = {}): Log {
  return new MemoryLog(options.store ?? new MemoryStore(), options.faults ?? {});
}

/** Reads what `backup` of a memory log has written. */
export async function readMemoryBackup(file: string): Promise<MemoryStore> {
  const store = new MemoryStore();
  for (const saved of JSON.parse(await readFile(file, "utf8")) as readonly SavedStream[]) {
    store.streams.set(saved.stream, {
      events: [...saved.events],
      claims: new Map(saved.claims.map((row) => [row.id, row])),
      cells: new Map(saved.cells),
      snapshot: saved.snapshot && { position: saved.snapshot.position, sections: new Map(saved.snapshot.sections) },
    });
  }
  return store;
}

interface MemoryStream {
  readonly events: StoredEvent[];
  readonly claims: Map<string, ClaimRow>;
  readonly cells: Map<string, string>;
  snapshot: Snapshot | undefined;
}

interface SavedStream {
  readonly stream: StreamId;
  readonly events: readonly StoredEvent[];
  readonly claims: readonly ClaimRow[];
  readonly cells: readonly (readonly [string, string])[];
  readonly snapshot?: { readonly position: Position; readonly sections: readonly (readonly [string, string])[] };
}

class MemoryLog implements Log {
  readonly #store: MemoryStore;
  readonly #faults: MemoryFaults;
  readonly #bell = new Bell();

  constructor(store: MemoryStore, faults: MemoryFaults) {
    this.#store = store;
    this.#faults = faults;
    store.bells.add(this.#bell);
  }

  transact<R>(stream: StreamId, seen: Position, step: (missed: readonly Recorded[]) => Step<R>): Promise<Committed<R>> {
    return this.#alone(() => {
      const { events, claims } = this.#stream(stream);
      if (seen > events.length) throw new Error(`The log ends at ${events.length}, but ${seen} was said to be seen.`);
      const { append, claims: changes, result } = step(events.slice(seen).map(toRecorded));
      const rows = append.map((pending, index) => toStored(events.length + 1 + index, pending));
      this.#faults.beforeCommit?.();
      for (const row of rows) events.push(row);
      for (const change of changes) changeClaim(claims, change);
      if (rows.length > 0) for (const bell of this.#store.bells) bell.ring();
      this.#faults.afterCommit?.();
      return { result, position: events.length };
    });
  }

  follow(stream: StreamId, after: Position, signal: AbortSignal): AsyncIterable<Recorded> {
    return followPages((from, limit) => this.read(stream, from, limit), this.#bell, after, signal);
  }

  async read(stream: StreamId, after: Position, limit: number): Promise<readonly Recorded[]> {
    return this.#read(stream)
      .events.slice(after, after + limit)
      .map(toRecorded);
  }

  async readClaims(stream: StreamId): Promise<readonly ClaimRow[]> {
    const rows = [...this.#read(stream).claims.values()];
    return rows.sort((a, b) => (a.id < b.id ? -1 : 1)).map((row) => ({ ...row }));
  }

  async readSnapshot(stream: StreamId): Promise<Snapshot | undefined> {
    return this.#read(stream).snapshot;
  }

  writeSnapshot(stream: StreamId, { position, sections }: SnapshotChange): Promise<void> {
    return this.#alone(() => {
      const kept = this.#stream(stream);
      if (kept.snapshot !== undefined && kept.snapshot.position > position) return;
      const merged = new Map(kept.snapshot?.sections);
      for (const [name, text] of sections) {
        if (text === null) merged.delete(name);
        else merged.set(name, text);
      }
      kept.snapshot = { position, sections: merged };
    });
  }

  async readCell(stream: StreamId, key: string): Promise<string | undefined> {
    return this.#read(stream).cells.get(key);
  }

  swapCell(stream: StreamId, key: string, expected: string | undefined, next: string | undefined): Promise<boolean> {
    return this.#alone(() => {
      const { cells } = this.#stream(stream);
      if (cells.get(key) !== expected) return false;
      if (next === undefined) cells.delete(key);
      else cells.set(key, next);
      return true;
    });
  }

  async listCells(stream: StreamId, prefix: string): Promise<ReadonlyMap<string, string>> {
    const cells = [...this.#read(stream).cells].filter(([key]) => key.startsWith(prefix));
    return new Map(cells.sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  async backup(destination: string): Promise<void> {
    this.#refuseClosed();
    const saved = [...this.#store.streams].map(([stream, { events, claims, cells, snapshot }]) => ({
      stream,
      events,
      claims: [...claims.values()],
      cells: [...cells],
      snapshot: snapshot && { position: snapshot.position, sections: [...snapshot.sections] },
    }));
    await writeFile(destination, JSON.stringify(saved), { flag: "wx" });
  }

  async close(): Promise<void> {
    this.#bell.end();
    this.#store.bells.delete(this.#bell);
    await this.#store.order.runExclusive(() => {});
  }

  async #alone<T>(work: () => T): Promise<T> {
    this.#refuseClosed();
    return this.#store.order.runExclusive(work);
  }

  #read(stream: StreamId): MemoryStream {
    this.#refuseClosed();
    return this.#stream(stream);
  }

  #stream(stream: StreamId): MemoryStream {
    let found = this.#store.streams.get(stream);
    if (found === undefined) {
      found = { events: [], claims: new Map(), cells: new Map(), snapshot: undefined };
      this.#store.streams.set(stream, found);
    }
    return found;
  }

  #refuseClosed(): void {
    if (this.#bell.ended) throw new Error("The log is closed.");
  }
}

function changeClaim(claims: Map<string, ClaimRow>, change: ClaimChange): void {
  if ("put" in change) claims.set(change.put.id, { ...change.put });
  else claims.delete(change.drop);
}
