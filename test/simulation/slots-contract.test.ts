/** The played slots are held to what real ones do, as far as the simulation relies on it. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { diffTrees } from "../../src/execution/git/diff.ts";
import { commitTree, treeOf } from "../../src/execution/git/objects.ts";
import { readRef } from "../../src/execution/git/refs.ts";
import type { Git } from "../../src/execution/git/runner.ts";
import type { Slots } from "../../src/execution/slots/slots.ts";
import { slotFixture } from "../execution/slots/slot-fixture.ts";
import { askPlayed, runPlayed } from "./played-git/command-lines.ts";
import { PlayedRepository } from "./played-git/object-store.ts";
import { PlayedDisk, playedSlots } from "./played-slots.ts";

interface Place {
  readonly slots: Slots;
  readonly git: Git;
  readonly base: string;
  /** What an agent does in a slot's folder. */
  write(name: string, path: string, text: string): void;
  read(name: string, path: string): string;
  drop(name: string): void;
}

const files = { "a.txt": "a\n", "d/b.txt": "b\n" };

async function real(): Promise<Place> {
  const { slots, git, base, remove } = await slotFixture(files);
  onTestFinished(() => {
    git.close();
    remove();
  });
  const at = (name: string, path: string) => join(slots.pathOf(name), path);
  return {
    slots,
    git,
    base,
    write: (name, path, text) => {
      mkdirSync(dirname(at(name, path)), { recursive: true });
      writeFileSync(at(name, path), text);
    },
    read: (name, path) => readFileSync(at(name, path), "utf8"),
    drop: (name) => rmSync(slots.pathOf(name), { recursive: true }),
  };
}

async function played(): Promise<Place> {
  const repository = new PlayedRepository();
  const disk = new PlayedDisk();
  const place = { repository, now: () => 1 };
  const git: Git = {
    gitDir: "/played",
    run: async (command, where) => runPlayed(place, command, where),
    ask: async (question) => askPlayed(place, question),
    close: () => undefined,
  };
  const tree = repository.writeTree(new Map(Object.entries(files)));
  return {
    slots: playedSlots({ disk, repository, git, step: async (act) => act() }),
    git,
    base: await commitTree(git, { tree, parents: [], message: "first" }),
    write: (name, path, text) => disk.files(name)?.set(path, text),
    read: (name, path) => disk.files(name)?.get(path) ?? "",
    drop: (name) => disk.folders.delete(name),
  };
}

const refPrefix = "refs/interlock/parked/p/n/1";

describe.each([
  ["real", real],
  ["played", played],
] as const)("%s slots", (_, make) => {
  test("[G2] [G4] are prepared, edited, read, and as new when they are used again", async () => {
    const { slots, git, base, write, read } = await make();
    const wanted = { name: "s1", base, keep: [] };
    expect(await slots.isThere("s1")).toBe(false);
    expect((await slots.prepare({ ...wanted, fresh: true })).isNew).toBe(true);
    expect([await slots.isThere("s1"), read("s1", "d/b.txt")]).toEqual([true, "b\n"]);
    write("s1", "d/b.txt", "B\n");
    write("s1", "new.txt", "n\n");
    const found = await slots.snapshot({ name: "s1", base });
    if (found.is === "gone") throw new Error("gone");
    expect(found.changes.map(({ path, status }) => `${status} ${path}`)).toEqual(["M d/b.txt", "A new.txt"]);
    expect((await diffTrees(git, base, found.tree)).map(({ path }) => path)).toEqual(["d/b.txt", "new.txt"]);
    expect([found.markers, found.unreadable, found.head]).toEqual([[], [], undefined]);
    expect((await slots.prepare({ ...wanted, fresh: false })).isNew).toBe(false);
    expect(await slots.snapshot({ name: "s1", base })).toMatchObject({ changes: [], tree: await treeOf(git, base) });
  });

  test("[G3] are parked on a ref of their own, and the same content on the same one", async () => {
    const { slots, git, base, write } = await make();
    await slots.prepare({ name: "s1", base, fresh: true, keep: [] });
    write("s1", "a.txt", "mine\n");
    const parked = await slots.park({ name: "s1", base, refPrefix });
    if (parked.is === "gone") throw new Error("gone");
    expect(parked).toMatchObject({ ref: `${refPrefix}/work`, leftOut: [], extraRefs: [] });
    expect(await readRef(git, parked.ref)).toBe(parked.commit);
    expect(await slots.park({ name: "s1", base, refPrefix })).toMatchObject({ ref: parked.ref, commit: parked.commit });
    write("s1", "a.txt", "other\n");
    expect(await slots.park({ name: "s1", base, refPrefix })).toMatchObject({ ref: `${refPrefix}/work.2` });
  });

  test("hold other content than their base's where that is asked for, markers and all", async () => {
    const { slots, git, base, write } = await make();
    await slots.prepare({ name: "s1", base, fresh: true, keep: [] });
    write("s1", "a.txt", "<<<<<<< one\na\n=======\nb\n>>>>>>> two\n");
    const found = await slots.snapshot({ name: "s1", base });
    if (found.is === "gone") throw new Error("gone");
    expect(found.markers).toEqual(["a.txt"]);
    await slots.prepare({ name: "s2", base, content: found.tree, fresh: true, keep: [] });
    expect(await slots.snapshot({ name: "s2", base })).toMatchObject({ tree: found.tree, markers: ["a.txt"] });
    expect(await treeOf(git, base)).not.toBe(found.tree);
  });

  test("go only when their content is safe, and are gone then", async () => {
    const { slots, git, base, write, drop } = await make();
    await slots.prepare({ name: "s1", base, fresh: true, keep: [] });
    write("s1", "a.txt", "mine\n");
    const unlessChangedFrom = await treeOf(git, base);
    expect(await slots.remove({ name: "s1", base, unlessChangedFrom })).toEqual({ removed: false, because: "changed" });
    expect((await slots.list()).map(({ name, head }) => [name, head])).toEqual([["s1", base]]);
    expect(await slots.remove({ name: "s1", base, force: true })).toEqual({ removed: true });
    expect(await slots.list()).toEqual([]);
    expect(await slots.snapshot({ name: "s1", base })).toMatchObject({ is: "gone", damage: "missing" });
    await expect(slots.prepare({ name: "s1", base, fresh: false, keep: [] })).rejects.toThrow("missing");
    await slots.prepare({ name: "s3", base, fresh: true, keep: [] });
    drop("s3");
    expect(await slots.park({ name: "s3", base, refPrefix })).toMatchObject({ is: "gone" });
  });
});
