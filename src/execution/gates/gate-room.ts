import { Mutex } from "async-mutex";
import type { GateConfig } from "../../config/config.ts";
import type { CommitId, ProcessId } from "../../core/ids.ts";
import type { Log, StreamId } from "../../log/port.ts";
import { treeOf } from "../git/objects.ts";
import type { Git } from "../git/runner.ts";
import type { Liveness } from "../liveness/process-id.ts";
import { SlotBroken } from "../slots/slot-broken.ts";
import type { Slots } from "../slots/slots.ts";
import { endGroup, type GateRun, type runGate } from "./run-gate.ts";

export interface GateRoomOptions {
  readonly git: Git;
  readonly slots: Slots;
  readonly log: Log;
  readonly stream: StreamId;
  readonly process: ProcessId;
  readonly liveness: (process: ProcessId) => Liveness;
  readonly keep: readonly string[];
  readonly run: typeof runGate;
}

/** What was begun in a gate room, kept where others can end it. */
interface Occupation {
  readonly slot: string;
  readonly group: number;
}

const prefix = "gate/";

/**
 * The worktree in which this process judges candidates, one gate at a time. It is never shared: when the process dies,
 * what it left running is ended and its room is removed by the next steward.
 */
export class GateRoom {
  readonly #options: GateRoomOptions;
  readonly #slot: string;
  readonly #alone = new Mutex();
  readonly #closing = new AbortController();
  #used = false;

  constructor(options: GateRoomOptions) {
    this.#options = options;
    this.#slot = `gate-${options.process.replaceAll(".", "-")}`;
  }

  /** Runs a gate on a commit's content. Undefined when the process closes meanwhile: then nothing was judged. */
  judge(
    gate: GateConfig,
    commit: CommitId,
    environment: Readonly<Record<string, string>>,
  ): Promise<GateRun | undefined> {
    return this.#alone.runExclusive(async () => {
      if (this.#closing.signal.aborted) return undefined;
      const { slots, keep, run } = this.#options;
      await this.#note({ slot: this.#slot, group: 0 });
      this.#used = true;
      const request = { name: this.#slot, base: commit, fresh: true, keep };
      const { path } = await slots.prepare(request).catch(async (fault: unknown) => {
        if (!(fault instanceof SlotBroken)) throw fault;
        // Somebody deleted or changed it. There is nothing in it that anybody needs.
        await slots.remove({ name: this.#slot, base: commit, force: true });
        return slots.prepare(request);
      });
      const noted: Promise<void>[] = [];
      const onStart = (group: number) => noted.push(this.#note({ slot: this.#slot, group }));
      const ended = await run(gate, { cwd: path, environment, onStart, signal: this.#closing.signal });
      await Promise.all(noted);
      return this.#closing.signal.aborted ? undefined : ended;
    });
  }

  /** Ends what runs and takes the room away. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#alone.runExclusive(async () => {
      if (!this.#used) return;
      await removeRoom(this.#options, this.#slot);
      await setCell(this.#options, this.#options.process, undefined);
    });
  }

  async #note(occupation: Occupation): Promise<void> {
    await setCell(this.#options, this.#options.process, JSON.stringify(occupation));
  }
}

/** Ends what dead processes left running in their gate rooms, and removes the rooms. */
export async function clearDeadRooms(options: GateRoomOptions): Promise<void> {
  for (const [key, value] of await options.log.listCells(options.stream, prefix)) {
    const owner = key.slice(prefix.length);
    if (options.liveness(owner) !== "gone") continue;
    const { slot, group }: Occupation = JSON.parse(value);
    if (group > 0) endGroup(group);
    await removeRoom(options, slot);
    await setCell(options, owner, undefined);
  }
}

async function removeRoom({ slots, git }: GateRoomOptions, name: string): Promise<void> {
  const found = (await slots.list()).find((slot) => slot.name === name);
  if (!found?.head) return;
  await slots.remove({ name, base: found.head, unlessChangedFrom: await treeOf(git, found.head), force: true });
}

async function setCell({ log, stream }: GateRoomOptions, owner: ProcessId, next: string | undefined): Promise<void> {
  const key = `${prefix}${owner}`;
  const before = await log.readCell(stream, key);
  await log.swapCell(stream, key, before, next);
}
