import { Mutex } from "async-mutex";
import type { PoolClient } from "pg";
import type { Position } from "../../core/ids.ts";
import type { Recorded } from "../../core/recorded.ts";
import { type Committed, type Step, StoreUnusable, type StreamId } from "../port.ts";
import { toRecorded, toStored } from "../stored-event.ts";
import { kindOf } from "./faults.ts";
import { type Presence, presencePrefix } from "./presence.ts";
import type { Sessions } from "./sessions.ts";
import { areWritten, begin, commit, type Writes } from "./transaction.ts";

/** A committed step; `grown` says whether it appended. */
export type Stepped<R> = Committed<R> & { readonly grown: boolean };

/**
 * The steps of this process, one after another in the order of asking. Each is run once, whatever happens: only what
 * comes before it is tried again, and a commit whose answer was lost is looked for in the store [E3].
 */
export class Steps {
  readonly #sessions: Sessions;
  readonly #presence: Presence | undefined;
  readonly #limit: number;
  readonly #order = new Mutex();

  /** `limit` in milliseconds: how long a step waits for its turn and the store. */
  constructor(sessions: Sessions, presence: Presence | undefined, limit: number) {
    this.#sessions = sessions;
    this.#presence = presence;
    this.#limit = limit;
  }

  /** `seen` may be "all" for a step that does not care; `committed` is called before the next step begins. */
  run<R>(
    stream: StreamId,
    seen: Position | "all",
    step: (missed: readonly Recorded[]) => Step<R>,
    committed: (done: Stepped<R>) => void,
  ): Promise<Stepped<R>> {
    const deadline = performance.now() + this.#limit;
    return this.#order.runExclusive(async () => {
      const ended = await this.#sessions.use(deadline, (client) => this.#try(client, stream, seen, step, deadline));
      if (ended.is === "refused") throw ended.error;
      if (ended.is === "in doubt") await this.#findOut(stream, ended.writes, ended.error);
      committed(ended.done);
      return ended.done;
    });
  }

  /** Resolves once every step that was asked for has ended. */
  idle(): Promise<void> {
    return this.#order.runExclusive(() => {});
  }

  /** Throws only for what may be begun anew, or what the server said about the commit. */
  async #try<R>(
    client: PoolClient,
    stream: StreamId,
    seen: Position | "all",
    step: (missed: readonly Recorded[]) => Step<R>,
    deadline: number,
  ): Promise<Ended<R>> {
    const due = this.#presence?.isDue(stream) ? this.#presence : undefined;
    const { last, missed, cells, now } = await begin(client, {
      stream,
      seen: seen === "all" ? Number.MAX_SAFE_INTEGER : seen,
      patience: deadline - performance.now(),
      cells: due && presencePrefix,
    });
    let writes: Writes;
    let result: R;
    try {
      if (seen !== "all" && seen > last) throw new Error(`The log ends at ${last}, but ${seen} was said to be seen.`);
      const present = due?.judge(cells, now) ?? { dropCells: [] };
      const { append, claims, ...rest } = step(missed.map(toRecorded));
      const events = append.map((pending, index) => toStored(last + 1 + index, pending));
      writes = { events, types: append.map(({ event }) => event.type), claims, ...present };
      result = rest.result;
    } catch (error) {
      // A session that is lost has rolled back by itself.
      await client.query("ROLLBACK").catch(() => undefined);
      return { is: "refused", error };
    }
    const done = { result, position: last + writes.events.length, grown: writes.events.length > 0 };
    try {
      await commit(client, stream, writes);
    } catch (error) {
      if (kindOf(error) !== "away") throw error;
      return { is: "in doubt", error, writes, done };
    }
    due?.kept();
    return { is: "committed", done };
  }

  /** Looks whether a commit was written; throws StoreUnusable if not, or if nobody can tell. */
  async #findOut(stream: StreamId, { events, claims }: Writes, cause: unknown): Promise<void> {
    if (events.length === 0 && claims.length === 0) return;
    const lost = `The connection to the store (${this.#sessions.address.words}) was lost in the middle of a commit`;
    const deadline = performance.now() + this.#limit;
    const written = await this.#sessions
      .use(deadline, (client) => areWritten(client, stream, events))
      .catch(() => {
        throw new StoreUnusable(`${lost}, and whether it was written is not known.`, { cause });
      });
    if (!written) throw new StoreUnusable(`${lost}; nothing was written. Try again.`, { cause });
  }
}

type Ended<R> =
  | { readonly is: "committed"; readonly done: Stepped<R> }
  /** By the step itself, or because this process must not be here. */
  | { readonly is: "refused"; readonly error: unknown }
  | { readonly is: "in doubt"; readonly error: unknown; readonly writes: Writes; readonly done: Stepped<R> };
