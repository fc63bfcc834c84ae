import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { interlock, main, temporaryFolder, temporaryRepository } from "./command-line.ts";

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

/** Branches `ours` and `theirs` whose changes git cannot join by itself. */
function forked({ clash }: { readonly clash: boolean }) {
  const repository = temporaryRepository({ "a.json": json({ a: 1 }), "b.txt": "one\n" });
  const { folder, git } = repository;
  for (const [branch, value] of [
    ["ours", 2],
    ["theirs", 3],
  ] as const) {
    git("checkout", "-q", "-b", branch, "main");
    writeFileSync(join(folder, "a.json"), json({ a: 1, [branch]: value }));
    if (clash) writeFileSync(join(folder, "b.txt"), `${branch}\n`);
    git("commit", "-q", "-a", "-m", branch);
  }
  return repository;
}

describe("interlock merge-tree", () => {
  test("prints the tree and what became of each path, and ends with 1 while conflicts are left", async () => {
    const { folder, git } = forked({ clash: true });
    const head = git("rev-parse", "HEAD");
    const shown = await interlock(folder, ["merge-tree", "ours", "theirs"]);
    expect(shown).toMatchObject({ exitCode: 1, stderr: "" });
    expect(shown.stdout).toMatch(/^[0-9a-f]{40}\nresolved +keys +a\.json\nconflict +content +b\.txt\n$/);
    const asked = await interlock(folder, ["merge-tree", "ours", "theirs", "--json"]);
    expect(asked.exitCode).toBe(1);
    expect(JSON.parse(asked.stdout)).toMatchObject({
      tree: shown.stdout.slice(0, 40),
      clean: false,
      conflicts: [{ path: "b.txt", kind: "content", hunks: [{ base: "one\n", ours: "ours\n", theirs: "theirs\n" }] }],
      resolved: [{ path: "a.json", by: "keys" }],
    });
    expect(git("rev-parse", "HEAD")).toBe(head);
    expect(git("status", "--porcelain")).toBe("");
    expect(existsSync(join(folder, ".git", "interlock", "state.db"))).toBe(false);
  });

  test("ends with 0 when all was resolved, and takes another base", async () => {
    const { folder, git } = forked({ clash: false });
    const merged = await interlock(folder, ["merge-tree", "ours", "theirs", "--json"]);
    expect(merged.exitCode).toBe(0);
    const { tree, ...rest } = JSON.parse(merged.stdout);
    expect(rest).toEqual({ clean: true, conflicts: [], resolved: [{ path: "a.json", by: "keys" }] });
    expect(JSON.parse(git("show", `${tree}:a.json`))).toEqual({ a: 1, ours: 2, theirs: 3 });
    const onTheirs = await interlock(folder, ["merge-tree", "ours", "theirs", "--base", "theirs", "--json"]);
    expect(JSON.parse(onTheirs.stdout)).toMatchObject({
      clean: true,
      resolved: [],
      tree: git("rev-parse", "ours^{tree}"),
    });
  });

  test("names with line breaks, quotes and letters of all kinds are as they are", async () => {
    const names = ['no"r.json', "new\nline.json", "ü/ä.json", ":(glob)*.json", "-dash.json", "quo'te $(x).json"];
    const repository = temporaryRepository(Object.fromEntries(names.map((name) => [name, json({ a: 1 })])));
    const { folder, git } = repository;
    for (const branch of ["ours", "theirs"]) {
      git("checkout", "-q", "-b", branch, "main");
      for (const name of names) writeFileSync(join(folder, name), json({ a: 1, [branch]: 1 }));
      git("commit", "-q", "-a", "-m", branch);
    }
    const merged = JSON.parse((await interlock(folder, ["merge-tree", "ours", "theirs", "--json"])).stdout);
    expect(merged.clean).toBe(true);
    expect(merged.resolved.map(({ path }: { path: string }) => path).sort()).toEqual([...names].sort());
    for (const name of names)
      expect(JSON.parse(git("show", `${merged.tree}:${name}`))).toEqual({ a: 1, ours: 1, theirs: 1 });
    expect((await interlock(folder, ["merge-tree", "ours", "theirs"])).stdout).toContain("new line.json");
  });

  test("histories that crossed have several bases: what clashes in these stays a conflict", async () => {
    const { folder, git } = forked({ clash: true });
    for (const [branch, other, value] of [
      ["ours", "theirs", "both"],
      ["theirs", "ours~1", "two"],
    ] as const) {
      git("checkout", "-q", branch);
      expect(() => git("merge", "-q", other)).toThrow();
      writeFileSync(join(folder, "b.txt"), `${value}\n`);
      writeFileSync(join(folder, "a.json"), json({ a: 1, ours: 2, theirs: 3 }));
      git("add", ".");
      git("commit", "-q", "-m", `${branch} with ${other}`);
    }
    expect(git("merge-base", "--all", "ours", "theirs").split("\n")).toHaveLength(2);
    const merged = await interlock(folder, ["merge-tree", "ours", "theirs", "--json"]);
    expect(merged.exitCode).toBe(1);
    expect(JSON.parse(merged.stdout)).toMatchObject({ resolved: [], conflicts: [{ path: "b.txt", kind: "content" }] });
  });

  test("says what is missing: a common ancestor, more of a shallow clone, a repository", async () => {
    const { folder, git } = forked({ clash: false });
    git("checkout", "-q", "--orphan", "lone");
    git("commit", "-q", "-m", "lone");
    const lone = await interlock(folder, ["merge-tree", "ours", "lone"]);
    expect(lone).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("--base") });
    const clone = temporaryFolder();
    git("clone", "-q", "--depth", "1", "--no-single-branch", `file://${folder}`, join(clone, "shallow"));
    const shallow = await interlock(join(clone, "shallow"), ["merge-tree", "origin/ours", "origin/theirs"]);
    expect(shallow).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("--unshallow") });
    const nowhere = await interlock(clone, ["merge-tree", "ours", "theirs", "--json"]);
    expect(nowhere.exitCode).toBe(3);
    expect(JSON.parse(nowhere.stdout)).toMatchObject({ refused: "no_repository" });
  });

  test("a bare repository and a linked worktree serve as well", async () => {
    const { folder, git } = forked({ clash: false });
    const beside = temporaryFolder();
    git("clone", "-q", "--bare", folder, join(beside, "bare.git"));
    git("worktree", "add", "-q", join(beside, "linked"), "main");
    const trees = await Promise.all(
      [folder, join(beside, "bare.git"), join(beside, "linked")].map((place) =>
        interlock(place, ["merge-tree", "ours", "theirs"]),
      ),
    );
    expect(new Set(trees.map(({ stdout }) => stdout)).size).toBe(1);
    expect(trees.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
  });

  test("a name that is no commit is bad usage", async () => {
    const { folder } = forked({ clash: false });
    const ended = await interlock(folder, ["merge-tree", "ours", "nowhere", "--json"]);
    expect(ended.exitCode).toBe(2);
    expect(JSON.parse(ended.stdout)).toMatchObject({ refused: "unknown_commit" });
  });
});

describe("interlock merge-driver", () => {
  test("serves git's own merges: what it resolves needs nobody, what it does not has git's markers", async () => {
    const { folder, git } = forked({ clash: true });
    const driver = join(folder, ".git", "driver");
    writeFileSync(driver, `#!/bin/sh\nexec "${process.execPath}" "${main}" merge-driver "$@"\n`);
    chmodSync(driver, 0o755);
    git("config", "merge.interlock.driver", `${driver} -- %O %A %B %L %P`);
    writeFileSync(join(folder, ".git", "info", "attributes"), "* merge=interlock\n");
    expect(() => git("merge", "-q", "ours")).toThrow();
    expect(git("diff", "--name-only", "--diff-filter=U")).toBe("b.txt");
    expect(JSON.parse(readFileSync(join(folder, "a.json"), "utf8"))).toEqual({ a: 1, ours: 2, theirs: 3 });
    expect(readFileSync(join(folder, "b.txt"), "utf8")).toMatch(/^<{7} .*\ntheirs\n={7}\nours\n>{7} .*\n$/);
  });

  test("a file that is not there is bad usage", async () => {
    const { folder } = forked({ clash: false });
    const ended = await interlock(folder, ["merge-driver", "no-base", "no-ours", "no-theirs"]);
    expect(ended.exitCode).toBe(2);
    expect(ended.stderr).toContain("cannot be read");
  });
});
