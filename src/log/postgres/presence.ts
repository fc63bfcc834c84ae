/**
 * Keeps a workspace's log to one clone on one machine, because what agents hand in is not pushed anywhere yet: another
 * clone would land what it does not have. Each process that writes leaves a cell with a beat, in the server's time, and
 * looks at those of the others, inside the transaction that writes.
 */
import { randomUUID } from "node:crypto";
import { StoreUnusable, type StreamId } from "../port.ts";
import { isAlive, type Whereabouts } from "../sqlite/whereabouts.ts";

/** Where a workspace is worked on. */
export interface Home {
  readonly stream: StreamId;
  /** The clone: its git common dir. */
  readonly clone: string;
  readonly self: Whereabouts;
}

/** A process as its cell tells. */
interface Present extends Whereabouts {
  readonly clone: string;
  readonly beat: number;
}

/** What is to be written with the step. */
export interface PresenceChange {
  readonly putCell: readonly [key: string, value: string];
  readonly dropCells: readonly string[];
}

/** How the keys of these cells start. */
export const presencePrefix = "present/";

export class Presence {
  readonly home: Home;
  readonly key = `${presencePrefix}${randomUUID()}`;
  #beat = 0;

  constructor(home: Home) {
    this.home = home;
  }

  /** Whether the next step on this stream has to look and to leave a beat; by the wall clock, which goes on in sleep. */
  isDue(stream: StreamId): boolean {
    return stream === this.home.stream && Math.abs(Date.now() - this.#beat) >= beatEvery;
  }

  /** Judges the cells of all processes; throws StoreUnusable if this process must not be here. `now` is the server's. */
  judge(cells: ReadonlyMap<string, string>, now: number): PresenceChange {
    const { self, clone } = this.home;
    const dropCells: string[] = [];
    for (const [key, text] of cells) {
      const other = JSON.parse(text) as Present;
      const near = other.place === self.place;
      const lives = near ? isAlive(other) : Math.abs(now - other.beat) < silentAfter;
      if (!lives) dropCells.push(key);
      else if (!near || other.clone !== clone) throw new StoreUnusable(inUse(other, near, now));
    }
    const present: Present = { ...self, clone, beat: now };
    return { putCell: [this.key, JSON.stringify(present)], dropCells: dropCells.filter((key) => key !== this.key) };
  }

  /** Says that a beat was committed. */
  kept(): void {
    this.#beat = Date.now();
  }
}

const beatEvery = 20_000;
const silentAfter = 60_000;

function inUse({ pid, host, clone, beat }: Present, near: boolean, now: number): string {
  const where = near ? "" : ` on another machine or in another container (${host})`;
  const again = near ? "" : ` If it is gone, try again in ${Math.ceil((silentAfter - Math.abs(now - beat)) / 1000)} s.`;
  return (
    `The log of this workspace is in use by process ${pid}${where} for the clone at ${clone}. ` +
    "One log serves one clone on one machine until work is shared through a git remote, which is not built yet: " +
    `work in that clone.${again}`
  );
}
