import type { Position, ProcessId } from "../../src/core/ids.ts";
import type { Liveness } from "../../src/execution/liveness/process-id.ts";
import { MemoryStore, openMemoryLog } from "../../src/log/memory.ts";
import type { Log, StreamId } from "../../src/log/port.ts";
import type { Chance } from "./chance.ts";
import { isPlayed, type Weather } from "./faults.ts";
import { firstFiles } from "./first-files.ts";
import { PlayedRepository } from "./played-git/object-store.ts";
import type { PlayedProcess } from "./played-process.ts";
import { PlayedDisk } from "./played-slots.ts";
import { Scheduler } from "./scheduler.ts";

export const stream = "simulation";
export const target = "refs/heads/main";

/** A store with nothing in it, for one run. */
export interface StorePlace {
  /** A log of its own for each process. */
  open(): Promise<Log>;
}

/** Everything that processes, agents and people share in a run, and what has happened in it. */
export class World {
  readonly scheduler = new Scheduler();
  readonly repository = new PlayedRepository();
  readonly disk = new PlayedDisk();
  readonly processes = new Map<ProcessId, PlayedProcess>();
  readonly chance: Chance;
  readonly counts = new Map<string, number>();
  readonly story: string[] = [];
  /** What no rule allows, in the order in which it was seen. */
  readonly broken: string[] = [];
  weather: Weather;
  /** Plans whose integration branch somebody has moved. */
  readonly movedByHand = new Set<string>();
  /** Until then nothing can be committed. */
  diskIsFullUntil = 0;
  /** How often a store was asked to commit. */
  commits = 0;
  /** The last position of each stream, as far as any commit has told. */
  readonly ends = new Map<StreamId, Position>();
  #byHand = false;
  readonly #place: StorePlace;
  readonly #logs: Log[] = [];
  #wall = 1_800_000_000_000;

  constructor(chance: Chance, weather: Weather, place: StorePlace, isScored = false) {
    this.chance = chance;
    this.weather = weather;
    this.#place = place;
    const tree = this.repository.writeTree(firstFiles(isScored));
    this.repository.move(target, this.repository.writeCommit({ tree, parents: [], message: "first", at: 1 }));
  }

  /** Opens a log for as long as the run, or until it is closed. */
  async openLog(): Promise<Log> {
    const log = await this.#place.open();
    this.#logs.push(log);
    return log;
  }

  /** Lets go of the store, after the run. */
  async closeLogs(): Promise<void> {
    await Promise.all(this.#logs.map((log) => log.close()));
  }

  /** The time that the machine shows, in milliseconds since 1970. */
  wall(): number {
    return this.#wall + this.scheduler.now;
  }

  setClock(by: number): void {
    this.#wall += by;
  }

  liveness = (id: ProcessId): Liveness => (this.processes.get(id)?.alive ? "runs" : "gone");

  alive(): readonly PlayedProcess[] {
    return [...this.processes.values()].filter(({ alive }) => alive);
  }

  /** True while a person, and none of our processes, changes the repository. */
  get byHand(): boolean {
    return this.#byHand;
  }

  move(ref: string, to: string | undefined): void {
    this.#byHand = true;
    this.repository.move(ref, to);
    this.#byHand = false;
  }

  count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }

  trace(what: string): void {
    this.story.push(`${(this.scheduler.now / 1000).toFixed(3)} ${what}`);
    if (this.story.length > 4_000) this.story.splice(0, 2_000);
  }

  breaks = (rule: string): void => {
    this.trace(`BROKEN ${rule}`);
    this.broken.push(rule);
  };

  /** What was thrown must be one of our own making. */
  mustBePlayed(error: unknown, doing: string): void {
    if (isPlayed(error)) return;
    this.breaks(`[M3] nobody made this happen: ${doing}: ${error instanceof Error ? error.stack : String(error)}`);
  }
}

/** A store that ends with the run. */
export function inMemory(): StorePlace {
  const store = new MemoryStore();
  return { open: async () => openMemoryLog({ store }) };
}
