import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createGit, type Git } from "../../../src/execution/git/runner.ts";
import { ensureBranch, landBranch } from "../../../src/execution/landing/branch.ts";
import { landOnTarget } from "../../../src/execution/landing/target.ts";
import { createSlots } from "../../../src/execution/slots/slots.ts";
import { filesOf, type TemporaryRepository, temporaryRepository, whatIsTheUsers } from "../git/temporary-repository.ts";

let repo: TemporaryRepository;
let from: string;
/** A commit on `main` that changes, adds, deletes, and makes executable, made elsewhere. */
let to: string;

beforeEach(() => {
  repo = temporaryRepository({
    "a.txt": "a\n",
    "b.txt": "b\n",
    "dir/c.txt": "c\n",
    gone: "gone\n",
    ".gitignore": "*.log\n",
  });
  from = repo.sh(["rev-parse", "HEAD"]);
  const folder = join(repo.folder, "work");
  repo.sh(["worktree", "add", "-q", "--detach", folder]);
  repo.write({ "a.txt": "landed\n", "new/file.txt": "new\n" }, folder);
  repo.sh(["rm", "-q", "gone"], folder);
  symlinkSync("a.txt", join(folder, "link"));
  to = repo.commit("landed", folder);
  repo.sh(["worktree", "remove", folder]);
});
afterEach(() => repo.remove());

const land = (commit = to) => landOnTarget(repo.git, { branch: "main", to: commit });
const status = (cwd = repo.root) => repo.sh(["status", "--porcelain"], cwd);

describe("a clean checkout", () => {
  test("moves along with files, index and branch, and stays clean", async () => {
    repo.write({ "untracked.txt": "u", "x.log": "ignored" });
    expect(await land()).toEqual({ landed: true, from, checkouts: [repo.root] });
    expect(repo.sh(["rev-parse", "main", "HEAD"])).toBe(`${to}\n${to}`);
    expect(repo.sh(["symbolic-ref", "HEAD"])).toBe("refs/heads/main");
    expect(status()).toBe("?? untracked.txt");
    expect(readFileSync(join(repo.root, "a.txt"), "utf8")).toBe("landed\n");
    expect(existsSync(join(repo.root, "gone"))).toBe(false);
    expect(await land()).toMatchObject({ landed: true });
  });

  test("runs no hook, signs nothing, changes no setting, and follows the user's line endings", async () => {
    for (const hook of ["post-checkout", "post-merge", "post-index-change", "reference-transaction", "pre-commit"]) {
      writeFileSync(join(repo.gitDir, "hooks", hook), `#!/bin/sh\ntouch ${repo.folder}/ran\nexit 1\n`, { mode: 0o755 });
    }
    repo.sh(["config", "commit.gpgsign", "true"]);
    repo.sh(["config", "core.autocrlf", "true"]);
    const { config, hooks } = whatIsTheUsers(repo);
    expect(await land()).toMatchObject({ landed: true });
    expect(existsSync(join(repo.folder, "ran"))).toBe(false);
    expect(whatIsTheUsers(repo)).toMatchObject({ config, hooks });
    expect(readFileSync(join(repo.root, "a.txt"), "utf8")).toBe("landed\r\n");
    expect(status()).toBe("");
  });

  test("counts as clean when files were only touched", async () => {
    const longAgo = new Date("2020-01-01");
    for (const name of ["a.txt", "gone"]) utimesSync(join(repo.root, name), longAgo, longAgo);
    expect(await land()).toMatchObject({ landed: true });
  });

  test("that is sparse stays sparse", async () => {
    repo.sh(["sparse-checkout", "set", "dir"]);
    expect(existsSync(join(repo.root, "new"))).toBe(false);
    expect(await land()).toMatchObject({ landed: true });
    expect(existsSync(join(repo.root, "new"))).toBe(false);
    expect(status()).toBe("");
  });

  test("in linked work trees moves too, all of them", async () => {
    const linked = join(repo.folder, "linked");
    repo.sh(["worktree", "add", "-q", "--force", linked, "main"]);
    expect(await land()).toEqual({ landed: true, from, checkouts: [repo.root, linked] });
    for (const root of [repo.root, linked]) expect(status(root)).toBe("");
    repo.sh(["switch", "-q", "--detach"]);
    const next = repo.sh(["commit-tree", "-p", to, "-m", "next", `${from}^{tree}`]);
    const before = whatIsTheUsers(repo)["files"];
    expect(await land(next)).toEqual({ landed: true, from: to, checkouts: [linked] });
    expect(whatIsTheUsers(repo)["files"]).toBe(before);
    expect(status(linked)).toBe("");
  });

  test("of a submodule as the repository moves", async () => {
    repo.sh(["-c", "protocol.file.allow=always", "submodule", "add", "-q", repo.root, "sub"]);
    const sub = join(repo.root, "sub");
    const commit = repo.sh(["commit-tree", "-p", "HEAD", "-m", "next", `${from}^{tree}`], sub);
    repo.sh(["rm", "-q", "b.txt"], sub);
    const next = repo.sh(["commit-tree", "-p", commit, "-m", "next", repo.sh(["write-tree"], sub)], sub);
    repo.sh(["reset", "-q", "--hard"], sub);
    const git = createGit({ gitDir: join(repo.gitDir, "modules/sub") });
    expect(await landOnTarget(git, { branch: "main", to: next })).toMatchObject({ landed: true, checkouts: [sub] });
    expect(status(sub)).toBe("");
    expect(existsSync(join(sub, "b.txt"))).toBe(false);
  });

  test("with a submodule keeps the submodule's own checkout", async () => {
    repo.sh(["-c", "protocol.file.allow=always", "submodule", "add", "-q", repo.root, "sub"]);
    const base = repo.commit("with submodule");
    writeFileSync(join(repo.root, "sub/a.txt"), "dirty inside");
    repo.sh(["update-index", "--cacheinfo", `160000,${to},sub`]);
    const tree = repo.sh(["write-tree"]);
    repo.sh(["reset", "-q"]);
    const next = repo.sh(["commit-tree", "-p", base, "-m", "bump", tree]);
    expect(await land(next)).toMatchObject({ landed: true });
    expect(readFileSync(join(repo.root, "sub/a.txt"), "utf8")).toBe("dirty inside");
  });
});

describe("[G1] what is not clean is refused, and stays as it is", () => {
  async function refuses(odd: () => void, refusal: object): Promise<void> {
    odd();
    const before = [whatIsTheUsers(repo), filesOf(repo.root, (path) => path === ".git")];
    expect(await land()).toMatchObject(refusal);
    expect([whatIsTheUsers(repo), filesOf(repo.root, (path) => path === ".git")]).toEqual(before);
    expect(repo.sh(["rev-parse", "main"])).toBe(from);
  }

  test("[G1] an edit, staged or not, of any tracked file", async () => {
    await refuses(() => repo.write({ "b.txt": "edited\n" }), {
      refused: "dirty_checkout",
      worktree: repo.root,
      paths: ["b.txt"],
    });
    await refuses(() => repo.sh(["add", "b.txt"]), { refused: "dirty_checkout", paths: ["b.txt"] });
    repo.sh(["reset", "-q", "--hard"]);
    await refuses(() => repo.write({ "a.txt": "edited\n" }), { refused: "dirty_checkout", paths: ["a.txt"] });
    await refuses(() => rmSync(join(repo.root, "a.txt")), { refused: "dirty_checkout", paths: ["a.txt"] });
  });

  test("[G1] an untracked or ignored file that would be overwritten", async () => {
    const refused = "untracked_in_the_way";
    await refuses(() => repo.write({ "new/file.txt": "mine" }), {
      refused,
      worktree: repo.root,
      paths: ["new/file.txt"],
    });
    rmSync(join(repo.root, "new"), { recursive: true });
    await refuses(() => repo.write({ new: "a file where a folder goes" }), { refused, paths: ["new"] });
    rmSync(join(repo.root, "new"));
    await refuses(() => repo.write({ "link/precious": "in a folder where a link goes" }), {
      refused,
      paths: ["link/precious"],
    });
    rmSync(join(repo.root, "link"), { recursive: true });
    writeFileSync(join(repo.gitDir, "info/exclude"), "new\nlink\n");
    await refuses(() => repo.write({ "new/file.txt": "ignored" }), { refused, paths: ["new/file.txt"] });
  });

  test("[G1] a checkout in the middle of a merge, a rebase, a bisect, or another git command", async () => {
    const busy = (doing: string) => ({ refused: "checkout_busy", worktree: repo.root, doing });
    await refuses(() => writeFileSync(join(repo.gitDir, "MERGE_HEAD"), `${to}\n`), busy("a merge"));
    rmSync(join(repo.gitDir, "MERGE_HEAD"));
    await refuses(() => writeFileSync(join(repo.gitDir, "index.lock"), ""), busy("another git command (index.lock)"));
    rmSync(join(repo.gitDir, "index.lock"));
    await refuses(() => repo.sh(["bisect", "start"]), busy("a bisect"));
    repo.sh(["bisect", "reset"]);
  });

  test("[G1] a branch that is being rebased although HEAD is elsewhere", async () => {
    repo.sh(["switch", "-q", "-c", "upstream"]);
    repo.write({ "b.txt": "upstream\n" });
    repo.commit("upstream");
    repo.sh(["switch", "-q", "main"]);
    repo.write({ "b.txt": "mine\n" });
    const mine = repo.commit("mine");
    spawnSync("git", ["rebase", "upstream"], {
      cwd: repo.root,
      env: {
        ...process.env,
        GIT_AUTHOR_NAME: "x",
        GIT_AUTHOR_EMAIL: "x",
        GIT_COMMITTER_NAME: "x",
        GIT_COMMITTER_EMAIL: "x",
      },
    });
    const next = repo.sh(["commit-tree", "-p", mine, "-m", "next", `${mine}^{tree}`]);
    expect(await land(next)).toEqual({ refused: "checkout_busy", worktree: repo.root, doing: "a rebase" });
    expect(repo.sh(["rev-parse", "main"])).toBe(mine);
  });

  test("[G1] with two checkouts neither moves when one is dirty", async () => {
    const linked = join(repo.folder, "linked");
    repo.sh(["worktree", "add", "-q", "--force", linked, "main"]);
    repo.write({ "a.txt": "edited\n" }, linked);
    await refuses(() => undefined, { refused: "dirty_checkout", worktree: linked });
  });
});

describe("the target branch", () => {
  test("moves by itself when it is checked out nowhere, and the user's checkout stays", async () => {
    repo.sh(["switch", "-q", "-c", "other"]);
    repo.write({ "a.txt": "dirty\n" });
    const { branches: _, ...before } = whatIsTheUsers(repo);
    expect(await land()).toEqual({ landed: true, from, checkouts: [] });
    expect(whatIsTheUsers(repo)).toMatchObject(before);
    expect(repo.sh(["rev-parse", "main", "HEAD"])).toBe(`${to}\n${from}`);
  });

  test("moves under a detached HEAD", async () => {
    repo.sh(["switch", "-q", "--detach"]);
    const { branches: _, ...before } = whatIsTheUsers(repo);
    expect(await land()).toMatchObject({ landed: true, checkouts: [] });
    expect(whatIsTheUsers(repo)).toMatchObject(before);
  });

  test("[G6] is refused when the move is no fast-forward, or there is no such branch", async () => {
    const own = repo.commit("own");
    expect(await land()).toEqual({ refused: "not_fast_forward", actual: own });
    expect(await landOnTarget(repo.git, { branch: "none", to })).toEqual({ refused: "unknown_branch" });
  });

  test("[G6] that moves while its checkout does is not overwritten, and the checkout goes back", async () => {
    const theirs = repo.sh(["commit-tree", "-p", from, "-m", "theirs", `${from}^{tree}`]);
    const racing: Git = {
      ...repo.git,
      ask: (question) => {
        if (question.args[0] === "update-ref") repo.sh(["update-ref", "refs/heads/main", theirs]);
        return repo.git.ask(question);
      },
    };
    expect(await landOnTarget(racing, { branch: "main", to })).toEqual({ refused: "moved_meanwhile", actual: theirs });
    expect(repo.sh(["rev-parse", "main"])).toBe(theirs);
    expect(status()).toBe("");
  });

  test("[G1] a file that appears while others are moved is not overwritten", async () => {
    const racing: Git = {
      ...repo.git,
      run: (command, place) => {
        if (command.args[0] === "read-tree") repo.write({ "new/file.txt": "mine" });
        return repo.git.run(command, place);
      },
    };
    expect(await landOnTarget(racing, { branch: "main", to })).toEqual({
      refused: "untracked_in_the_way",
      worktree: repo.root,
      paths: ["new/file.txt"],
    });
    expect(readFileSync(join(repo.root, "new/file.txt"), "utf8")).toBe("mine");
    expect(status()).toBe("?? new/");
  });

  test("can be another name for a branch: the one at the end moves", async () => {
    repo.sh(["symbolic-ref", "refs/heads/trunk", "refs/heads/main"]);
    expect(await landOnTarget(repo.git, { branch: "trunk", to })).toMatchObject({
      landed: true,
      checkouts: [repo.root],
    });
    expect(repo.sh(["symbolic-ref", "refs/heads/trunk"])).toBe("refs/heads/main");
    expect(status()).toBe("");
  });

  test("is not held up by a slot in which an agent switched to it, nor by a work tree that was deleted", async () => {
    repo.sh(["switch", "-q", "--detach"]);
    const slots = createSlots({ git: repo.git, root: repo.root, folder: join(repo.root, ".interlock/worktrees") });
    const { path } = await slots.prepare({ name: "s1", base: from, fresh: true, keep: [] });
    repo.sh(["switch", "-q", "main"], path);
    writeFileSync(join(path, "a.txt"), "work of the agent");
    const lost = join(repo.folder, "lost");
    repo.sh(["worktree", "add", "-q", "--force", lost, "main"]);
    rmSync(lost, { recursive: true });
    expect(await land()).toEqual({ landed: true, from, checkouts: [] });
    expect(readFileSync(join(path, "a.txt"), "utf8")).toBe("work of the agent");
    expect(await slots.snapshot({ name: "s1", base: from })).toMatchObject({ changes: [{ path: "a.txt" }] });
  });
});

describe("a landing that was cut off is finished by the next", () => {
  test("after the files and the index, before the branch", async () => {
    repo.sh(["read-tree", "-m", "-u", from, to]);
    expect(await land()).toEqual({ landed: true, from, checkouts: [repo.root] });
    expect(status()).toBe("");
  });

  test("in the middle of the files", async () => {
    repo.write({ "a.txt": "landed\n", "new/file.txt": "new\n" });
    rmSync(join(repo.root, "gone"));
    expect(await land()).toEqual({ landed: true, from, checkouts: [repo.root] });
    expect(status()).toBe("");
    expect(repo.sh(["ls-files"]).split("\n")).toEqual([
      ".gitignore",
      "a.txt",
      "b.txt",
      "dir/c.txt",
      "link",
      "new/file.txt",
    ]);
  });

  test("but not when the user edited meanwhile", async () => {
    repo.write({ "a.txt": "landed\n", "new/file.txt": "new\n", "b.txt": "edited\n" });
    expect(await land()).toMatchObject({ refused: "dirty_checkout" });
    expect(readFileSync(join(repo.root, "b.txt"), "utf8")).toBe("edited\n");
    expect(repo.sh(["rev-parse", "main"])).toBe(from);
  });
});

describe("[G6] the integration branch", () => {
  const ref = "refs/heads/interlock/plan";

  test("[G6] is made once, moves by compare-and-swap, and a landing that happened is not judged again", async () => {
    expect(await ensureBranch(repo.git, { ref, at: from })).toBe(from);
    expect(await ensureBranch(repo.git, { ref, at: to })).toBe(from);
    expect(await landBranch(repo.git, { ref, from, to })).toEqual({ moved: true });
    expect(await landBranch(repo.git, { ref, from, to })).toEqual({ moved: true });
    const next = repo.sh(["commit-tree", "-p", to, "-m", "next", `${to}^{tree}`]);
    expect(await landBranch(repo.git, { ref, from, to: next })).toEqual({ moved: false, actual: to });
  });
});
