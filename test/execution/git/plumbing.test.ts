import { existsSync, mkdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { diffTrees } from "../../../src/execution/git/diff.ts";
import { GitFault } from "../../../src/execution/git/git-fault.ts";
import { independentCommits, isAncestor, listCommits, mergeBase } from "../../../src/execution/git/history.ts";
import { commitTree, listTree, readFileAt, treeOf } from "../../../src/execution/git/objects.ts";
import { listRefs, moveRef, readRef, refInTheWay, resolveCommit } from "../../../src/execution/git/refs.ts";
import { listWorktrees } from "../../../src/execution/git/worktree-list.ts";
import { type TemporaryRepository, temporaryRepository } from "./temporary-repository.ts";

let repo: TemporaryRepository;
beforeEach(() => {
  repo = temporaryRepository({ "a.txt": "a\n", "dir/b.txt": "b\n" });
});
afterEach(() => repo.remove());

describe("a git that fails", () => {
  test("throws a fault with arguments, exit code and stderr", async () => {
    const failing = repo.git.run({ args: ["cat-file", "-p", "nothing"], parse: () => 1 });
    await expect(failing).rejects.toThrow(GitFault);
    await expect(failing).rejects.toMatchObject({ args: ["cat-file", "-p", "nothing"], exitCode: 128 });
    await expect(failing).rejects.toThrow("Not a valid object name");
  });

  test("knows nothing of the caller's GIT_ variables", async () => {
    process.env["GIT_DIR"] = "/nowhere";
    try {
      expect(await resolveCommit(repo.git, "HEAD")).toBe(repo.sh(["rev-parse", "HEAD"]));
    } finally {
      delete process.env["GIT_DIR"];
    }
  });
});

describe("reading commits", () => {
  test("a file at a commit is its bytes, and undefined when it is missing or a folder", async () => {
    expect((await readFileAt(repo.git, "main", "dir/b.txt"))?.toString()).toBe("b\n");
    expect(await readFileAt(repo.git, "main", "dir")).toBeUndefined();
    expect(await readFileAt(repo.git, "main", "no such")).toBeUndefined();
  });

  test("a file whose name holds a newline can be read", async () => {
    repo.write({ "x\ny": "odd" });
    repo.commit("odd");
    expect((await readFileAt(repo.git, "main", "x\ny"))?.toString()).toBe("odd");
  });

  test("trees, histories and differences come back as values", async () => {
    const first = repo.sh(["rev-parse", "HEAD"]);
    repo.sh(["mv", "dir/b.txt", "dir/c.txt"]);
    repo.write({ "a.txt": "changed\n" });
    const second = repo.commit("second\n\nwith a body");
    expect((await listTree(repo.git, second)).map((entry) => entry.path)).toEqual(["a.txt", "dir/c.txt"]);
    expect((await diffTrees(repo.git, first, second)).map((change) => [change.status, change.path])).toEqual([
      ["M", "a.txt"],
      ["D", "dir/b.txt"],
      ["A", "dir/c.txt"],
    ]);
    expect(await isAncestor(repo.git, first, second)).toBe(true);
    expect(await isAncestor(repo.git, second, first)).toBe(false);
    expect(await mergeBase(repo.git, first, second)).toBe(first);
    expect(await independentCommits(repo.git, [first, second])).toEqual([second]);
    expect(await listCommits(repo.git, { from: second, not: [first] })).toMatchObject([
      { commit: second, parents: [first], author: "User", message: "second\n\nwith a body" },
    ]);
  });

  test("a commit needs no configured identity, is never signed, and is the same for the same input", async () => {
    repo.sh(["config", "commit.gpgsign", "true"]);
    const input = {
      tree: await treeOf(repo.git, "main"),
      parents: [],
      message: "ours",
      date: new Date("2026-01-01T00:00:00Z"),
    };
    const commit = await commitTree(repo.git, input);
    expect(await commitTree(repo.git, input)).toBe(commit);
    expect(repo.sh(["log", "-1", "--format=%an %G?", commit])).toBe("Interlock N");
  });

  test("a revision that names nothing is undefined, one that looks like an option too", async () => {
    expect(await resolveCommit(repo.git, "nothing")).toBeUndefined();
    expect(await resolveCommit(repo.git, "--all")).toBeUndefined();
  });

  test("work trees are listed with branch and lock", async () => {
    const linked = join(repo.folder, "linked tree");
    repo.sh(["worktree", "add", "-q", "--lock", "--reason", "why not", "-b", "side", linked]);
    expect(await listWorktrees(repo.git)).toMatchObject([
      { path: repo.root, branch: "refs/heads/main", locked: undefined },
      { path: linked, branch: "refs/heads/side", locked: "why not" },
    ]);
  });
});

describe("[G6] refs move only by compare-and-swap", () => {
  const ref = "refs/interlock/nodes/p/n";

  test("[G6] a ref is made, moved and deleted when it holds what was expected", async () => {
    const first = repo.sh(["rev-parse", "HEAD"]);
    const second = repo.commit("second");
    expect(await moveRef(repo.git, { ref, from: undefined, to: first })).toEqual({ moved: true });
    expect(await moveRef(repo.git, { ref, from: first, to: second })).toEqual({ moved: true });
    expect(await listRefs(repo.git, ["refs/interlock"])).toEqual([{ name: ref, oid: second }]);
    expect(await moveRef(repo.git, { ref, from: second, to: undefined })).toEqual({ moved: true });
    expect(await readRef(repo.git, ref)).toBeUndefined();
  });

  test("[G6] a lost race is a value that shows what the ref holds", async () => {
    const first = repo.sh(["rev-parse", "HEAD"]);
    const second = repo.commit("second");
    await moveRef(repo.git, { ref, from: undefined, to: second });
    expect(await moveRef(repo.git, { ref, from: undefined, to: first })).toEqual({ moved: false, actual: second });
    expect(await moveRef(repo.git, { ref, from: first, to: second })).toEqual({ moved: false, actual: second });
    expect(await moveRef(repo.git, { ref, from: first, to: undefined })).toEqual({ moved: false, actual: second });
  });

  test("[G6] of many processes that move a ref at once exactly one wins", async () => {
    const first = repo.sh(["rev-parse", "HEAD"]);
    const others = Array.from({ length: 8 }, (_, index) => repo.commit(`commit ${index}`));
    await moveRef(repo.git, { ref, from: undefined, to: first });
    const moves = await Promise.all(others.map((to) => moveRef(repo.git, { ref, from: first, to })));
    expect(moves.filter((move) => move.moved)).toHaveLength(1);
  });

  test("[G6] a kept command that missed how refs were packed anew within a second is not believed", async () => {
    const first = repo.sh(["rev-parse", "HEAD"]);
    const second = repo.commit("second");
    const packed = join(repo.gitDir, "packed-refs");
    for (let n = 0; ; n += 1) {
      repo.sh(["update-ref", ref, first]);
      repo.sh(["pack-refs", "--all", "--prune"]);
      expect(await moveRef(repo.git, { ref: `${ref}${n}`, from: undefined, to: first })).toEqual({ moved: true });
      const before = statSync(packed);
      writeFileSync(packed, readFileSync(packed, "utf8").replace(`${first} ${ref}\n`, `${second} ${ref}\n`));
      const after = statSync(packed);
      if (after.ino === before.ino && Math.floor(after.ctimeMs / 1_000) === Math.floor(before.ctimeMs / 1_000)) break;
    }
    expect(await moveRef(repo.git, { ref, from: second, to: first })).toEqual({ moved: true });
    expect(repo.sh(["rev-parse", ref])).toBe(first);
  });

  test("a lock that a killed process left is removed, but only below our own names", async () => {
    const first = repo.sh(["rev-parse", "HEAD"]);
    const lock = join(repo.gitDir, `${ref}.lock`);
    mkdirSync(dirname(lock), { recursive: true });
    writeFileSync(lock, "");
    const longAgo = new Date(Date.now() - 60_000);
    utimesSync(lock, longAgo, longAgo);
    expect(await moveRef(repo.git, { ref, from: undefined, to: first })).toEqual({ moved: true });

    const users = join(repo.gitDir, "refs/heads/other.lock");
    writeFileSync(users, "");
    utimesSync(users, longAgo, longAgo);
    await expect(moveRef(repo.git, { ref: "refs/heads/other", from: undefined, to: first })).rejects.toThrow(
      "File exists",
    );
    expect(existsSync(users)).toBe(true);
  });

  test("a ref whose name forbids another is named", async () => {
    repo.sh(["branch", "interlock"]);
    repo.sh(["branch", "x/y/z"]);
    expect(await refInTheWay(repo.git, "refs/heads/interlock/plan")).toBe("refs/heads/interlock");
    expect(await refInTheWay(repo.git, "refs/heads/x/y")).toBe("refs/heads/x/y/z");
    expect(await refInTheWay(repo.git, "refs/heads/main")).toBeUndefined();
  });
});
