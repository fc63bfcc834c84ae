/**
 * The one loop: every command of this process goes through here, in groups that are one commit each.
 *
 * The fold is private and changes in place. It is thrown away and made again whenever it may hold something that was
 * not committed; until then nobody who waits gets to see it.
 */
import { isDeepStrictEqual } from "node:util";
import type { WorkspaceCommand } from "../core/command.ts";
import { evolve, settled } from "../core/evolve.ts";
import { nodeKey } from "../core/ids.ts";
import { type Done, perform } from "../core/perform.ts";
import type { Recorded, RequestMark } from "../core/recorded.ts";
import { isRefusal, type Refusal } from "../core/refusal.ts";
import { fromSections } from "../core/snapshot.ts";
import { emptyWorkspace, type Workspace } from "../core/workspace.ts";
import { type Log, StoreGone, type StreamId } from "../log/port.ts";
import { ClaimRows } from "./claim-rows.ts";
import type { Clock } from "./clock.ts";

interface Queued {
  readonly command: WorkspaceCommand;
  readonly request: RequestMark | undefined;
  readonly settle: (answer: Done | Refusal) => void;
  readonly fail: (error: unknown) => void;
}

const readAtOnce = 5_000;
const followAgainMs = 500;

/** Decides commands on the state that all processes share, and tells who waits that something happened. */
export class Manager {
  readonly log: Log;
  readonly stream: StreamId;
  readonly #clock: Clock;
  #workspace = emptyWorkspace();
  #rows = new ClaimRows();
  #queue: Queued[] = [];
  #flushing: Promise<void> | undefined;
  #refolding: Promise<void> | undefined;
  /** Set while the fold may differ from the log. */
  #stale = true;
  readonly #listeners = new Set<() => void>();
  #following: AbortController | undefined;
  /** Why nothing will ever come any more. */
  #gone: StoreGone | undefined;

  private constructor(log: Log, stream: StreamId, clock: Clock) {
    this.log = log;
    this.stream = stream;
    this.#clock = clock;
  }

  static async open(log: Log, stream: StreamId, clock: Clock): Promise<Manager> {
    const manager = new Manager(log, stream, clock);
    await manager.refresh();
    return manager;
  }

  /** The state as of the last command or refresh of this process. For reading only. */
  get workspace(): Workspace {
    return this.#workspace;
  }

  /** Brings the state up to date with what other processes committed. */
  async refresh(): Promise<Workspace> {
    // A fold that is thrown away under a commit would lack what that commit adds.
    while (this.#flushing) await this.#flushing;
    if (this.#stale) await this.#refold();
    for (;;) {
      const missed = await this.log.read(this.stream, this.#workspace.position, readAtOnce);
      this.#fold(missed);
      if (missed.length < readAtOnce) return settled(this.#workspace);
    }
  }

  /** Carries a command out, together with all others that are waiting when the transaction starts. */
  execute(command: WorkspaceCommand, request?: RequestMark): Promise<Done | Refusal> {
    return new Promise((settle, fail) => {
      this.#queue.push({ command, request, settle, fail });
      this.#flushing ??= this.#flush();
    });
  }

  /**
   * Waits until the state has what is looked for, woken by every event of any process. Returns undefined when the time
   * is over or the signal aborts; throws StoreGone when there is no store any more.
   */
  async waitFor<T>(
    look: (workspace: Workspace) => T | undefined,
    ms: number,
    signal?: AbortSignal,
  ): Promise<T | undefined> {
    const deadline = this.#clock.steady() + ms;
    for (;;) {
      const happened = this.#nextChange(signal);
      try {
        const found = this.#stale ? undefined : look(this.#workspace);
        if (found !== undefined) return found;
        if (this.#gone) throw this.#gone;
        const left = deadline - this.#clock.steady();
        if (left <= 0 || signal?.aborted) return undefined;
        await happened.within(left);
      } finally {
        happened.stop();
      }
    }
  }

  close(): void {
    this.#following?.abort();
  }

  /** `AbortSignal.any` would leave something at a signal for each wait, and some signals live as long as the process. */
  #nextChange(signal: AbortSignal | undefined) {
    const done = new AbortController();
    const listener = () => done.abort();
    this.#listeners.add(listener);
    signal?.addEventListener("abort", listener);
    this.#follow();
    return {
      within: (ms: number) => this.#clock.sleep(ms, done.signal),
      stop: () => {
        this.#listeners.delete(listener);
        signal?.removeEventListener("abort", listener);
      },
    };
  }

  /** Once somebody has waited, the process follows the log until it closes: the next wait is never far. */
  #follow(): void {
    if (this.#following) return;
    const control = new AbortController();
    this.#following = control;
    const run = async () => {
      for await (const recorded of this.log.follow(this.stream, this.#workspace.position, control.signal)) {
        if (this.#stale || recorded.position !== this.#workspace.position + 1) continue;
        this.#fold([recorded]);
        settled(this.#workspace);
        this.#wake();
      }
    };
    run().catch(async (fault: unknown) => {
      if (fault instanceof StoreGone) this.#gone = fault;
      // Whoever waits would follow again at once, and would meet the same fault.
      else await this.#clock.sleep(followAgainMs, control.signal);
      this.#following = undefined;
      this.#wake();
    });
  }

  async #flush(): Promise<void> {
    await Promise.resolve();
    while (this.#queue.length > 0) {
      const group = this.#queue;
      this.#queue = [];
      try {
        await this.#commit(group);
      } catch (error) {
        await this.#oneByOne(group, error);
      }
    }
    // In the same turn as the last look at the queue: what comes between the two would wait for ever.
    this.#flushing = undefined;
  }

  /** A commit that failed says nothing about its single commands, so each is tried once more for itself. */
  async #oneByOne(group: readonly Queued[], error: unknown): Promise<void> {
    for (const queued of group) {
      try {
        if (error instanceof FateUnknown || (group.length === 1 && isBusy(error))) throw error;
        await this.#commit([queued]);
      } catch (again) {
        await this.#forget();
        queued.fail(again);
      }
    }
  }

  /** Who is told that nothing was committed must not find it in the state. */
  async #forget(): Promise<void> {
    if (this.#stale) await this.#refold().catch(() => undefined);
    if (!this.#stale) this.#wake();
  }

  async #commit(group: readonly Queued[]): Promise<void> {
    if (this.#stale) await this.#refold();
    const answers: (Done | Refusal)[] = [];
    const append: Recorded[] = [];
    const written = this.log.transact(this.stream, this.#workspace.position, (missed) => {
      this.#fold(missed);
      settled(this.#workspace);
      this.#stale = true;
      const at = this.#clock.now();
      for (const { command, request } of group) {
        const answer = perform(this.#workspace, command, at, request);
        answers.push(answer);
        if (!isRefusal(answer) && !answer.repeated) append.push(...answer.events);
      }
      return { append, claims: this.#rows.changed(this.#workspace, append.map(subjectOf)), result: undefined };
    });
    try {
      await written;
    } catch (fault) {
      // The acknowledgement may be all that was lost; tried once more, everything would happen twice.
      if (!(await this.#isWritten(append, fault))) throw fault;
    }
    this.#stale = false;
    this.#wake();
    for (const [i, { settle }] of group.entries()) settle(answers[i] ?? { refused: "outdated" });
  }

  async #isWritten(append: readonly Recorded[], fault: unknown): Promise<boolean> {
    const [first] = append;
    if (!first) return false;
    const found = await this.log.read(this.stream, first.position - 1, append.length).catch(() => {
      throw new FateUnknown("The store failed, and cannot be read to see whether it wrote.", { cause: fault });
    });
    const plain = (all: readonly Recorded[]): unknown =>
      JSON.parse(JSON.stringify(all.map(({ event, request }) => ({ event, request }))));
    return isDeepStrictEqual(plain(found), plain(append));
  }

  #refold(): Promise<void> {
    this.#refolding ??= this.#foldAnew().finally(() => {
      this.#refolding = undefined;
    });
    return this.#refolding;
  }

  /** The old fold stays until the new one is whole: half of one would tell that nodes do not exist. */
  async #foldAnew(): Promise<void> {
    const snapshot = await this.log.readSnapshot(this.stream);
    const workspace = (snapshot && fromSections(snapshot.sections, snapshot.position)) ?? emptyWorkspace();
    for (;;) {
      const tail = await this.log.read(this.stream, workspace.position, readAtOnce);
      for (const recorded of tail) evolve(workspace, recorded);
      if (tail.length < readAtOnce) break;
    }
    this.#workspace = settled(workspace);
    this.#rows = new ClaimRows();
    this.#rows.changed(workspace, [...workspace.locks.held.keys()]);
    this.#stale = false;
  }

  /** What the log's follower brought in meanwhile comes a second time with a transaction and is left out. */
  #fold(events: readonly Recorded[]): void {
    const news = events.filter(({ position }) => position > this.#workspace.position);
    for (const recorded of news) evolve(this.#workspace, recorded);
    if (news.length > 0) this.#rows.changed(this.#workspace, news.map(subjectOf));
  }

  #wake(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** Tried once more, everything might happen twice. */
class FateUnknown extends Error {
  override readonly name = "FateUnknown";
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && error.name === "StoreBusy";
}

/** The key of the node that an event is about, if it is about one. */
function subjectOf({ event }: Recorded): string | undefined {
  return "node" in event && typeof event.node === "string"
    ? nodeKey({ plan: event.plan, node: event.node })
    : undefined;
}
