/**
 * One step on one stream, in two round trips: take the lock and read what was missed; write and commit.
 *
 * The lock is the transaction's own, so it is let go by the commit, after all others can see what was committed: whoever
 * gets it next reads everything [E1] [E2], and what a lost client had begun is gone with it [E3] [E4].
 */
import type { Client } from "pg";
import type { Position } from "../../core/ids.ts";
import type { ClaimChange, ClaimRow, StreamId } from "../port.ts";
import type { StoredEvent } from "../stored-event.ts";
import { ask, together } from "./ask.ts";
import { lockKey } from "./lock-key.ts";
import { refuseNewer } from "./migrate.ts";
import { statements } from "./statements.ts";

/** What stands in the store now that nobody else can change it. */
export interface Begun {
  readonly last: Position;
  readonly missed: readonly StoredEvent[];
  /** Asked for only where `cells` names the start of their keys. */
  readonly cells: ReadonlyMap<string, string>;
  /** The server's clock, in milliseconds since 1970; 0 where no cells were asked for. */
  readonly now: number;
}

/** Rows to write; the event types stand beside the events. */
export interface Writes {
  readonly events: readonly StoredEvent[];
  readonly types: readonly string[];
  readonly claims: readonly ClaimChange[];
  readonly putCell?: readonly [key: string, value: string];
  readonly dropCells: readonly string[];
}

/** The first round trip. Waits for the stream at most `patience` milliseconds, and throws the server's error after that. */
export async function begin(
  client: Client,
  { stream, seen, patience, cells }: { stream: StreamId; seen: Position; patience: number; cells: string | undefined },
): Promise<Begun> {
  const [, , standing, missed, listed, clock] = await together(client, () =>
    Promise.all([
      client.query(`${readCommitted}; SET LOCAL lock_timeout = ${Math.max(1, Math.ceil(patience))}`),
      ask(client, statements.lock, [lockKey("step", stream)]),
      ask<[last: Position, schema: number]>(client, statements.standing, [stream]),
      ask<[...StoredEvent]>(client, statements.missed, [stream, seen]),
      cells === undefined
        ? []
        : ask<[key: string, value: string]>(client, statements.listCells, [stream, cells, `${cells}\u{10FFFF}`]),
      cells === undefined ? [] : ask<[now: number]>(client, statements.now),
    ]),
  );
  const [[last, schema] = [0, 0]] = standing;
  refuseNewer(schema);
  return { last, missed, cells: new Map(listed), now: clock[0]?.[0] ?? 0 };
}

/** The second round trip. Throws the server's error; if that is a lost connection, nobody knows whether it was written. */
export async function commit(client: Client, stream: StreamId, writes: Writes): Promise<void> {
  const { command } = await together(client, async () => {
    const asked = [...asks(client, stream, writes)];
    const committed = client.query("COMMIT");
    await Promise.all([...asked, committed]);
    return committed;
  });
  // What a server answers to COMMIT when the transaction had failed.
  if (command !== "COMMIT") throw new Error(`The transaction ended with ${command}.`);
}

/** Whether these events stand in the store, once whoever was writing them has ended. */
export async function areWritten(client: Client, stream: StreamId, events: readonly StoredEvent[]): Promise<boolean> {
  const [first] = events;
  if (first === undefined) return false;
  const [, , rows] = await together(client, () =>
    Promise.all([
      client.query(readCommitted),
      ask(client, statements.lock, [lockKey("step", stream)]),
      ask<[...StoredEvent]>(client, statements.read, [stream, first[0] - 1, events.length]),
      client.query("COMMIT"),
    ]),
  );
  return JSON.stringify(rows) === JSON.stringify(events);
}

const readCommitted = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";

function* asks(client: Client, stream: StreamId, { events, types, claims, putCell, dropCells }: Writes) {
  if (events.length > 0) {
    const column = (index: 0 | 1 | 2 | 3 | 4) => events.map((event) => event[index]);
    yield ask(client, statements.addEvents, [stream, column(0), column(1), types, column(2), column(3), column(4)]);
  }
  const { put, dropped } = outcome(claims);
  if (dropped.length > 0) yield ask(client, statements.dropClaims, [stream, dropped]);
  if (put.length > 0) {
    const columns = claimColumns.map((name) => put.map((row) => row[name]));
    yield ask(client, statements.putClaims, [stream, ...columns]);
  }
  if (dropCells.length > 0) yield ask(client, statements.dropCells, [stream, dropCells]);
  if (putCell !== undefined) yield ask(client, statements.putCell, [stream, ...putCell]);
}

/** As in the statement. */
const claimColumns = ["id", "plan", "node", "attempt", "agent", "mode", "pattern", "slot", "since"] as const;

/** What changes in order come to, each id once: a statement may not touch a row twice. */
function outcome(changes: readonly ClaimChange[]): { put: readonly ClaimRow[]; dropped: readonly string[] } {
  const last = new Map(changes.map((change) => ["put" in change ? change.put.id : change.drop, change]));
  const all = [...last.values()];
  return {
    put: all.flatMap((change) => ("put" in change ? [change.put] : [])),
    dropped: all.flatMap((change) => ("drop" in change ? [change.drop] : [])),
  };
}
