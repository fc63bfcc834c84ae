import { Mutex } from "async-mutex";
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
import { toRecorded, toStored } from "../stored-event.ts";
import { backupSqlite } from "./backup.ts";
import { ChangeWatch } from "./change-watch.ts";
import type { Connection } from "./connection.ts";
import { Courtesy } from "./courtesy.ts";
import { explain, isBusy } from "./faults.ts";
import { refuseNewer } from "./migrate.ts";
import { patiently, whileOthersMove } from "./patience.ts";

/**
 * The log on one SQLite connection.
 *
 * Invariants: a transaction runs from BEGIN IMMEDIATE to COMMIT without giving up the thread, so that nothing else of
 * this process ever sees it half done [E2] [E4]; only BEGIN is tried again, so that a step runs once; nobody waits
 * inside SQLite [E6].
 */
export class SqliteLog implements Log {
  readonly #connection: Connection;
  readonly #busyLimit: number;
  readonly #order = new Mutex();
  readonly #courtesy = new Courtesy();
  readonly #watch: ChangeWatch;
  #closed: Promise<void> | undefined;

  /** `busyLimit` in milliseconds: how long a call waits for the store. */
  constructor(connection: Connection, busyLimit: number) {
    this.#connection = connection;
    this.#busyLimit = busyLimit;
    this.#watch = new ChangeWatch(connection.file, () => {
      connection.refuseMoved();
      return this.#version();
    });
  }

  async transact<R>(
    stream: StreamId,
    seen: Position,
    step: (missed: readonly Recorded[]) => Step<R>,
  ): Promise<Committed<R>> {
    const committed = await this.#write(() => {
      const last = this.#lastPosition(stream);
      if (seen > last) throw new Error(`The log ends at ${last}, but ${seen} was said to be seen.`);
      const { append, claims, result } = step(seen === last ? [] : this.#readNow(stream, seen, last - seen));
      const { addEvent, putClaim, dropClaim } = this.#connection.statements;
      let position = last;
      for (const pending of append) addEvent.run(stream, ...toStored(++position, pending));
      for (const change of claims) {
        if ("put" in change) putClaim.run({ ...change.put, stream });
        else dropClaim.run(stream, change.drop);
      }
      return { result, position, grown: position > last };
    });
    if (committed.grown) this.#watch.ring();
    return { result: committed.result, position: committed.position };
  }

  follow(stream: StreamId, after: Position, signal: AbortSignal): AsyncIterable<Recorded> {
    return followPages((from, limit) => this.read(stream, from, limit), this.#watch, after, signal);
  }

  read(stream: StreamId, after: Position, limit: number): Promise<readonly Recorded[]> {
    return this.#read(() => this.#readNow(stream, after, limit));
  }

  readClaims(stream: StreamId): Promise<readonly ClaimRow[]> {
    return this.#read(() => this.#connection.statements.readClaims.all(stream));
  }

  async readSnapshot(stream: StreamId): Promise<Snapshot | undefined> {
    const rows = await this.#read(() => this.#connection.statements.readSnapshot.all(stream));
    const [first] = rows;
    if (first === undefined) return undefined;
    const sections = new Map<string, string>();
    for (const { name, text } of rows) if (name !== null && text !== null) sections.set(name, text);
    return { position: first.position, sections };
  }

  writeSnapshot(stream: StreamId, { position, sections }: SnapshotChange): Promise<void> {
    return this.#write(() => {
      const { advanceSnapshot, putSection, dropSection } = this.#connection.statements;
      if (advanceSnapshot.run(stream, position).changes === 0) return;
      for (const [name, text] of sections) {
        if (text === null) dropSection.run(stream, name);
        else putSection.run(stream, name, text);
      }
    });
  }

  readCell(stream: StreamId, key: string): Promise<string | undefined> {
    return this.#read(() => this.#connection.statements.readCell.get(stream, key));
  }

  swapCell(stream: StreamId, key: string, expected: string | undefined, next: string | undefined): Promise<boolean> {
    return this.#write(() => {
      const { readCell, putCell, dropCell } = this.#connection.statements;
      if (readCell.get(stream, key) !== expected) return false;
      if (next === undefined) dropCell.run(stream, key);
      else putCell.run(stream, key, next);
      return true;
    });
  }

  async listCells(stream: StreamId, prefix: string): Promise<ReadonlyMap<string, string>> {
    // No character sorts above U+10FFFF, so this range is the prefix.
    const rows = await this.#read(() =>
      this.#connection.statements.listCells.all(stream, prefix, `${prefix}\u{10FFFF}`),
    );
    return new Map(rows.map(({ key, value }) => [key, value]));
  }

  async backup(destination: string): Promise<void> {
    this.#refuseClosed();
    await backupSqlite(this.#connection.file, destination);
  }

  close(): Promise<void> {
    this.#watch.end();
    this.#closed ??= this.#order.runExclusive(() => this.#leave());
    return this.#closed;
  }

  async #write<T>(work: () => T): Promise<T> {
    this.#refuseClosed();
    const { file } = this.#connection;
    const deadline = performance.now() + this.#busyLimit;
    const goesOn = whileOthersMove(() => this.#version(), this.#busyLimit);
    return this.#order.runExclusive(async () => {
      await this.#courtesy.rest();
      return patiently(file, deadline, () => this.#transaction(work), goesOn).catch((fault: unknown) => {
        throw fault instanceof StoreBusy ? this.#namingStopped(fault) : fault;
      });
    });
  }

  /** Another one whenever another process has committed. */
  #version(): number {
    return this.#connection.statements.dataVersion.get() ?? 0;
  }

  /** Nobody but the holder can give the store back, so people have to know when it never will. */
  #namingStopped(busy: StoreBusy): StoreBusy {
    const [pid] = this.#connection.processes.stopped();
    if (pid === undefined) return busy;
    const who = `Process ${pid} has the store open and was stopped (SIGSTOP).`;
    return new StoreBusy(`${busy.message} ${who} Let it go on with kill -CONT ${pid}, or end it.`, { cause: busy });
  }

  /** Throws SQLite's own busy error from BEGIN only, and explained errors from then on. */
  #transaction<T>(work: () => T): T {
    const { db, file, statements, processes } = this.#connection;
    this.#begin();
    const begun = performance.now();
    try {
      this.#connection.refuseMoved();
      refuseNewer(statements.schemaVersion.get() ?? 0);
      processes.beat(Date.now());
      const result = work();
      statements.commit.run();
      return result;
    } catch (error) {
      processes.forget();
      if (db.inTransaction) statements.rollback.run();
      throw explain(error, file);
    } finally {
      this.#courtesy.held(begun, performance.now());
    }
  }

  #begin(): void {
    const { file, statements } = this.#connection;
    try {
      statements.begin.run();
    } catch (error) {
      throw isBusy(error) ? error : explain(error, file);
    }
  }

  async #read<T>(work: () => T): Promise<T> {
    const { file } = this.#connection;
    return patiently(file, performance.now() + this.#busyLimit, () => {
      this.#refuseClosed();
      // What is read from a file that nobody else sees any more would be taken for the present.
      this.#connection.refuseMoved();
      try {
        return work();
      } catch (error) {
        throw isBusy(error) ? error : explain(error, file);
      }
    });
  }

  #readNow(stream: StreamId, after: Position, limit: number): readonly Recorded[] {
    return this.#connection.statements.readEvents.all(stream, after, limit).map(toRecorded);
  }

  #lastPosition(stream: StreamId): Position {
    return this.#connection.statements.lastPosition.get(stream) ?? 0;
  }

  async #leave(): Promise<void> {
    const { db, file, processes } = this.#connection;
    try {
      const soon = performance.now() + leaveLimit;
      await patiently(file, soon, () => db.transaction(() => processes.leave()).immediate());
    } catch {
      // The row stays; others find this process dead, or silent, by themselves.
    }
    db.close();
  }

  #refuseClosed(): void {
    if (this.#watch.ended) throw new Error("The log is closed.");
  }
}

// Milliseconds that closing may wait for the store.
const leaveLimit = 500;
