import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { discoverRepository } from "../../../src/execution/git/discover.js";
import { temporaryRepository } from "./temporary-repository.js";

let repo;
beforeEach(() => {
  repo = temporaryRepository({ "dir/b.txt": "b\n" });
});
afterEach(() => repo.remove());
test("a folder inside a repository leads to its top level", async () => {
  expect(await discoverRepository(join(repo.root, "dir"))).toEqual({
    root: repo.root,
    mainRoot: repo.root,
    commonDir: repo.gitDir,
    gitDir: repo.gitDir,
    bare: false,
    isLinkedWorktree: false,
    headBranch: "refs/heads/main",
    headCommit: repo.sh(["rev-parse", "HEAD"]),
    ignoreCase: false,
  });
});
test("a folder in no repository is undefined", async () => {
  expect(await discoverRepository(repo.folder)).toBeUndefined();
});
test("a linked work tree names itself, the main one and the common dir", async () => {
  const linked = join(repo.folder, "linked");
  repo.sh(["worktree", "add", "-q", "--detach", linked]);
  expect(await discoverRepository(linked)).toMatchObject({
    root: linked,
    mainRoot: repo.root,
    commonDir: repo.gitDir,
    gitDir: join(repo.gitDir, "worktrees", "linked"),
    isLinkedWorktree: true,
    headBranch: undefined,
  });
});
test("a bare repository is its own root", async () => {
  const bare = join(repo.folder, "bare.git");
  repo.sh(["clone", "-q", "--bare", repo.root, bare]);
  expect(await discoverRepository(bare)).toMatchObject({
    root: bare,
    mainRoot: undefined,
    bare: true,
    commonDir: bare,
  });
});
test("a linked work tree of a bare repository has no main work tree", async () => {
  const bare = join(repo.folder, "bare.git");
  const linked = join(repo.folder, "linked");
  repo.sh(["clone", "-q", "--bare", repo.root, bare]);
  repo.sh(["worktree", "add", "-q", "--detach", linked], bare);
  expect(await discoverRepository(linked)).toMatchObject({
    root: linked,
    mainRoot: undefined,
    commonDir: bare,
    bare: true,
  });
});
test("inside .git the root is the checkout around it", async () => {
  expect(await discoverRepository(join(repo.gitDir, "refs"))).toMatchObject({
    root: repo.root,
    commonDir: repo.gitDir,
  });
});
test("a submodule is a repository of its own, with its common dir elsewhere", async () => {
  repo.sh(["-c", "protocol.file.allow=always", "submodule", "add", "-q", repo.root, "sub"]);
  expect(await discoverRepository(join(repo.root, "sub"))).toMatchObject({
    root: join(repo.root, "sub"),
    mainRoot: join(repo.root, "sub"),
    commonDir: join(repo.gitDir, "modules", "sub"),
    isLinkedWorktree: false,
  });
});
test("a repository without commits has a branch and no commit", async () => {
  const empty = join(repo.folder, "empty");
  mkdirSync(empty);
  repo.sh(["init", "-q", "-b", "trunk"], empty);
  expect(await discoverRepository(empty)).toMatchObject({ headBranch: "refs/heads/trunk", headCommit: undefined });
});
