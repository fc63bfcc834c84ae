import { commitTree } from "../../src/execution/git/objects.ts";
import type { Git } from "../../src/execution/git/runner.ts";
import { keepOnRef } from "../../src/execution/slots/parked-ref.ts";
import type { PrepareRequest } from "../../src/execution/slots/prepare.ts";
import { SlotBroken } from "../../src/execution/slots/slot-broken.ts";
import type { Slots } from "../../src/execution/slots/slots.ts";
import type { SnapshotResult } from "../../src/execution/slots/snapshot.ts";
import type { Files, PlayedRepository } from "./played-git/object-store.ts";

interface Folder {
  files: Map<string, string>;
  head: string;
  /** Until it was filled for the first time. */
  isHalfMade: boolean;
}

/** The folders of all slots, which all processes and agents share. */
export class PlayedDisk {
  readonly folders = new Map<string, Folder>();
  /** Told what a slot held right before that is overwritten or deleted. */
  onLoss: (name: string, held: Files) => void = () => undefined;

  files(name: string): Map<string, string> | undefined {
    return this.folders.get(name)?.files;
  }
}

export interface SlotsPlace {
  readonly disk: PlayedDisk;
  readonly repository: PlayedRepository;
  readonly git: Git;
  /** Does one step of an operation, which may come late, fail, or be the last that its process does. */
  readonly step: <T>(act: () => T) => Promise<T>;
}

const root = "/played/slots";

/** Slots in memory: every operation is several steps, as with folders, and can end after each. */
export function playedSlots({ disk, repository, git, step }: SlotsPlace): Slots {
  const read = (name: string, base: string): SnapshotResult => {
    const files = disk.files(name);
    if (!files) return { is: "gone", damage: "missing" };
    const tree = repository.writeTree(files);
    const [before, now] = [repository.entries(base), repository.entries(tree)];
    const paths = [...new Set([...(before?.keys() ?? []), ...(now?.keys() ?? [])])].sort();
    const changes = paths
      .filter((path) => before?.get(path) !== now?.get(path))
      .map((path) => ({
        path,
        status: !before?.has(path) ? ("A" as const) : now?.has(path) ? ("M" as const) : ("D" as const),
        oldMode: before?.has(path) ? "100644" : "000000",
        newMode: now?.has(path) ? "100644" : "000000",
      }));
    const old = repository.files(base);
    const markers = changes
      .map(({ path }) => path)
      .filter((path) => hasMarkers(files.get(path) ?? "") && !hasMarkers(old.get(path) ?? ""));
    const rest = { unreadable: [], nested: [], head: undefined, stash: [], damage: undefined };
    return { is: "snapshot", tree, changes, markers, ...rest };
  };
  return {
    folder: root,
    pathOf: (name) => `${root}/${name}`,
    expect: () => undefined,
    isUntouched: ({ name, base, patterns }) =>
      step(() => {
        const files = disk.files(name);
        const old = repository.files(base);
        const isOne = (path: string) => patterns.some((one) => path === one || path.startsWith(`${one}/`));
        const paths = [...old.keys(), ...(files?.keys() ?? [])].filter(isOne);
        const arePlain = patterns.every((one) => !/[*?[{]/.test(one));
        return arePlain && files !== undefined && paths.every((path) => files.get(path) === old.get(path));
      }),
    glanceAt: ({ name, base }) => ({
      mark: () =>
        step(() => {
          const files = disk.files(name);
          const old = repository.files(base);
          if (!files) return undefined;
          const untouched = files.size === old.size && [...files].every(([path, text]) => old.get(path) === text);
          return { text: JSON.stringify([...files]), untouched };
        }),
      read: () =>
        step(() => {
          const found = read(name, base);
          return found.is === "gone" ? undefined : { tree: found.tree, changes: found.changes, skipped: 0 };
        }),
      close: async () => undefined,
    }),
    stillHolds: ({ name, tree }) =>
      step(() => {
        const files = disk.files(name);
        return files !== undefined && repository.writeTree(files) === tree;
      }),
    isThere: (name) => step(() => disk.folders.has(name)),
    prepare: async (request) => {
      const isNew = await step(() => makeFolder(disk, request));
      await step(() => moveFiles(disk, repository, request, "some"));
      await step(() => moveFiles(disk, repository, request, "all"));
      return { path: `${root}/${request.name}`, isNew, ranSetup: false };
    },
    snapshot: ({ name, base }) => step(() => read(name, base)),
    park: async ({ name, base, refPrefix, message }) => {
      const found = await step(() => read(name, base));
      if (found.is === "gone") return { is: "gone", damage: found.damage, extraRefs: [] };
      const { tree } = found;
      const commit = () =>
        commitTree(git, { tree, parents: [base], message: message ?? `Parked work of slot ${name}` });
      const kept = await keepOnRef(git, `${refPrefix}/work`, tree, commit);
      return { is: "parked", ref: kept.ref, commit: kept.oid, tree, extraRefs: [], leftOut: [], damage: undefined };
    },
    remove: ({ name, base, unlessChangedFrom, force }) =>
      step(() => {
        const found = read(name, base);
        if (force !== true && found.is === "snapshot" && found.tree !== unlessChangedFrom)
          return { removed: false, because: "changed" };
        disk.onLoss(name, disk.files(name) ?? new Map());
        disk.folders.delete(name);
        return { removed: true };
      }),
    list: () => step(() => [...disk.folders].map(([name, { head }]) => ({ name, path: `${root}/${name}`, head }))),
  };
}

function makeFolder(disk: PlayedDisk, { name, base, fresh }: PrepareRequest): boolean {
  const there = disk.folders.get(name);
  if (there && !there.isHalfMade) return false;
  if (!fresh) throw new SlotBroken(name, "missing");
  disk.folders.set(name, { files: new Map(), head: base, isHalfMade: true });
  return true;
}

/** A preparation that is cut off has written some files and not others. */
function moveFiles(
  disk: PlayedDisk,
  repository: PlayedRepository,
  { name, base, content = base }: PrepareRequest,
  what: "some" | "all",
): void {
  const folder = disk.folders.get(name);
  if (!folder) throw new SlotBroken(name, "missing");
  const wanted = repository.files(content);
  disk.onLoss(name, folder.files);
  if (what === "all") {
    folder.files = new Map(wanted);
    folder.isHalfMade = false;
  } else {
    const some = [...wanted].filter((_, index) => index % 2 === 0);
    folder.files = new Map([...folder.files, ...some]);
  }
  folder.head = base;
}

function hasMarkers(text: string): boolean {
  return [/^<{7} /m, /^={7}\r?$/m, /^>{7} /m].every((marker) => marker.test(text));
}
