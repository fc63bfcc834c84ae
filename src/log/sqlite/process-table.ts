import { randomUUID } from "node:crypto";
import type { Database } from "better-sqlite3";
import { StoreUnusable } from "../port.ts";
import { isAlive, isStopped, type Whereabouts } from "./whereabouts.ts";

interface ProcessRow extends Whereabouts {
  readonly id: string;
  /** When it last wrote, in milliseconds since 1970. */
  readonly beat: number;
}

/**
 * The rows of processes that have the store open. Invariant: nobody writes while a process of another machine or
 * container beats, because SQLite's shared memory and our signs of life do not reach there.
 * A beat costs nothing of its own: it is written with a transaction that happens anyway. Who has been silent
 * for so long that others took it for dead looks again before it writes.
 */
export class ProcessTable {
  readonly #self: Whereabouts;
  readonly #id = randomUUID();
  readonly #file: string;
  readonly #rows;
  readonly #put;
  readonly #drop;
  #beat = 0;

  constructor(db: Database, file: string, self: Whereabouts) {
    this.#file = file;
    this.#self = self;
    this.#rows = db.prepare<[], ProcessRow>("SELECT id, host, place, pid, started, beat FROM process");
    this.#put = db.prepare<ProcessRow>(
      `INSERT OR REPLACE INTO process (id, host, place, pid, started, beat)
       VALUES (@id, @host, @place, @pid, @started, @beat)`,
    );
    this.#drop = db.prepare<[id: string]>("DELETE FROM process WHERE id = ?");
  }

  /** Writes this process down if the last beat is old; throws StoreUnusable if it must not be here. Needs a write transaction. */
  beat(now: number): void {
    if (Math.abs(now - this.#beat) < beatEvery) return;
    for (const row of this.#rows.all()) {
      if (row.place === this.#self.place) {
        if (!isAlive(row)) this.#drop.run(row.id);
      } else if (Math.abs(now - row.beat) < silentAfter) {
        throw new StoreUnusable(inUse(this.#file, row, now));
      } else {
        this.#drop.run(row.id);
      }
    }
    this.#put.run({ ...this.#self, id: this.#id, beat: now });
    this.#beat = now;
  }

  /** Processes of this place that have the store open and were stopped: what they hold they hold until they are continued. */
  stopped(): readonly number[] {
    return this.#rows.all().flatMap(({ place, pid }) => (place === this.#self.place && isStopped(pid) ? [pid] : []));
  }

  /** Says that the last beat may not have been kept, because its transaction failed. */
  forget(): void {
    this.#beat = 0;
  }

  /** Takes the row away; needs a write transaction. */
  leave(): void {
    this.#drop.run(this.#id);
  }
}

/** Removes all rows, as in a copy that nobody has open. */
export function clearProcesses(db: Database): void {
  db.exec("DELETE FROM process");
}

const beatEvery = 20_000;
const silentAfter = 60_000;

function inUse(file: string, row: ProcessRow, now: number): string {
  const seconds = Math.ceil((silentAfter - Math.abs(now - row.beat)) / 1000);
  return (
    `The store ${file} is in use by process ${row.pid} on another machine or in another container (${row.host}). ` +
    "SQLite cannot be shared with it: use PostgreSQL as the store (store.url in interlock.yaml). " +
    `If it is gone, try again in ${seconds} s.`
  );
}
