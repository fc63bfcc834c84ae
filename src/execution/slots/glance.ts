/**
 * Looks at a slot while an agent works in it.
 *
 * [R3] Nothing changes by that: no file of the slot, no index, no lock, and nothing that other looks at the slot go by.
 */
import { randomUUID } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { diffTrees, type TreeChange } from "../git/diff.ts";
import type { Git } from "../git/runner.ts";
import { type BytePath, fromText } from "./byte-path.ts";
import { FileTimes } from "./file-times.ts";
import { isIndexAsHanded } from "./handed-index.ts";
import { ourLinks } from "./linked-folders.ts";
import { readFiles } from "./read-files.ts";
import { readNote } from "./slot-notes.ts";
import { inspectSlot, type SlotPlace } from "./slot-place.ts";
import { copyIndex } from "./stat-cache.ts";
import type { Layouts } from "./tree-layout.ts";

/** One slot on one base, looked at until `close`. */
export interface Glance {
  /** Tells by file times alone whether something may have changed, without a process; undefined when there is no slot. */
  mark(): Promise<SlotMark | undefined>;
  /** Reads the slot's content; undefined when there is no slot. The signal ends it with a fault. */
  read(signal: AbortSignal): Promise<SlotSeen | undefined>;
  close(): Promise<void>;
}

export interface SlotMark {
  /** Another one whenever a file that git would read was written, made, moved or deleted. */
  readonly text: string;
  /** Nothing has been written since the slot was handed out as its base. */
  readonly untouched: boolean;
}

/** The content of a slot as it would be handed in, but for what was too much to read. */
export interface SlotSeen {
  readonly tree: string;
  readonly changes: readonly Pick<TreeChange, "path" | "status">[];
  /** How many files could not be read or were too large. */
  readonly skipped: number;
}

/** Nobody merges larger files by their lines, and more of them are no work of one agent. */
const bounds = { bytesOfFile: 4 * 2 ** 20, files: 2_000 };

export function glanceAt(git: Git, place: SlotPlace, base: string, layouts: Layouts): Glance {
  const cache = new GlanceIndex(git, place, base);
  let times: Promise<FileTimes> | undefined;
  let added: readonly BytePath[] = [];
  return {
    mark: async () => {
      if (isGone(place)) return undefined;
      times ??= layouts.of(base).then((layout) => new FileTimes(place, base, layout));
      return (await times).look(added);
    },
    read: async (signal) => {
      if (isGone(place)) return undefined;
      const own: Git = { ...git, run: (command, at = {}) => git.run(command, { ...at, signal }) };
      const [layout, leaveOut] = await Promise.all([layouts.of(base), ourLinks(place)]);
      const read = await readFiles(own, {
        workTree: place.path,
        base,
        gitlinks: [...layout.gitlinks],
        cache: await cache.file(own),
        ...(isIndexAsHanded(place) ? {} : { agentIndex: join(place.registration, "index") }),
        leaveOut,
        bounds,
      });
      const changes = await diffTrees(own, base, read.tree);
      added = changes.filter(({ status }) => status === "A").map(({ path }) => fromText(path));
      return { tree: read.tree, changes, skipped: read.beyond + read.unreadable.length };
    },
    close: () => cache.remove(),
  };
}

function isGone(place: SlotPlace): boolean {
  const damage = inspectSlot(place);
  return damage === "missing" || damage === "not_a_folder";
}

/**
 * What is known of the files of a slot, so that only what was written need be read. In a new slot everything was written in the
 * same second as its index and would be read again each time: a copy that was refreshed later knows better.
 */
class GlanceIndex {
  readonly #git: Git;
  readonly #place: SlotPlace;
  readonly #base: string;
  readonly #own: string;
  #reads = 0;
  #isFresh = false;

  constructor(git: Git, place: SlotPlace, base: string) {
    this.#git = git;
    this.#place = place;
    this.#base = base;
    this.#own = join(git.gitDir, "interlock", "tmp", `glance-${process.pid}-${randomUUID()}`);
  }

  async file(git: Git): Promise<{ readonly file: string; readonly exact: boolean }> {
    const noted = { file: join(this.#place.notes, "index"), exact: readNote(this.#place, "base") === this.#base };
    this.#reads += 1;
    // Most slots are read once or twice, for which it would not pay.
    if (!noted.exact || this.#reads < worthRefreshing) return noted;
    if (!this.#isFresh) await this.#refresh(git, noted.file);
    return this.#isFresh ? { file: this.#own, exact: true } : noted;
  }

  async remove(): Promise<void> {
    await rm(this.#own, { force: true });
  }

  async #refresh(git: Git, from: string): Promise<void> {
    await mkdir(join(this.#git.gitDir, "interlock", "tmp"), { recursive: true });
    if (!(await copyIndex(from, this.#own))) return;
    const args = ["update-index", "-q", "--refresh"];
    await git.run(
      { args, okCodes: [0, 1], parse: () => undefined },
      { workTree: this.#place.path, indexFile: this.#own },
    );
    this.#isFresh = readNote(this.#place, "base") === this.#base;
  }
}

const worthRefreshing = 3;
