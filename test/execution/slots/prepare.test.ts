import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SlotBroken } from "../../../src/execution/slots/slot-broken.ts";
import { filesOf, whatIsTheUsers } from "../git/temporary-repository.ts";
import { registrationOf, type SlotFixture, slotFixture } from "./slot-fixture.ts";

const FILES = {
  "a.txt": "a\n",
  "src/b.ts": "b\n",
  "src/deep/c.ts": "c\n",
  ".gitignore": "node_modules/\ndist/\n.env\n",
};

let it: SlotFixture;
beforeEach(async () => {
  it = await slotFixture(FILES);
});
afterEach(() => it.remove());

const outsideGit = (path: string) => filesOf(path, (name) => name === ".git");

describe("a new slot", () => {
  test("holds the base's files, detached at the base, with a clean index", async () => {
    const path = await it.slot();
    expect(path).toBe(join(it.root, ".interlock", "worktrees", "s1"));
    expect(readFileSync(join(path, "src/b.ts"), "utf8")).toBe("b\n");
    expect(it.sh(["rev-parse", "HEAD"], path)).toBe(it.base);
    expect(it.sh(["status", "--porcelain"], path)).toBe("");
    expect(spawnSync("git", ["symbolic-ref", "-q", "HEAD"], { cwd: path }).status).toBe(1);
    expect(await it.slots.list()).toEqual([{ name: "s1", path, head: it.base }]);
  });

  test("[G1] leaves the user's checkout, index, HEAD, config and hooks as they were, but for one line in info/exclude", async () => {
    writeFileSync(join(it.gitDir, "hooks", "post-checkout"), "#!/bin/sh\ntouch ran-hook\n", { mode: 0o755 });
    it.write({ "a.txt": "edited\n", "untracked.txt": "u" });
    const before = whatIsTheUsers(it);
    await it.slot();
    await it.slot("s2");
    expect(whatIsTheUsers(it)).toEqual(before);
    expect(readFileSync(join(it.gitDir, "info/exclude"), "utf8").match(/^\/\.interlock\/$/gm)).toHaveLength(1);
    expect(it.sh(["status", "--porcelain"])).toBe(" M a.txt\n?? untracked.txt");
    expect(existsSync(join(it.root, ".interlock/worktrees/s1/ran-hook"))).toBe(false);
  });

  test("shows the difference of another content as changes that are not committed", async () => {
    const tree = (() => {
      it.write({ "a.txt": "<<<<<<< ours\n", "new.txt": "new\n" });
      rmSync(join(it.root, "src/b.ts"));
      it.sh(["add", "-A"]);
      return it.sh(["write-tree"]);
    })();
    const { path } = await it.slots.prepare({ name: "s1", base: it.base, content: tree, fresh: true, keep: [] });
    expect(it.sh(["status", "--porcelain"], path).split("\n")).toEqual([" M a.txt", " D src/b.ts", "?? new.txt"]);
    expect((await it.snapshot()).tree).toBe(tree);
  });

  test("is made in many at once, also by another process that holds the lock no longer", async () => {
    mkdirSync(join(it.gitDir, "interlock"), { recursive: true });
    const dead = spawnSync("true").pid;
    const holder = {
      pid: dead,
      started: "1",
      host: execFileSync("hostname", { encoding: "utf8" }).trim(),
      nonce: "12345678",
    };
    writeFileSync(join(it.gitDir, "interlock/worktrees.lock"), JSON.stringify(holder));
    const paths = await Promise.all(["s1", "s2", "s3", "s4", "s5"].map((name) => it.slot(name)));
    for (const path of paths) expect(readFileSync(join(path, "a.txt"), "utf8")).toBe("a\n");
    expect(existsSync(join(it.gitDir, "interlock/worktrees.lock"))).toBe(false);
  });

  test("is finished by a second try when the first was killed halfway", async () => {
    mkdirSync(join(it.gitDir, "interlock/slots/s1"), { recursive: true });
    writeFileSync(join(it.gitDir, "interlock/slots/s1/making"), it.base);
    mkdirSync(registrationOf(it), { recursive: true });
    mkdirSync(join(it.root, ".interlock/worktrees/s1"), { recursive: true });
    writeFileSync(join(it.root, ".interlock/worktrees/s1/half"), "");
    const path = await it.slot();
    expect(outsideGit(path)).toBe(outsideGit(await it.slot("s2")));
  });

  test("is never made where something of somebody else is", async () => {
    it.sh(["worktree", "add", "-q", "--detach", join(it.folder, "s1")]);
    await expect(it.slot()).rejects.toMatchObject({ damage: "name_taken" });
    mkdirSync(join(it.root, ".interlock/worktrees/s2"), { recursive: true });
    writeFileSync(join(it.root, ".interlock/worktrees/s2/precious"), "");
    await expect(it.slot("s2")).rejects.toThrow(SlotBroken);
    expect(existsSync(join(it.root, ".interlock/worktrees/s2/precious"))).toBe(true);
  });

  test("is not made for a name that could be a path", async () => {
    for (const name of ["../x", "a/b", "", ".git", "x.lock", "a..b"])
      await expect(it.slot(name)).rejects.toThrow("not a slot's name");
  });

  test("a stray git command in a broken slot fails, and the user's `git clean` passes by", async () => {
    const path = await it.slot();
    rmSync(join(path, ".git"));
    for (const args of [["add", "-A"], ["commit", "--allow-empty", "-m", "x"], ["reset", "--hard"], ["stash"]]) {
      expect(spawnSync("git", args, { cwd: path }).status).not.toBe(0);
    }
    it.sh(["clean", "-fdxq"]);
    expect(existsSync(join(path, "a.txt"))).toBe(true);
  });
});

describe("[G4] a reused slot is as a new one", () => {
  async function reusedAfter(odd: (path: string) => void, keep: readonly string[] = []): Promise<void> {
    const path = await it.slot();
    odd(path);
    await it.snapshot();
    it.write({ "src/deep/c.ts": "changed\n", "src/new.ts": "n\n" });
    rmSync(join(it.root, "a.txt"));
    const next = it.commit("next");
    const reused = await it.slots.prepare({ name: "s1", base: next, fresh: false, keep });
    const fresh = await it.slots.prepare({ name: "fresh", base: next, fresh: true, keep: [] });
    expect(reused.isNew).toBe(false);
    if (keep.length === 0) expect(outsideGit(reused.path)).toBe(outsideGit(fresh.path));
    expect(it.sh(["status", "--porcelain"], reused.path)).toBe("");
    expect(it.sh(["rev-parse", "HEAD"], reused.path)).toBe(next);
    expect(spawnSync("git", ["symbolic-ref", "-q", "HEAD"], { cwd: reused.path }).status).toBe(1);
    expect(readFileSync(join(registrationOf(it), "gitdir"), "utf8")).toBe(`${join(reused.path, ".git")}\n`);
  }

  test("[G4] after edits, new files, ignored files, and empty folders", () =>
    reusedAfter((path) => {
      writeFileSync(join(path, "a.txt"), "edited");
      mkdirSync(join(path, "dist/x"), { recursive: true });
      writeFileSync(join(path, "dist/x/out.js"), "o");
      writeFileSync(join(path, "junk"), "j");
      writeFileSync(join(path, "src/new.ts"), "in the way");
      mkdirSync(join(path, "empty/er"), { recursive: true });
      rmSync(join(path, "src/b.ts"));
    }));

  test("[G4] when changes are hidden from git by flags in the index", () =>
    reusedAfter((path) => {
      writeFileSync(join(path, "src/b.ts"), "hidden");
      it.sh(["update-index", "--assume-unchanged", "src/b.ts"], path);
      it.sh(["update-index", "--skip-worktree", "src/deep/c.ts"], path);
      writeFileSync(join(path, "src/deep/c.ts"), "hidden too");
    }));

  test("[G4] after commits, another branch, a stash, and a rebase that stopped", () =>
    reusedAfter((path) => {
      it.sh(["switch", "-q", "-c", "agents"], path);
      writeFileSync(join(path, "a.txt"), "one\n");
      it.commit("one", path);
      it.sh(["switch", "-q", "--detach", "HEAD~1"], path);
      writeFileSync(join(path, "a.txt"), "two\n");
      it.commit("two", path);
      spawnSync("git", ["rebase", "agents"], { cwd: path });
      expect(existsSync(join(registrationOf(it), "rebase-merge"))).toBe(true);
    }));

  test("[G4] during a bisect, a merge and a sparse checkout", () =>
    reusedAfter((path) => {
      it.sh(["bisect", "start"], path);
      writeFileSync(join(registrationOf(it), "MERGE_HEAD"), `${it.base}\n`);
      it.sh(["sparse-checkout", "set", "other"], path);
      expect(existsSync(join(path, "src/b.ts"))).toBe(false);
    }));

  test("[G4] after a folder was swapped with a link or a file", () =>
    reusedAfter((path) => {
      mkdirSync(join(it.folder, "outside/deep"), { recursive: true });
      writeFileSync(join(it.folder, "outside/b.ts"), "not mine");
      rmSync(join(path, "src"), { recursive: true });
      symlinkSync(join(it.folder, "outside"), join(path, "src"));
      rmSync(join(path, "a.txt"));
      mkdirSync(join(path, "a.txt"));
      writeFileSync(join(path, "a.txt/x"), "");
    }));

  test("[G4] links are unlinked and never followed", async () => {
    mkdirSync(join(it.folder, "outside/.git"), { recursive: true });
    writeFileSync(join(it.folder, "outside/precious"), "p");
    await reusedAfter((path) => {
      symlinkSync(join(it.folder, "outside"), join(path, "untracked-link"));
      rmSync(join(path, "src/deep"), { recursive: true });
      symlinkSync(join(it.folder, "outside"), join(path, "src/deep"));
    });
    expect(readFileSync(join(it.folder, "outside/precious"), "utf8")).toBe("p");
    expect(existsSync(join(it.folder, "outside/.git"))).toBe(true);
  });

  test("[G4] a link above a submodule does not lead the cleaning astray", async () => {
    const outside = join(it.folder, "outside");
    it.sh(["clone", "-q", it.root, join(it.folder, "sub")]);
    it.sh(["-c", "protocol.file.allow=always", "submodule", "add", "-q", join(it.folder, "sub"), "lib/sub"]);
    const base = it.commit("with submodule");
    const path = await it.slot("s1", base);
    it.write({ "sub/precious": "p", "sub/.git/precious": "p" }, outside);
    rmSync(join(path, "lib"), { recursive: true });
    symlinkSync(outside, join(path, "lib"));
    await it.slots.prepare({ name: "s1", base, fresh: false, keep: [] });
    expect(existsSync(join(outside, "sub/precious"))).toBe(true);
    expect(existsSync(join(outside, "sub/.git/precious"))).toBe(true);
    expect(outsideGit(path)).toBe(outsideGit(await it.slot("s2", base)));
    rmSync(join(path, "lib/sub"), { recursive: true });
    symlinkSync(outside, join(path, "lib/sub"));
    await it.slots.prepare({ name: "s1", base, fresh: false, keep: [] });
    expect(existsSync(join(outside, "sub/precious"))).toBe(true);
    expect(outsideGit(path)).toBe(outsideGit(await it.slot("s2", base)));
  });

  test("[G4] after repositories were made in new, ignored and tracked folders", () =>
    reusedAfter((path) => {
      for (const folder of ["nested", "dist/nested", "src"]) {
        mkdirSync(join(path, folder), { recursive: true });
        it.sh(["init", "-q"], join(path, folder));
        writeFileSync(join(path, folder, "file"), "f");
        it.commit("inside", join(path, folder));
      }
    }));

  test("[G4] after pipes and folders without rights", () =>
    reusedAfter((path) => {
      execFileSync("mkfifo", [join(path, "src/pipe")]);
      mkdirSync(join(path, "locked/in"), { recursive: true });
      writeFileSync(join(path, "locked/in/file"), "");
      chmodSync(join(path, "locked/in"), 0o500);
      chmodSync(join(path, "locked"), 0o500);
      mkdirSync(join(path, "dist"));
      writeFileSync(join(path, "dist/file"), "");
      chmodSync(join(path, "dist"), 0);
      chmodSync(join(path, "src/deep"), 0o500);
    }));

  test("[G4] ignored files that are to be kept stay, and nothing else", async () => {
    await reusedAfter(
      (path) => {
        for (const folder of ["node_modules/x", "src/node_modules/y", "dist"]) {
          mkdirSync(join(path, folder), { recursive: true });
          writeFileSync(join(path, folder, "index.js"), "i");
        }
      },
      ["node_modules"],
    );
    const path = it.slots.pathOf("s1");
    expect(existsSync(join(path, "node_modules/x/index.js"))).toBe(true);
    expect(existsSync(join(path, "src/node_modules/y/index.js"))).toBe(true);
    expect(existsSync(join(path, "dist"))).toBe(false);
  });

  test("[G4] patterns to keep work below folders and with wildcards", async () => {
    const path = await it.slot();
    for (const folder of ["dist/cache-1", "dist/out", "node_modules"]) {
      mkdirSync(join(path, folder), { recursive: true });
      writeFileSync(join(path, folder, "x"), "");
    }
    it.sh(["init", "-q"], join(path, "src"));
    execFileSync("mkfifo", [join(path, "src/pipe")]);
    await it.slots.prepare({ name: "s1", base: it.base, fresh: false, keep: ["dist/cache-*"] });
    expect(existsSync(join(path, "dist/cache-1/x"))).toBe(true);
    for (const gone of ["dist/out", "node_modules", "src/.git", "src/pipe"])
      expect(existsSync(join(path, gone))).toBe(false);
  });

  test("[G4] tracked files whose names are no UTF-8 stay", async () => {
    const odd = Buffer.concat([Buffer.from(`${it.root}/src/odd-`), Buffer.from([0xff, 0xfe])]);
    writeFileSync(odd, "odd");
    const base = it.commit("odd");
    const path = await it.slot("s1", it.base);
    await it.slots.prepare({ name: "s1", base, fresh: false, keep: [] });
    expect(it.sh(["status", "--porcelain"], path)).toBe("");
    writeFileSync(join(path, "junk"), "");
    await it.slots.prepare({ name: "s1", base, fresh: false, keep: [] });
    expect(it.sh(["status", "--porcelain"], path)).toBe("");
  });

  test("[G4] with another content than the base, and after such a one", async () => {
    const path = await it.slot();
    writeFileSync(join(path, "a.txt"), "conflict\n");
    writeFileSync(join(path, "src/added"), "added\n");
    const { tree } = await it.snapshot();
    writeFileSync(join(path, "junk"), "j");
    await it.slots.prepare({ name: "s1", base: it.base, content: tree, fresh: false, keep: [] });
    expect(it.sh(["status", "--porcelain"], path).split("\n")).toEqual([" M a.txt", "?? src/added"]);
    await it.slots.prepare({ name: "s1", base: it.base, fresh: false, keep: [] });
    expect(outsideGit(path)).toBe(outsideGit(await it.slot("fresh")));
  });

  test("[G4] when HEAD, index and locks of the slot are broken", async () => {
    const path = await it.slot();
    for (const [file, text] of [
      ["HEAD", "nonsense"],
      ["index", "nonsense"],
      ["index.lock", ""],
      ["HEAD.lock", ""],
      ["config.worktree", "[core]\n\tfsmonitor = false\n\tbare = true\n"],
    ] as const) {
      writeFileSync(join(registrationOf(it), file), text);
    }
    await it.slots.prepare({ name: "s1", base: it.base, fresh: false, keep: [] });
    expect(it.sh(["status", "--porcelain"], path)).toBe("");
    it.sh(["switch", "-q", "--orphan", "nothing"], path);
    await it.slots.prepare({ name: "s1", base: it.base, fresh: false, keep: [] });
    expect(it.sh(["rev-parse", "HEAD"], path)).toBe(it.base);
    expect(it.sh(["status", "--porcelain"], path)).toBe("");
  });

  test("[G4] a name to keep that is not ignored goes, because the next snapshot would take it for content", async () => {
    const path = await it.slot();
    mkdirSync(join(path, "cache"));
    writeFileSync(join(path, "cache/x"), "");
    await it.slots.prepare({ name: "s1", base: it.base, fresh: false, keep: ["cache"] });
    expect(existsSync(join(path, "cache"))).toBe(false);
  });

  test("[G4] files are written anew when attributes changed that decide how they look", async () => {
    await it.slot();
    it.write({ "src/.gitattributes": "*.ts text eol=crlf\n" });
    const next = it.commit("attributes");
    const path = await it.slot("s1", next);
    expect(readFileSync(join(path, "src/b.ts"), "utf8")).toBe("b\r\n");
    expect(outsideGit(path)).toBe(outsideGit(await it.slot("s2", next)));
  });

  test("[G4] submodules are empty folders again", async () => {
    const sub = join(it.folder, "sub");
    it.sh(["clone", "-q", it.root, sub]);
    it.sh(["-c", "protocol.file.allow=always", "submodule", "add", "-q", sub, "lib/sub"]);
    const base = it.commit("with submodule");
    const path = await it.slot("s1", base);
    it.sh(["-c", "protocol.file.allow=always", "submodule", "update", "-q", "--init"], path);
    writeFileSync(join(path, "lib/sub/new"), "");
    await it.slots.prepare({ name: "s1", base, fresh: false, keep: [] });
    expect(outsideGit(path)).toBe(outsideGit(await it.slot("s2", base)));
    expect(existsSync(join(registrationOf(it), "modules"))).toBe(false);
    await it.slots.prepare({ name: "s1", base: it.base, fresh: false, keep: [] });
    expect(existsSync(join(path, "lib"))).toBe(false);
  });
});

describe("a slot that is not as we made it", () => {
  test.each([
    ["missing", (path: string) => rmSync(path, { recursive: true })],
    ["git_file_missing", (path: string) => rmSync(join(path, ".git"))],
    [
      "git_file_replaced",
      (path: string) => {
        rmSync(join(path, ".git"));
        it.sh(["init", "-q"], path);
      },
    ],
    ["git_file_replaced", (path: string) => writeFileSync(join(path, ".git"), "gitdir: /elsewhere\n")],
    [
      "not_a_folder",
      (path: string) => {
        rmSync(path, { recursive: true });
        symlinkSync(it.root, path);
      },
    ],
    ["registration_missing", () => rmSync(registrationOf(it), { recursive: true })],
    ["registration_changed", () => writeFileSync(join(registrationOf(it), "commondir"), "/elsewhere\n")],
  ])("is refused as %s", async (damage, odd) => {
    const path = await it.slot();
    odd(path);
    const before = whatIsTheUsers(it);
    await expect(it.slots.prepare({ name: "s1", base: it.base, fresh: false, keep: [] })).rejects.toMatchObject({
      damage,
    });
    expect(whatIsTheUsers(it)).toEqual(before);
  });
});

describe("what a slot has beside its files", () => {
  test("`.worktreeinclude` of the base names ignored files to copy from the user's checkout", async () => {
    it.write({ ".worktreeinclude": ".env\nconfig/*.local\na.txt\n", "config/.gitignore": "*.local\n" });
    const base = it.commit("include");
    it.write({ ".env": "SECRET=1", "config/db.local": "db", "config/other": "untracked", "a.txt": "the user's edit" });
    const path = await it.slot("s1", base);
    expect(readFileSync(join(path, ".env"), "utf8")).toBe("SECRET=1");
    expect(readFileSync(join(path, "config/db.local"), "utf8")).toBe("db");
    expect(existsSync(join(path, "config/other"))).toBe(false);
    expect(readFileSync(join(path, "a.txt"), "utf8")).toBe("a\n");
    writeFileSync(join(path, ".env"), "changed by the agent");
    await it.slots.prepare({ name: "s1", base, fresh: false, keep: [] });
    expect(readFileSync(join(path, ".env"), "utf8")).toBe("SECRET=1");
  });

  test("linked folders lead to the user's checkout, are no content, and are never followed when the slot is cleaned", async () => {
    it.remove();
    it = await slotFixture({ "a.txt": "a\n", ".gitignore": "node_modules/\n" }, { link: ["node_modules", "none"] });
    it.write({ "node_modules/x/index.js": "x" });
    // The pool must know this repository, not the one made before.
    const path = await it.slot();
    expect(readFileSync(join(path, "node_modules/x/index.js"), "utf8")).toBe("x");
    expect(lstatSync(join(path, "node_modules")).isSymbolicLink()).toBe(true);
    expect((await it.snapshot()).changes).toEqual([]);
    writeFileSync(join(path, "junk"), "");
    await it.slots.prepare({ name: "s1", base: it.base, fresh: false, keep: [] });
    expect(readFileSync(join(it.root, "node_modules/x/index.js"), "utf8")).toBe("x");
    expect(lstatSync(join(path, "node_modules")).isSymbolicLink()).toBe(true);
    expect(existsSync(join(path, "junk"))).toBe(false);
  });

  test("setup runs in a new slot, again when a deciding file changed, and again when it failed", async () => {
    it.remove();
    const ran: string[] = [];
    let fails = true;
    it = await slotFixture(
      { lock: "1", other: "1" },
      {
        setupWhen: ["lock"],
        setup: async (slot) => {
          ran.push(slot.name);
          if (fails) throw new Error("no network");
        },
      },
    );
    await expect(it.slot()).rejects.toThrow("no network");
    fails = false;
    await it.slot();
    await it.slot();
    expect(ran).toEqual(["s1", "s1"]);
    it.write({ other: "2" });
    await it.slot("s1", it.commit("other"));
    expect(ran).toHaveLength(2);
    it.write({ lock: "2" });
    await it.slot("s1", it.commit("lock"));
    expect(ran).toHaveLength(3);
  });
});
