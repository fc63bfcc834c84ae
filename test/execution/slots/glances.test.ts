/** Answers about a slot that are quick because they do not read it; whatever an agent does must make them say no. */
import { execFileSync } from "node:child_process";
import { linkSync, mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type SlotFixture, slotFixture } from "./slot-fixture.ts";

const FILES = { "a.txt": "a\n", "src/b.ts": "b\n", "lib/b.ts": "other\n", ".gitignore": "*.log\n" };

let it: SlotFixture;
let path: string;
beforeEach(async () => {
  it = await slotFixture(FILES);
  path = await it.slot();
});
afterEach(() => it.remove());

const write = (name: string, content = "new\n") => writeFileSync(join(path, name), content);
const git = (...args: string[]) =>
  execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], { cwd: path, stdio: "pipe" });

/** What an agent may do after its work was read. */
const doings: readonly (readonly [string, () => void])[] = [
  ["writes a file", () => write("a.txt", "again\n")],
  ["writes a file of the same size in the same instant", () => write("made.txt", "maed\n")],
  ["deletes a file", () => rmSync(join(path, "a.txt"))],
  ["makes a file", () => write("late.txt")],
  ["adds an ignored file on purpose", () => both(write("kept.log"), git("add", "-f", "kept.log"))],
  ["commits", () => git("commit", "-q", "--allow-empty", "-m", "mine")],
  ["stashes", () => both(write("a.txt", "stashed\n"), git("stash"))],
  ["nests a repository", () => git("init", "-q", "nested")],
  ["lays a repository over a folder", () => mkdirSync(join(path, "src/.git"))],
  ["deletes `.git`", () => rmSync(join(path, ".git"))],
  ["swaps two folders", () => swap("src", "lib")],
];

/** For a list of doings in one line each. */
function both(..._: readonly unknown[]): void {}

function swap(one: string, other: string): void {
  renameSync(join(path, one), join(path, "between"));
  renameSync(join(path, other), join(path, one));
  renameSync(join(path, "between"), join(path, other));
}

describe("[G3] a slot still holds what was read from it", () => {
  const held = async () => it.slots.stillHolds({ name: "s1", base: it.base, tree: handedIn });
  let handedIn: string;
  beforeEach(async () => {
    write("made.txt", "made\n");
    handedIn = (await it.snapshot()).tree;
  });

  test("while nobody touches it", async () => {
    write("ignored.log");
    expect(await held()).toBe(true);
  });

  test.each(doings)("[G3] but not once its agent %s", async (_, act) => {
    act();
    expect(await held()).toBe(false);
  });

  test("but not another tree, nor on another base, nor in a slot that was not read", async () => {
    expect(await it.slots.stillHolds({ name: "s1", base: it.base, tree: it.sh(["rev-parse", "HEAD^{tree}"]) })).toBe(
      false,
    );
    expect(await it.slots.stillHolds({ name: "s1", base: handedIn, tree: handedIn })).toBe(false);
    await it.slot("s2");
    expect(await it.slots.stillHolds({ name: "s2", base: it.base, tree: handedIn })).toBe(false);
  });
});

describe("[L8] a place of a slot is untouched", () => {
  const untouched = (...patterns: string[]) => it.slots.isUntouched({ name: "s1", base: it.base, patterns });

  test("where nothing is and was, and where a file is as it was prepared", async () => {
    await new Promise((later) => setTimeout(later, 20));
    expect(await untouched("new.ts", "deep/er/new.ts")).toBe(true);
    // Files that came in the same tick of the clock as the note about them are in doubt; those of a used slot are older.
    await it.slot("s1");
    expect(await untouched("src/b.ts")).toBe(true);
    write("elsewhere.txt");
    expect(await untouched("new.ts", "src/b.ts")).toBe(false);
    expect(await untouched("new.ts")).toBe(true);
  });

  test.each<readonly [string, string, () => void]>([
    ["was written", "src/b.ts", () => write("src/b.ts")],
    ["was written and dated back", "src/b.ts", () => both(write("src/b.ts"), utimesSync(join(path, "src/b.ts"), 1, 1))],
    ["was deleted", "src/b.ts", () => rmSync(join(path, "src/b.ts"))],
    ["was made", "src/new.ts", () => write("src/new.ts")],
    ["was made in a new folder", "deep/new.ts", () => both(mkdirSync(join(path, "deep")), write("deep/new.ts"))],
    ["took another's place", "src/b.ts", () => renameSync(join(path, "a.txt"), join(path, "src/b.ts"))],
    ["came with another folder", "src/b.ts", () => swap("src", "lib")],
    ["is behind a link", "linked/new.ts", () => symlinkSync(it.folder, join(path, "linked"))],
    ["is a link", "src/new.ts", () => linkSync(join(path, "a.txt"), join(path, "src/new.ts"))],
    ["is a folder", "src", () => undefined],
    ["is a pattern", "src/*.ts", () => undefined],
  ])("[L8] but not where it %s", async (_, pattern, act) => {
    act();
    expect(await untouched(pattern)).toBe(false);
  });
});
