import type { Instant, Position } from "../core/ids.ts";
import type { Pending, Recorded } from "../core/recorded.ts";

/** A workspace's stored id; all its events are one stream, and no stream sees anything of another. */
export type StreamId = string;

/** What a step wants: events appended, rows of the claim table changed, and something for the caller. */
export interface Step<R> {
  readonly append: readonly Pending[];
  readonly claims: readonly ClaimChange[];
  readonly result: R;
}

export interface Committed<R> {
  readonly result: R;
  /** The last position of the stream after this step. */
  readonly position: Position;
}

/** A row for short-lived commands that must not fold the log: who holds what, and where its slot is. */
export interface ClaimRow {
  readonly id: string;
  readonly plan: string;
  readonly node: string;
  readonly attempt: number;
  readonly agent: string;
  readonly mode: string;
  readonly pattern: string;
  readonly slot: string;
  readonly since: Instant;
}

/** A row set under its id, whether it was there or not, or the row of an id taken away. */
export type ClaimChange = { readonly put: ClaimRow } | { readonly drop: string };

/** The state as of a position, in named sections so that only what changed is written again. */
export interface Snapshot {
  readonly position: Position;
  readonly sections: ReadonlyMap<string, string>;
}

export interface SnapshotChange {
  readonly position: Position;
  /** A section's new text, or null for one that is gone; sections not named stay as they are. */
  readonly sections: ReadonlyMap<string, string | null>;
}

/** The store stayed busy for too long; nothing was written. */
export class StoreBusy extends Error {
  override readonly name = "StoreBusy";
}

/** The store cannot be used as it is; the message says why and what to do. */
export class StoreUnusable extends Error {
  override readonly name = "StoreUnusable";
}

/** The store that was opened is no longer where it was: moved or deleted, and never to come back for this process. */
export class StoreGone extends StoreUnusable {}

/** The one place where things are stored. Every implementation passes `test/log/log-contract.ts`. */
export interface Log {
  /**
   * Runs `step` once, alone on this stream: it is handed what it has not yet seen, and what it returns is appended.
   * A step is synchronous; when it throws nothing is written and the caller gets what it threw.
   * The store is held while missed events are read, so whoever is far behind catches up with `read` first.
   */
  transact<R>(stream: StreamId, seen: Position, step: (missed: readonly Recorded[]) => Step<R>): Promise<Committed<R>>;

  /** Hands over every event after a position, now and as they come, in order, until the signal aborts or the log closes. */
  follow(stream: StreamId, after: Position, signal: AbortSignal): AsyncIterable<Recorded>;

  /** The events after a position in order, at most `limit` of them; fewer only where the stream ends. */
  read(stream: StreamId, after: Position, limit: number): Promise<readonly Recorded[]>;

  /** All rows of the claim table, ordered by id. */
  readClaims(stream: StreamId): Promise<readonly ClaimRow[]>;

  /** The newest snapshot, or undefined before the first. */
  readSnapshot(stream: StreamId): Promise<Snapshot | undefined>;
  /** Replaces sections of the snapshot; an older position than the stored one changes nothing. */
  writeSnapshot(stream: StreamId, change: SnapshotChange): Promise<void>;

  /** A small fact without a history (steward, cursors, presence), or undefined. */
  readCell(stream: StreamId, key: string): Promise<string | undefined>;
  /** Sets a cell if it still is what was expected (undefined: absent; `next` undefined: removed) and says whether it did. */
  swapCell(stream: StreamId, key: string, expected: string | undefined, next: string | undefined): Promise<boolean>;
  /** All cells whose key starts so, ordered by key. */
  listCells(stream: StreamId, prefix: string): Promise<ReadonlyMap<string, string>>;

  /** Copies the whole store, as of one moment, into a file that does not exist yet, while others go on writing. */
  backup(destination: string): Promise<void>;
  /** Waits for what was begun, ends the followers, and lets go of the store; a second call does nothing. */
  close(): Promise<void>;
}
