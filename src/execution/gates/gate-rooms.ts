import { Semaphore } from "async-mutex";
import type { GateConfig } from "../../config/config.ts";
import type { CommitId, ProcessId } from "../../core/ids.ts";
import type { Log, StreamId } from "../../log/port.ts";
import { treeOf } from "../git/objects.ts";
import type { Git } from "../git/runner.ts";
import type { Liveness } from "../liveness/process-id.ts";
import { SlotBroken } from "../slots/slot-broken.ts";
import type { Slots } from "../slots/slots.ts";
import { type EndRun, type JudgeInWorktree, newMark } from "./judge-in-worktree.ts";
import type { GateRun } from "./run-gate.ts";

export interface GateRoomOptions {
  readonly git: Git;
  readonly slots: Slots;
  readonly log: Log;
  readonly stream: StreamId;
  readonly process: ProcessId;
  readonly liveness: (process: ProcessId) => Liveness;
  readonly keep: readonly string[];
  /** How many gates run here at once, counted by their weight. */
  readonly parallel: number;
  readonly run: JudgeInWorktree;
  readonly endRun: EndRun;
}

/** What was begun in a gate room, kept where others can end it. */
interface Occupation {
  readonly slot: string;
  readonly group: number;
  /** Of the run that was begun last. */
  readonly mark?: string;
}

const prefix = "gate/";

/**
 * The worktrees in which this process judges candidates, one gate at a time in each. They are never shared: when the process
 * dies, what it left running is ended and its rooms are removed by the next steward.
 */
export class GateRooms {
  readonly #options: GateRoomOptions;
  readonly #places: Semaphore;
  readonly #closing = new AbortController();
  readonly #free: number[] = [];
  readonly #made = new Set<number>();
  readonly #busy = new Set<Promise<unknown>>();

  constructor(options: GateRoomOptions) {
    this.#options = options;
    this.#places = new Semaphore(options.parallel);
  }

  /** Runs a gate on a commit's content. Undefined when it was ended before: then nothing was judged. */
  async judge(
    gate: GateConfig,
    commit: CommitId,
    environment: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<GateRun | undefined> {
    const ending = AbortSignal.any([signal, this.#closing.signal]);
    if (ending.aborted) return undefined;
    const { parallel } = this.#options;
    const weight = gate.parallelSafe ? Math.min(gate.weight, parallel) : parallel;
    const judging = this.#places.runExclusive(async () => {
      const number = this.#free.pop() ?? this.#made.size + 1;
      this.#made.add(number);
      try {
        return ending.aborted ? undefined : await this.#judgeIn(number, gate, commit, environment, ending);
      } finally {
        this.#free.push(number);
      }
    }, weight);
    this.#busy.add(judging);
    return judging.finally(() => this.#busy.delete(judging));
  }

  /** Ends what runs and takes the rooms away. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#busy);
    for (const number of this.#made) {
      await removeRoom(this.#options, this.#slotOf(number));
      await setCell(this.#options, this.#cellOf(number), undefined);
    }
  }

  async #judgeIn(
    number: number,
    gate: GateConfig,
    commit: CommitId,
    environment: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<GateRun | undefined> {
    const { slots, keep, run } = this.#options;
    const slot = this.#slotOf(number);
    const mark = newMark();
    const note = (group: number) =>
      setCell(this.#options, this.#cellOf(number), JSON.stringify({ slot, group, mark } satisfies Occupation));
    await note(0);
    const request = { name: slot, base: commit, fresh: true, keep };
    const { path } = await slots.prepare(request).catch(async (fault: unknown) => {
      if (!(fault instanceof SlotBroken)) throw fault;
      // Somebody deleted or changed it. There is nothing in it that anybody needs.
      await slots.remove({ name: slot, base: commit, force: true });
      return slots.prepare(request);
    });
    if (signal.aborted) return undefined;
    const noted: Promise<void>[] = [];
    const onStart = (group: number) => noted.push(note(group));
    const ended = await run(gate, { cwd: path, commit, environment, mark, onStart, signal });
    await Promise.all(noted);
    return signal.aborted ? undefined : ended;
  }

  #slotOf(number: number): string {
    return `gate-${this.#options.process.replaceAll(".", "-")}-${number}`;
  }

  #cellOf(number: number): string {
    return `${this.#options.process}/${number}`;
  }
}

/** Ends what dead processes left running in their gate rooms, and removes the rooms. */
export async function clearDeadRooms(options: GateRoomOptions): Promise<void> {
  for (const [key, value] of await options.log.listCells(options.stream, prefix)) {
    const cell = key.slice(prefix.length);
    if (options.liveness(cell.replace(/\/\d+$/, "")) !== "gone") continue;
    const { slot, group, mark }: Occupation = JSON.parse(value);
    await options.endRun({ group: group > 0 ? group : undefined, mark });
    await removeRoom(options, slot);
    await setCell(options, cell, undefined);
  }
}

async function removeRoom({ slots, git }: GateRoomOptions, name: string): Promise<void> {
  const found = (await slots.list()).find((slot) => slot.name === name);
  if (!found?.head) return;
  await slots.remove({ name, base: found.head, unlessChangedFrom: await treeOf(git, found.head), force: true });
}

async function setCell({ log, stream }: GateRoomOptions, cell: string, next: string | undefined): Promise<void> {
  const key = `${prefix}${cell}`;
  const before = await log.readCell(stream, key);
  await log.swapCell(stream, key, before, next);
}
