import { lstatSync, type Stats } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { type BytePath, onDisk } from "./byte-path.ts";
import { isIndexAsHanded } from "./handed-index.ts";
import { readNote } from "./slot-notes.ts";
import type { SlotPlace } from "./slot-place.ts";
import { addFolders, type TreeLayout } from "./tree-layout.ts";

/** When the files of a slot were written, looked at without reading any. */
export class FileTimes {
  readonly #place: SlotPlace;
  readonly #base: string;
  readonly #layout: TreeLayout;

  constructor(place: SlotPlace, base: string, layout: TreeLayout) {
    this.#place = place;
    this.#base = base;
    this.#layout = layout;
  }

  /** `added` are files beyond those of the base. What is in ignored folders is never looked at. */
  async look(added: readonly BytePath[]): Promise<{ readonly text: string; readonly untouched: boolean }> {
    const seen = new Digest();
    const looked = { since: performance.now() };
    for (const [folder, names] of this.#layout.folders) {
      seen.add(statOf(this.#place.path, folder));
      for (const name of names) {
        seen.add(statOf(this.#place.path, folder === "" ? name : `${folder}/${name}`));
        await giveWay(looked);
      }
    }
    const folders = new Set<BytePath>(["" as BytePath]);
    for (const path of added) {
      seen.add(statOf(this.#place.path, path));
      addFolders(folders, path);
      await giveWay(looked);
    }
    for (const folder of folders) seen.add(statOf(this.#place.path, folder));
    // What an agent adds to its index counts even where it is ignored.
    seen.add(lstat(join(this.#place.registration, "index")));
    return { text: seen.text(), untouched: this.#isBase() && seen.newest < this.#handedOut() };
  }

  #isBase(): boolean {
    const isNoted = readNote(this.#place, "base") === this.#base && readNote(this.#place, "content") === this.#base;
    return isNoted && isIndexAsHanded(this.#place);
  }

  /** Whoever got the slot can only have written after this note, though it may have been in the same instant. */
  #handedOut(): number {
    return lstat(join(this.#place.notes, "ready"))?.ctimeMs ?? 0;
  }
}

/** So long nothing else of this process gets its turn. */
const mostMs = 4;

async function giveWay(looked: { since: number }): Promise<void> {
  if (performance.now() - looked.since < mostMs) return;
  await setImmediate();
  looked.since = performance.now();
}

/** Numbers in their order, boiled down: large repositories have many, and each look remembers one. */
class Digest {
  newest = 0;
  readonly #number = new Float64Array(1);
  readonly #halves = new Uint32Array(this.#number.buffer);
  #one = 17;
  #other = 31;

  add(found: Stats | undefined): void {
    if (found !== undefined && found.ctimeMs > this.newest) this.newest = found.ctimeMs;
    // Only the kernel sets this time; it does so whatever is done to a file.
    this.#mix(found?.ctimeMs ?? -1);
    this.#mix(found?.ino ?? -1);
  }

  text(): string {
    return `${this.newest} ${this.#one} ${this.#other}`;
  }

  #mix(value: number): void {
    this.#number[0] = value;
    for (const half of this.#halves) {
      this.#one = Math.imul(this.#one ^ half, 0x85ebca6b);
      this.#one ^= this.#one >>> 13;
      this.#other = Math.imul(this.#other, 33) ^ half;
    }
  }
}

function statOf(root: string, path: string): Stats | undefined {
  return lstat(isPlain.test(path) ? `${root}/${path}` : onDisk(root, path));
}

/** Names whose bytes are their characters. */
const isPlain = /^[\x20-\x7e]*$/;

function lstat(path: string | Buffer): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    // A file where a folder was, or a folder that nobody may look into: then nothing is seen there.
    return undefined;
  }
}
