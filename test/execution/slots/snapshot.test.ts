import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { commitTree } from "../../../src/execution/git/objects.ts";
import { filesOf, whatIsTheUsers } from "../git/temporary-repository.ts";
import { registrationOf, type SlotFixture, slotFixture } from "./slot-fixture.ts";

const FILES = { "a.txt": "a\n", "src/b.ts": "b\n", "src/c.ts": "c\n", ".gitignore": "node_modules/\ndist/\n*.log\n" };

let it: SlotFixture;
let path: string;
beforeEach(async () => {
  it = await slotFixture(FILES);
  path = await it.slot();
});
afterEach(() => it.remove());

const changesOf = async (base?: string) =>
  (await it.snapshot("s1", base)).changes.map((change) => `${change.status} ${change.path}`);

describe("[G2] a snapshot is the exact non-ignored content of the slot", () => {
  test("[G2] nothing changed is the base's tree", async () => {
    const snapshot = await it.snapshot();
    expect(snapshot).toEqual({
      is: "snapshot",
      tree: it.sh(["rev-parse", "HEAD^{tree}"]),
      changes: [],
      markers: [],
      unreadable: [],
      nested: [],
      head: undefined,
      stash: [],
      damage: undefined,
    });
  });

  test("[G2] edits, new files, deletions, renames, rights and links", async () => {
    writeFileSync(join(path, "a.txt"), "edited\n");
    renameSync(join(path, "src/b.ts"), join(path, "src/renamed.ts"));
    chmodSync(join(path, "src/c.ts"), 0o755);
    symlinkSync("nowhere", join(path, "dangling"));
    symlinkSync("src", join(path, "to-folder"));
    symlinkSync(it.folder, join(path, "outside"));
    writeFileSync(join(path, "binary"), Buffer.from([0, 1, 2, 255]));
    writeFileSync(join(path, "ignored.log"), "");
    mkdirSync(join(path, "node_modules"));
    writeFileSync(join(path, "node_modules/x"), "");
    const snapshot = await it.snapshot();
    expect(
      snapshot.changes.map((change) => `${change.status} ${change.path} ${change.oldMode} ${change.newMode}`),
    ).toEqual([
      "M a.txt 100644 100644",
      "A binary 000000 100644",
      "A dangling 000000 120000",
      "A outside 000000 120000",
      "D src/b.ts 100644 000000",
      "M src/c.ts 100644 100755",
      "A src/renamed.ts 000000 100644",
      "A to-folder 000000 120000",
    ]);
    expect(it.sh(["cat-file", "-p", `${snapshot.tree}:outside`])).toBe(it.folder);
  });

  test("[G2] names with spaces, newlines, quotes, leading dashes, other scripts, and bytes that are no UTF-8", async () => {
    const names = [" a b ", "new\nline", '"quoted"', "-rf", "--all", "日本語", "é", ":(top)x", "*", "a\\b"];
    for (const name of names) writeFileSync(join(path, name), name);
    writeFileSync(Buffer.concat([Buffer.from(`${path}/bytes-`), Buffer.from([0xff, 0xfe])]), "odd");
    const { tree } = await it.snapshot();
    const listed = execFileSync("git", ["ls-tree", "-z", "--name-only", tree], { cwd: it.root })
      .toString("latin1")
      .split("\0");
    for (const name of names) expect(listed).toContain(Buffer.from(name).toString("latin1"));
    expect(listed).toContain("bytes-\xff\xfe");
  });

  test("[G2] a file became a folder, a folder a file, a folder a link, a file a link", async () => {
    rmSync(join(path, "a.txt"));
    mkdirSync(join(path, "a.txt"));
    writeFileSync(join(path, "a.txt/inside"), "");
    rmSync(join(path, "src"), { recursive: true });
    writeFileSync(join(path, "src"), "now a file");
    expect(await changesOf()).toEqual(["D a.txt", "A a.txt/inside", "A src", "D src/b.ts", "D src/c.ts"]);
    rmSync(join(path, "src"));
    mkdirSync(join(it.folder, "outside"));
    writeFileSync(join(it.folder, "outside/b.ts"), "from outside");
    symlinkSync(join(it.folder, "outside"), join(path, "src"));
    rmSync(join(path, ".gitignore"));
    symlinkSync("a.txt", join(path, ".gitignore"));
    expect(await changesOf()).toEqual([
      "T .gitignore",
      "D a.txt",
      "A a.txt/inside",
      "A src",
      "D src/b.ts",
      "D src/c.ts",
    ]);
  });

  test("[G2] everything deleted is the empty tree", async () => {
    for (const name of ["a.txt", "src", ".gitignore"]) rmSync(join(path, name), { recursive: true });
    expect((await it.snapshot()).tree).toBe("4b825dc642cb6eb9a060e54bf8d69288fbee4904");
  });

  test("[G2] a change that keeps size and time, or that the agent hid by flags in its index, is seen", async () => {
    writeFileSync(join(path, "a.txt"), "b\n");
    execFileSync("touch", ["-r", join(path, "src/b.ts"), join(path, "a.txt")]);
    writeFileSync(join(path, "src/b.ts"), "hidden\n");
    it.sh(["update-index", "--assume-unchanged", "src/b.ts"], path);
    it.sh(["update-index", "--skip-worktree", "src/c.ts"], path);
    rmSync(join(path, "src/c.ts"));
    expect(await changesOf()).toEqual(["M a.txt", "M src/b.ts", "D src/c.ts"]);
  });

  test("[G2] a change of the same size in the second of the checkout is seen, however much later", async () => {
    // Many gits compare whole seconds, so a change can look like what was checked out.
    const paths = ["a.txt", "src/b.ts", "src/c.ts"];
    for (const file of paths) writeFileSync(join(path, file), "x\n");
    await sleep(2_500);
    expect(await changesOf()).toEqual(["M a.txt", "M src/b.ts", "M src/c.ts"]);
    for (const file of paths) writeFileSync(join(path, file), "y\n");
    const tree = (await it.snapshot()).tree;
    expect(it.sh(["cat-file", "-p", `${tree}:a.txt`])).toBe("y");
  });

  test("[G2] the second snapshot sees what changed after the first, and what changed back", async () => {
    writeFileSync(join(path, "a.txt"), "x\n");
    writeFileSync(join(path, "new"), "n");
    expect(await changesOf()).toEqual(["M a.txt", "A new"]);
    writeFileSync(join(path, "a.txt"), "a\n");
    writeFileSync(join(path, ".gitignore"), "new\n");
    expect(await changesOf()).toEqual(["M .gitignore"]);
  });

  test("[G2] a base other than the one prepared gives the difference from that base", async () => {
    it.write({ "a.txt": "tip\n" });
    const tip = it.commit("tip");
    writeFileSync(join(path, "src/b.ts"), "mine\n");
    expect(await changesOf(tip)).toEqual(["M a.txt", "M src/b.ts"]);
  });

  test("[G2] an ignored file counts when the agent added it on purpose, and when the base has it", async () => {
    mkdirSync(join(path, "dist"));
    writeFileSync(join(path, "dist/wanted.js"), "w");
    writeFileSync(join(path, "dist/other.js"), "o");
    it.sh(["add", "-f", "dist/wanted.js"], path);
    expect(await changesOf()).toEqual(["A dist/wanted.js"]);
  });

  test("[G2] line endings follow the repository's attributes and the user's settings", async () => {
    it.sh(["config", "core.autocrlf", "true"]);
    it.write({ ".gitattributes": "*.bin -text\n" });
    const base = it.commit("attributes");
    path = await it.slot("s2", base);
    expect(readFileSync(join(path, "a.txt"), "utf8")).toBe("a\r\n");
    expect((await it.snapshot("s2", base)).changes).toEqual([]);
    writeFileSync(join(path, "a.txt"), "one\r\ntwo\n");
    writeFileSync(join(path, "x.bin"), "one\r\n");
    const snapshot = await it.snapshot("s2", base);
    expect(it.sh(["cat-file", "-p", `${snapshot.tree}:a.txt`])).toBe("one\ntwo");
    expect(it.sh(["cat-file", "-s", `${snapshot.tree}:x.bin`])).toBe("5");
  });

  test("changes nothing in the slot, in its index, or in the user's checkout", async () => {
    writeFileSync(join(path, "new"), "n");
    it.sh(["add", "new"], path);
    const before = [filesOf(path), readFileSync(join(registrationOf(it), "index"), "hex"), whatIsTheUsers(it)];
    await it.snapshot();
    expect([filesOf(path), readFileSync(join(registrationOf(it), "index"), "hex"), whatIsTheUsers(it)]).toEqual(before);
  });

  test("many at once agree", async () => {
    writeFileSync(join(path, "new"), "n");
    const snapshots = await Promise.all(Array.from({ length: 6 }, () => it.snapshot()));
    expect(new Set(snapshots.map((snapshot) => snapshot.tree)).size).toBe(1);
  });

  test("what git does not take is named, and the rest is there", async () => {
    writeFileSync(join(path, "git~1"), "a name that is .git on another system");
    writeFileSync(join(path, "fine"), "f");
    rmSync(join(path, "src/b.ts"));
    execFileSync("mkfifo", [join(path, "src/b.ts")]);
    const snapshot = await it.snapshot();
    expect(snapshot.unreadable.map((entry) => entry.path)).toEqual(["src/b.ts", "git~1"]);
    expect(snapshot.changes.map((change) => change.path)).toContain("fine");
  });

  test.skipIf(process.getuid?.() === 0)(
    "files and folders without rights are named, and the rest is there",
    async () => {
      writeFileSync(join(path, "secret"), "s");
      chmodSync(join(path, "secret"), 0);
      mkdirSync(join(path, "closed"));
      writeFileSync(join(path, "closed/in"), "");
      chmodSync(join(path, "closed"), 0);
      chmodSync(join(path, "src"), 0o400);
      writeFileSync(join(path, "fine"), "f");
      const snapshot = await it.snapshot();
      chmodSync(join(path, "src"), 0o755);
      chmodSync(join(path, "closed"), 0o755);
      expect(snapshot.unreadable.map((entry) => entry.path).sort()).toEqual([
        "closed",
        "secret",
        "src/b.ts",
        "src/c.ts",
      ]);
      expect(snapshot.changes.map((change) => change.path)).toEqual(["fine"]);
    },
  );
});

describe("commits, branches and stashes of the agent", () => {
  test("do not matter to the content, and HEAD is told", async () => {
    writeFileSync(join(path, "a.txt"), "one\n");
    it.sh(["switch", "-q", "-c", "agents"], path);
    const head = it.commit("by the agent", path);
    writeFileSync(join(path, "b.txt"), "not committed");
    const snapshot = await it.snapshot();
    expect(snapshot.head).toBe(head);
    expect(snapshot.changes.map((change) => change.path)).toEqual(["a.txt", "b.txt"]);
    const submission = await commitTree(it.git, {
      tree: snapshot.tree,
      parents: [it.base],
      message: "node n",
    });
    expect(it.sh(["rev-parse", `${submission}^@`])).toBe(it.base);
  });

  test("a stash made in the slot is told, the user's and an earlier one are not", async () => {
    it.write({ "a.txt": "by the user, before\n" });
    it.sh(["stash", "-q"]);
    path = await it.slot("s2");
    writeFileSync(join(path, "a.txt"), "by the agent\n");
    it.sh(["stash", "-q"], path);
    const entry = it.sh(["rev-parse", "refs/stash"]);
    expect((await it.snapshot("s2")).stash).toEqual([entry]);
  });
});

describe("conflict markers", () => {
  const conflict = "<<<<<<< ours\none\n=======\ntwo\n>>>>>>> theirs\n";

  test("are told for changed files that did not have them", async () => {
    writeFileSync(join(path, "a.txt"), conflict);
    writeFileSync(join(path, "crlf.txt"), conflict.replaceAll("\n", "\r\n"));
    writeFileSync(join(path, "new\nline"), `text\n${conflict}`);
    expect((await it.snapshot()).markers).toEqual(["a.txt", "crlf.txt", "new\nline"]);
  });

  test("are not seen in headings, partial markers, binaries, or files that had them before", async () => {
    it.write({ "docs.md": `how markers look:\n${conflict}` });
    const base = it.commit("docs");
    path = await it.slot("s1", base);
    writeFileSync(join(path, "docs.md"), `how conflict markers look:\n${conflict}`);
    writeFileSync(join(path, "heading.md"), "Title\n=======\n");
    writeFileSync(join(path, "part.md"), "<<<<<<< x\n=======\n");
    writeFileSync(join(path, "long.md"), "<<<<<<<< x\n========\n>>>>>>>> y\n");
    writeFileSync(join(path, "indented.md"), conflict.replaceAll(/^/gm, "  "));
    writeFileSync(join(path, "binary"), `\0${conflict}`);
    expect((await it.snapshot("s1", base)).markers).toEqual([]);
  });
});

describe("[G7] git in a slot never runs what the agent put there", () => {
  const evil = (folder: string) => {
    const trap = `touch ${join(it.folder, "ran")}`;
    it.sh(["config", "core.fsmonitor", `${trap}; false`], folder);
    it.sh(["config", "filter.evil.clean", `${trap}; cat`], folder);
    it.sh(["config", "filter.evil.smudge", `${trap}; cat`], folder);
    it.sh(["config", "core.hooksPath", "hooks"], folder);
    mkdirSync(join(folder, "hooks"), { recursive: true });
    for (const hook of ["post-index-change", "pre-commit", "reference-transaction", "post-checkout"]) {
      writeFileSync(join(folder, "hooks", hook), `#!/bin/sh\n${trap}\n`, { mode: 0o755 });
    }
    writeFileSync(join(folder, ".gitattributes"), "* filter=evil\n");
  };

  test("[G7] a repository in place of `.git` is passed by; the files are read all the same", async () => {
    rmSync(join(path, ".git"));
    it.sh(["init", "-q"], path);
    evil(path);
    writeFileSync(join(path, "a.txt"), "still read\n");
    const snapshot = await it.snapshot();
    expect(snapshot.damage).toBe("git_file_replaced");
    expect(snapshot.changes.map((change) => change.path)).toContain("a.txt");
    expect(existsSync(join(it.folder, "ran"))).toBe(false);
  });

  test("[G7] nested repositories, with and without commits, are named and left out", async () => {
    for (const folder of ["nested", "empty", "src"]) {
      mkdirSync(join(path, folder), { recursive: true });
      it.sh(["init", "-q"], join(path, folder));
    }
    writeFileSync(join(path, "nested/x"), "x");
    it.commit("inside", join(path, "nested"));
    writeFileSync(join(path, "src/new.ts"), "in a tracked folder");
    for (const folder of ["nested", "empty", "src"]) evil(join(path, folder));
    it.sh(["add", "nested"], path);
    rmSync(join(it.folder, "ran"), { force: true });
    const snapshot = await it.snapshot();
    expect(snapshot.nested).toEqual(["empty", "nested", "src"]);
    expect(snapshot.changes.map((change) => change.path)).toContain("src/new.ts");
    expect(snapshot.changes.filter((change) => /^(nested|empty)/.test(change.path))).toEqual([]);
    expect(existsSync(join(it.folder, "ran"))).toBe(false);
  });

  test("[G7] submodules stay as they are in the base, follow their HEAD when populated, and run nothing", async () => {
    const sub = join(it.folder, "sub");
    it.sh(["clone", "-q", it.root, sub]);
    it.sh(["-c", "protocol.file.allow=always", "submodule", "add", "-q", sub, "lib/sub"]);
    const base = it.commit("with submodule");
    path = await it.slot("s1", base);
    expect(await changesOf(base)).toEqual([]);
    it.sh(["-c", "protocol.file.allow=always", "submodule", "update", "-q", "--init"], path);
    const inside = join(path, "lib/sub");
    evil(inside);
    writeFileSync(join(inside, "a.txt"), "dirty");
    rmSync(join(it.folder, "ran"), { force: true });
    expect(await changesOf(base)).toEqual([]);
    expect((await it.snapshot("s1", base)).nested).toEqual(["lib/sub"]);
    expect(existsSync(join(it.folder, "ran"))).toBe(false);
    it.sh(
      ["-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=", "commit", "-q", "--allow-empty", "-m", "inside"],
      inside,
    );
    expect(await changesOf(base)).toEqual(["M lib/sub"]);
    rmSync(inside, { recursive: true });
    expect(await changesOf(base)).toEqual(["D lib/sub"]);
    mkdirSync(inside);
    writeFileSync(join(inside, "file"), "");
    expect(await changesOf(base)).toEqual(["D lib/sub", "A lib/sub/file"]);
  });
});

describe("a slot that is not as we made it", () => {
  test("is gone when its folder is", async () => {
    rmSync(path, { recursive: true });
    expect(await it.slots.snapshot({ name: "s1", base: it.base })).toEqual({ is: "gone", damage: "missing" });
    symlinkSync(it.root, path);
    expect(await it.slots.snapshot({ name: "s1", base: it.base })).toEqual({ is: "gone", damage: "not_a_folder" });
  });

  test("is read without `.git`, without its registration, and with a broken index", async () => {
    writeFileSync(join(path, "a.txt"), "work\n");
    writeFileSync(join(registrationOf(it), "index"), "no index");
    expect(await changesOf()).toEqual(["M a.txt"]);
    rmSync(join(path, ".git"));
    expect(await it.snapshot()).toMatchObject({ damage: "git_file_missing", changes: [{ path: "a.txt" }] });
    rmSync(registrationOf(it), { recursive: true });
    expect(await changesOf()).toEqual(["M a.txt"]);
  });
});
