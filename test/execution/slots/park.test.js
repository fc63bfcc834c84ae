import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { whatIsTheUsers } from "../git/temporary-repository.js";
import { registrationOf, slotFixture } from "./slot-fixture.js";

const refPrefix = "refs/interlock/parked/plan/node/1";
let it;
let path;
beforeEach(async () => {
  it = await slotFixture({ "a.txt": "a\n", "src/b.ts": "b\n", ".gitignore": "dist/\n" });
  path = await it.slot();
});
afterEach(() => it.remove());
async function park(base = it.base) {
  const parked = await it.slots.park({ name: "s1", base, refPrefix });
  if (parked.is !== "parked") throw new Error(`slot is gone: ${parked.damage}`);
  return parked;
}
const refs = () => it.sh(["for-each-ref", "--format=%(refname)", "refs/interlock/parked"]).split("\n");
describe("[G3] what was in a slot when it was parked is reachable from a ref or named", () => {
  test("[G3] changed, new and deleted files are on one ref, on the base", async () => {
    writeFileSync(join(path, "a.txt"), "work\n");
    writeFileSync(join(path, "new file"), "n");
    rmSync(join(path, "src/b.ts"));
    const before = whatIsTheUsers(it);
    const parked = await park();
    expect(parked).toMatchObject({ ref: `${refPrefix}/work`, extraRefs: [], leftOut: [], damage: undefined });
    expect(it.sh(["rev-parse", parked.ref, `${parked.ref}^`])).toBe(`${parked.commit}\n${it.base}`);
    expect(it.treeOf(parked.ref)).toEqual(["100644 .gitignore", "100644 a.txt", "100644 new file"]);
    expect(whatIsTheUsers(it)).toEqual(before);
  });
  test("[G3] the same content again is the same ref, other content the next number, and nothing is overwritten", async () => {
    writeFileSync(join(path, "a.txt"), "one\n");
    const one = await park();
    expect(await park()).toEqual(one);
    writeFileSync(join(path, "a.txt"), "two\n");
    const two = await park();
    expect(two.ref).toBe(`${refPrefix}/work.2`);
    writeFileSync(join(path, "a.txt"), "one\n");
    expect(await park()).toEqual(one);
    expect(it.sh(["rev-parse", one.ref])).toBe(one.commit);
    expect(refs()).toEqual([one.ref, two.ref]);
  });
  test("[G3] many parks at once lose nothing", async () => {
    writeFileSync(join(path, "a.txt"), "one\n");
    const parks = await Promise.all(Array.from({ length: 5 }, () => park()));
    for (const parked of parks) expect(it.sh(["rev-parse", `${parked.ref}^{tree}`])).toBe(parked.tree);
  });
  test("[G3] commits of the agent, also those it reset away or left in a rebase, are kept but not merged", async () => {
    writeFileSync(join(path, "a.txt"), "reset away\n");
    const lost = it.commit("reset away", path);
    it.sh(["reset", "-q", "--hard", it.base], path);
    writeFileSync(join(path, "a.txt"), "one\n");
    const one = it.commit("one", path);
    it.sh(["switch", "-q", "--detach", it.base], path);
    writeFileSync(join(path, "a.txt"), "two\n");
    const two = it.commit("two", path);
    spawnSync("git", ["rebase", one], { cwd: path });
    const parked = await park();
    const kept = parked.extraRefs.filter((extra) => extra.what === "commits").map((extra) => extra.oid);
    expect(new Set(kept)).toEqual(new Set([lost, one, two]));
    expect(it.sh(["rev-parse", `${parked.commit}^@`])).toBe(it.base);
    expect(await park()).toEqual(parked);
  });
  test("[G3] stash entries made in the slot are kept, and the stash stays as it is", async () => {
    for (const text of ["one\n", "two\n"]) {
      writeFileSync(join(path, "a.txt"), text);
      it.sh(["stash", "-q"], path);
    }
    const entries = it.sh(["stash", "list", "--format=%H"]).split("\n");
    const parked = await park();
    expect(parked.extraRefs.map((extra) => [extra.what, extra.oid])).toEqual(entries.map((entry) => ["stash", entry]));
    it.sh(["stash", "clear"]);
    expect(it.sh(["show", `${parked.extraRefs[1]?.ref}:a.txt`])).toBe("one");
  });
  test("[G3] a nested repository is kept with its files, what is not committed in it, and all its refs", async () => {
    const nested = join(path, "nested");
    mkdirSync(nested);
    it.sh(["init", "-q", "-b", "main"], nested);
    it.write({ "x.txt": "x\n" }, nested);
    const commit = it.commit("inside", nested);
    it.sh(["switch", "-q", "-c", "side"], nested);
    it.write({ "y.txt": "y\n" }, nested);
    const side = it.commit("side", nested);
    it.write({ "dirty.txt": "d\n", "inner/z": "z" }, nested);
    it.sh(["init", "-q"], join(nested, "inner"));
    const parked = await park();
    const ref = parked.extraRefs.find((extra) => extra.what === "nested")?.ref ?? "";
    expect(parked.extraRefs).toMatchObject([{ what: "nested", path: "nested" }]);
    expect(parked.leftOut).toEqual([]);
    expect(it.treeOf(`${ref}:files`)).toEqual(["100644 dirty.txt", "100644 x.txt", "100644 y.txt"]);
    const bundle = join(it.folder, "history.bundle");
    writeFileSync(
      bundle,
      spawnSync("git", ["cat-file", "blob", `${ref}:history.bundle`], { cwd: it.root, maxBuffer: 2 ** 26 }).stdout,
    );
    const clone = join(it.folder, "clone.git");
    it.sh(["clone", "-q", "--mirror", bundle, clone]);
    expect(it.sh(["rev-parse", "refs/heads/main", "refs/heads/side"], clone)).toBe(`${commit}\n${side}`);
    expect(it.treeOf(ref).some((line) => /nested-[0-9a-f]+\/files\/z$/.test(line))).toBe(true);
    expect(await park()).toEqual(parked);
  });
  test("[G3] a repository laid over a tracked folder, and one in place of `.git`, keep their history too", async () => {
    it.sh(["init", "-q"], join(path, "src"));
    const inSrc = it.commit("in src", join(path, "src"));
    rmSync(join(path, ".git"));
    it.sh(["init", "-q"], path);
    rmSync(join(path, "src/.git"), { recursive: true });
    const atTop = it.commit("at top", path);
    it.sh(["init", "-q"], join(path, "src"));
    it.commit("in src", join(path, "src"));
    const parked = await park();
    expect(parked.damage).toBe("git_file_replaced");
    expect(parked.extraRefs.map((extra) => extra.path).sort()).toEqual([".", "src"]);
    expect(it.treeOf(parked.ref)).toEqual(["100644 .gitignore", "100644 a.txt", "100644 src/b.ts"]);
    for (const commit of [inSrc, atTop]) expect(commit).toMatch(/^[0-9a-f]{40}$/);
  });
  test("[G3] a populated submodule keeps its commits and changes", async () => {
    const sub = join(it.folder, "sub");
    it.sh(["clone", "-q", it.root, sub]);
    it.sh(["-c", "protocol.file.allow=always", "submodule", "add", "-q", sub, "lib"]);
    const base = it.commit("with submodule");
    path = await it.slot("s1", base);
    it.sh(["-c", "protocol.file.allow=always", "submodule", "update", "-q", "--init"], path);
    it.write({ "a.txt": "by the agent\n" }, join(path, "lib"));
    const inside = it.commit("inside", join(path, "lib"));
    it.write({ "a.txt": "not committed\n" }, join(path, "lib"));
    const parked = await park(base);
    const ref = parked.extraRefs.find((extra) => extra.path === "lib")?.ref;
    expect(it.sh(["show", `${ref}:files/a.txt`])).toBe("not committed");
    expect(it.sh(["ls-tree", parked.ref, "lib"])).toContain(inside);
    expect(parked.leftOut).toEqual([]);
  });
  test("[G3] a nested repository that is damaged is still kept as files, and one elsewhere is not followed", async () => {
    const nested = join(path, "nested");
    it.write({ x: "x" }, nested);
    it.sh(["init", "-q"], nested);
    it.commit("inside", nested);
    rmSync(join(nested, ".git/objects"), { recursive: true });
    mkdirSync(join(nested, ".git/objects"));
    const elsewhere = join(it.folder, "elsewhere");
    it.sh(["clone", "-q", it.root, elsewhere]);
    it.write({ y: "y" }, join(path, "linked"));
    symlinkSync(join(elsewhere, ".git"), join(path, "linked/.git"));
    it.write({ z: "z" }, join(path, "to-the-user"));
    symlinkSync(it.gitDir, join(path, "to-the-user/.git"));
    const parked = await park();
    for (const [name, file] of [
      ["nested", "x"],
      ["linked", "y"],
    ]) {
      const ref = parked.extraRefs.find((extra) => extra.path === name)?.ref;
      expect(it.treeOf(ref ?? "")).toEqual([`100644 files/${file}`]);
    }
    expect(it.treeOf(parked.ref)).toContain("100644 to-the-user/z");
    expect(parked.leftOut).toEqual([]);
  });
  test("[G3] a nested history that cannot be read is named, and its files are kept", async () => {
    const nested = join(path, "nested");
    it.write({ x: "x" }, nested);
    it.sh(["init", "-q"], nested);
    it.commit("inside", nested);
    const tree = it.sh(["rev-parse", "HEAD^{tree}"], nested);
    rmSync(join(nested, ".git/objects", tree.slice(0, 2), tree.slice(2)));
    const parked = await park();
    expect(parked.leftOut.map((entry) => entry.path)).toEqual(["nested/.git"]);
    expect(it.treeOf(parked.extraRefs[0]?.ref ?? "")).toEqual(["100644 files/x"]);
  });
  test("[G3] a clone with more than a little history is kept whole", async () => {
    for (let index = 0; index < 5; index += 1) it.sh(["commit", "-q", "--allow-empty", "-m", `c${index}`]);
    it.sh(["clone", "-q", it.root, join(path, "clone")]);
    it.sh(["pack-refs", "--all"], join(path, "clone"));
    const parked = await park();
    expect(parked.leftOut).toEqual([]);
    expect(parked.extraRefs).toMatchObject([{ what: "nested", path: "clone" }]);
    expect(it.sh(["ls-tree", "--name-only", parked.extraRefs[0]?.ref ?? ""])).toBe("files\nhistory.bundle");
  });
  test("[G3] what cannot be added is named", async () => {
    writeFileSync(join(path, "git~1"), "x");
    writeFileSync(join(path, "fine"), "f");
    const parked = await park();
    expect(parked.leftOut.map((entry) => entry.path)).toEqual(["git~1"]);
    expect(it.treeOf(parked.ref)).toContain("100644 fine");
  });
  test("[G3] a slot whose folder is gone still gives the agent's commits and stash", async () => {
    writeFileSync(join(path, "a.txt"), "one\n");
    const commit = it.commit("one", path);
    rmSync(path, { recursive: true });
    expect(await it.slots.park({ name: "s1", base: it.base, refPrefix })).toEqual({
      is: "gone",
      damage: "missing",
      extraRefs: [{ what: "commits", ref: `${refPrefix}/commits`, oid: commit }],
    });
  });
  test("[G3] nothing is lost to garbage collection", async () => {
    writeFileSync(join(path, "a.txt"), "work\n");
    const parked = await park();
    it.sh(["gc", "-q", "--prune=now"]);
    expect(it.sh(["show", `${parked.ref}:a.txt`])).toBe("work");
    it.sh(["fsck", "--strict"]);
  });
});
describe("[G7] parking runs nothing of the slot", () => {
  test("[G7] a nested repository whose config names commands is read without them", async () => {
    const nested = join(path, "nested");
    const trap = join(it.folder, "ran");
    it.write({ x: "x" }, nested);
    it.sh(["init", "-q"], nested);
    it.commit("inside", nested);
    for (const key of [
      "core.fsmonitor",
      "uploadpack.packObjectsHook",
      "core.alternateRefsCommand",
      "filter.e.clean",
      "core.sshCommand",
    ]) {
      it.sh(["config", key, `touch ${trap}; false`], nested);
    }
    writeFileSync(join(nested, ".gitattributes"), "* filter=e\n");
    rmSync(trap, { force: true });
    const parked = await park();
    expect(parked.extraRefs).toMatchObject([{ path: "nested" }]);
    expect(existsSync(trap)).toBe(false);
  });
});
describe("removing a slot", () => {
  test("works for the content that was named, and leaves the other slots and the user's work trees", async () => {
    const other = await it.slot("s2");
    it.sh(["worktree", "add", "-q", "--detach", join(it.folder, "users")]);
    writeFileSync(join(path, "a.txt"), "landed\n");
    const { tree } = await it.snapshot();
    expect(await it.slots.remove({ name: "s1", base: it.base, unlessChangedFrom: tree })).toEqual({ removed: true });
    expect(existsSync(path)).toBe(false);
    expect(existsSync(registrationOf(it))).toBe(false);
    expect(readFileSync(join(other, "a.txt"), "utf8")).toBe("a\n");
    expect(it.sh(["worktree", "list"]).split("\n")).toHaveLength(3);
    expect(await it.slots.remove({ name: "s1", base: it.base, unlessChangedFrom: tree })).toEqual({ removed: true });
  });
  test("is refused when anything in it is nowhere else", async () => {
    const { tree } = await it.snapshot();
    const remove = () => it.slots.remove({ name: "s1", base: it.base, unlessChangedFrom: tree });
    writeFileSync(join(path, "new"), "n");
    expect(await remove()).toEqual({ removed: false, because: "changed" });
    rmSync(join(path, "new"));
    writeFileSync(join(path, "git~1"), "n");
    expect(await remove()).toEqual({ removed: false, because: "unreadable" });
    rmSync(join(path, "git~1"));
    it.sh(["commit", "-q", "--allow-empty", "-m", "x"], path);
    expect(await remove()).toEqual({ removed: false, because: "changed" });
    expect(await it.slots.remove({ name: "s1", base: it.base, force: true })).toEqual({ removed: true });
  });
  test("never follows a link that is in its place", async () => {
    rmSync(path, { recursive: true });
    const precious = join(it.folder, "precious");
    it.write({ file: "p" }, precious);
    symlinkSync(precious, path);
    expect(await it.slots.remove({ name: "s1", base: it.base, force: true })).toEqual({ removed: true });
    expect(readFileSync(join(precious, "file"), "utf8")).toBe("p");
  });
});
