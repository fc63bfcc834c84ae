/** What agents do inside their worktree that nobody asked them to do, each through to the end of the node. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { whatIsTheUsers } from "../git/temporary-repository.ts";
import { type WorkspaceFixture, workspaceFixture, write } from "../workspace-fixture.ts";
import { cancelOf, eventually, slotsSettle, stateOf } from "./until.ts";

const nothing = 'gates: {list: [{name: test, run: "true", default: true}]}\n';
const base = { "a.txt": "1\n2\n3\n", "src/b.ts": "b\n", ".gitignore": "dist/\n", "interlock.yaml": nothing };

/** Lets an agent do something odd in its worktree and then hand in one line of real work. */
async function worksOddly(
  odd: (path: string, it: WorkspaceFixture) => void | Promise<void>,
): Promise<{ readonly it: WorkspaceFixture; readonly plan: string; readonly worktree: string }> {
  const it = await workspaceFixture(base);
  const before = whatIsTheUsers(it);
  const plan = await it.plan([{ id: "one" }, { id: "two", dependsOn: ["one"] }]);
  const one = await it.take("ann");
  write(one, { "a.txt": "1\ntwo\n3\n" });
  await odd(one.worktree, it);
  write(one, { "one.txt": "1\n" });
  expect(await it.complete(one)).toMatchObject({ status: "landed" });
  await slotsSettle(it);
  const two = await it.take("bob");
  expect(it.sh(["status", "--porcelain"], two.worktree)).toBe("");
  expect(it.sh(["rev-parse", "HEAD"], two.worktree)).toBe(two.baseCommit);
  write(two, { "two.txt": "2\n" });
  expect(await it.complete(two)).toMatchObject({ status: "landed" });
  expect(it.at(`interlock/${plan}`, "one.txt")).toBe("1");
  // Branches and shared settings that the agent made with its own git are its own doing.
  const { files, index, indexBytes, head, hooks } = whatIsTheUsers(it);
  expect(before).toMatchObject({ files, index, indexBytes, head, hooks });
  expect(it.faults).toEqual([]);
  return { it, plan, worktree: one.worktree };
}

const parkedTexts = async (it: WorkspaceFixture, path: string) =>
  (await it.execution.parked()).map(({ ref }) => it.at(ref, path));

const slotStates = async (it: WorkspaceFixture) => [...(await it.execution.workspace()).slots.byName.values()];

describe("an agent that plays with git in its worktree", () => {
  test("[X3] commits, switches branches, rebases, stashes, bisects and narrows the checkout, and its work lands all the same", async () => {
    const { it, plan } = await worksOddly((path, { sh, commit }) => {
      commit("mine", path);
      sh(["switch", "-q", "-c", "feature/mine"], path);
      writeFileSync(join(path, "src/b.ts"), "on a branch\n");
      commit("on a branch", path);
      sh(["switch", "-q", "--detach", "HEAD~1"], path);
      writeFileSync(join(path, "src/b.ts"), "stashed\n");
      sh(["stash", "-q"], path);
      writeFileSync(join(path, "src/b.ts"), "other\n");
      commit("other", path);
      expect(() => sh(["rebase", "feature/mine"], path)).toThrow();
      sh(["rebase", "--abort"], path);
      sh(["bisect", "start"], path);
      sh(["sparse-checkout", "set", "--no-cone", "/a.txt"], path);
      expect(existsSync(join(path, "src/b.ts"))).toBe(false);
    });
    expect(it.at(`interlock/${plan}`, "a.txt")).toBe("1\ntwo\n3");
    expect(it.at(`interlock/${plan}`, "src/b.ts")).toBe("b");
    const kept = (await it.execution.parked()).map(({ ref }) => ref.split("/").at(-1)?.replace(/\..*/, ""));
    expect(new Set(kept)).toEqual(new Set(["work", "commits", "stash"]));
    expect(await parkedTexts(it, "src/b.ts")).toEqual(expect.arrayContaining(["on a branch", "stashed", "other"]));
    expect(it.sh(["log", "--format=%s", `interlock/${plan}`])).not.toContain("on a branch");
  });

  test.each([
    ["--no-cone", "/a.txt"],
    ["--cone", "docs"],
    ["--cone", "--sparse-index", "docs"],
  ])("[S1] does not delete what a narrowed checkout hides (%s %s %s)", async (...settings) => {
    const it = await workspaceFixture({ ...base, "docs/x": "x\n", "src/deep/c.ts": "c\n" });
    const plan = await it.plan([{ id: "one" }]);
    const one = await it.take("ann");
    it.sh(["sparse-checkout", "set", ...settings], one.worktree);
    expect(existsSync(join(one.worktree, "src/b.ts"))).toBe(false);
    rmSync(join(one.worktree, "a.txt"));
    mkdirSync(join(one.worktree, "src"), { recursive: true });
    write(one, { "src/new.ts": "new\n" });
    expect(await it.complete(one)).toMatchObject({ status: "landed" });
    expect(it.sh(["diff", "--name-status", "main", `interlock/${plan}`])).toBe("D\ta.txt\nA\tsrc/new.ts");
  });

  test("[T1] commits on the integration branch itself: the plan pauses, and a person decides", async () => {
    const it = await workspaceFixture(base);
    const plan = await it.plan([{ id: "one" }, { id: "two" }]);
    const one = await it.take("ann");
    it.sh(["switch", "-q", `interlock/${plan}`], one.worktree);
    write(one, { "one.txt": "1\n" });
    const own = it.commit("past all gates", one.worktree);
    expect(await it.complete(one, { waitMs: 1_500 })).toMatchObject({ status: "queued" });
    expect((await it.execution.workspace()).plans.get(plan)?.status).toEqual({
      is: "paused",
      why: "integration_moved",
    });
    expect(await it.execution.restore(plan)).toMatchObject({ kept: expect.stringContaining("refs/interlock/parked/") });
    expect(await it.complete(one)).toMatchObject({ status: "landed" });
    expect(it.sh(["log", "--format=%H", `interlock/${plan}`]).split("\n")).not.toContain(own);
    expect(it.at(`interlock/${plan}`, "one.txt")).toBe("1");
    await slotsSettle(it);
    expect(it.sh(["for-each-ref", "--contains", own, "--format=x", "refs/interlock/parked"])).not.toBe("");
    const two = await it.take("bob");
    expect(it.sh(["status", "--porcelain", "--branch"], two.worktree)).toBe("## HEAD (no branch)");
  });
});

describe("an agent that breaks its worktree", () => {
  const broken = [
    ["deletes `.git`", (path: string) => rmSync(join(path, ".git"))],
    [
      "puts a folder in place of `.git`",
      (path: string) => {
        rmSync(join(path, ".git"));
        mkdirSync(join(path, ".git"));
      },
    ],
    [
      "links `.git` to the user's repository",
      (path: string, it: WorkspaceFixture) => {
        rmSync(join(path, ".git"));
        symlinkSync(it.gitDir, join(path, ".git"));
      },
    ],
    [
      "points `.git` elsewhere",
      (path: string, it: WorkspaceFixture) => writeFileSync(join(path, ".git"), `gitdir: ${it.gitDir}\n`),
    ],
    [
      "prunes its registration",
      (_: string, it: WorkspaceFixture) => rmSync(join(it.gitDir, "worktrees/s1"), { recursive: true }),
    ],
  ] as const;

  test.each(broken)("[X3] %s: its work lands, and the worktree is put aside", async (_, odd) => {
    const { it, worktree } = await worksOddly((path, fixture) => odd(path, fixture));
    expect(await slotStates(it)).toContainEqual(expect.objectContaining({ is: "quarantined" }));
    expect(existsSync(worktree)).toBe(true);
  });

  test("[G7] [X3] makes it a repository whose config, hooks and filters run commands: none runs, the history is kept", async () => {
    const { it, worktree } = await worksOddly((path, { sh, folder }) => {
      const trap = join(folder, "trap.sh");
      writeFileSync(trap, `#!/bin/sh\ntouch ${join(folder, "caught")}\ncat\n`, { mode: 0o755 });
      rmSync(join(path, ".git"));
      sh(["init", "-q"], path);
      writeFileSync(join(path, "lib.txt"), "lib\n");
      sh(["add", "-A"], path);
      sh(["commit", "-q", "-m", "inside"], path);
      for (const key of [
        "core.fsmonitor",
        "core.pager",
        "core.editor",
        "core.sshCommand",
        "filter.x.clean",
        "diff.external",
      ])
        sh(["config", key, trap], path);
      sh(["config", "core.hooksPath", folder], path);
      sh(["config", "core.worktree", folder], path);
      for (const hook of ["post-checkout", "reference-transaction", "post-index-change"])
        symlinkSync(trap, join(path, ".git/hooks", hook));
      writeFileSync(join(path, ".git/info/attributes"), "* filter=x\n");
    });
    expect(readdirSync(it.folder)).not.toContain("caught");
    const refs = (await it.execution.parked()).map(({ ref }) => ref);
    expect(refs.some((ref) => it.sh(["ls-tree", "--name-only", ref]).includes("history.bundle"))).toBe(true);
    expect(await slotStates(it)).toContainEqual(expect.objectContaining({ is: "quarantined" }));
    expect(existsSync(join(worktree, ".git/hooks"))).toBe(true);
  });

  test("[X3] nests a repository with commits: its files and history are kept beside what it hands in", async () => {
    const { it, plan } = await worksOddly((path, { sh, commit }) => {
      mkdirSync(join(path, "vendor/x"), { recursive: true });
      sh(["init", "-q"], join(path, "vendor/x"));
      writeFileSync(join(path, "vendor/x/lib.c"), "x\n");
      commit("inside", join(path, "vendor/x"));
    });
    expect(it.at(`interlock/${plan}`, "vendor/x/lib.c")).toBeUndefined();
    expect(await parkedTexts(it, "files/lib.c")).toContain("x");
  });

  test("[X3] deletes it while the train judges: the node lands, and another worktree is used from then on", async () => {
    const it = await workspaceFixture({
      ...base,
      "interlock.yaml": 'gates: {list: [{name: slow, run: "sleep 0.6", default: true}]}\n',
    });
    await it.plan([{ id: "one" }, { id: "two" }]);
    const one = await it.take("ann");
    write(one, { "one.txt": "1\n" });
    expect(await it.complete(one, { waitMs: 0 })).toMatchObject({ status: "queued" });
    rmSync(one.worktree, { recursive: true });
    expect(await it.complete(one)).toMatchObject({ status: "landed" });
    await slotsSettle(it);
    const two = await it.take("ann");
    expect(two.worktree).not.toBe(one.worktree);
    expect(existsSync(one.worktree)).toBe(false);
  });
});

describe("an agent that fills its worktree", () => {
  test("[G2] with a huge file and thousands of small ones", async () => {
    const { it, plan } = await worksOddly((path) => {
      writeFileSync(join(path, "huge.bin"), "start");
      truncateSync(join(path, "huge.bin"), 30_000_000);
      mkdirSync(join(path, "many"));
      for (let i = 0; i < 500; i += 1) writeFileSync(join(path, `many/${i}`), `${i}\n`);
    });
    expect(it.sh(["cat-file", "-s", `interlock/${plan}:huge.bin`])).toBe("30000000");
    expect(it.sh(["ls-tree", "-r", "--name-only", `interlock/${plan}`, "many/"]).split("\n")).toHaveLength(500);
  });

  test("[X3] with pipes, sockets and links to everywhere: what has no content is left alone, and nothing hangs", async () => {
    const { it, plan } = await worksOddly(async (path) => {
      await once(spawn("mkfifo", [join(path, "pipe")]), "close");
      symlinkSync("/dev/zero", join(path, "zero"));
      symlinkSync(".", join(path, "self"));
      symlinkSync(path, join(path, "src/loop"));
    });
    expect(it.sh(["ls-tree", `interlock/${plan}`, "zero", "self"]).match(/^120000/gm)).toHaveLength(2);
    expect(it.at(`interlock/${plan}`, "pipe")).toBeUndefined();
  });

  test("[S1] with a pipe in place of a file: handing in says which, and works once it is gone", async () => {
    const it = await workspaceFixture(base);
    await it.plan([{ id: "one" }]);
    const one = await it.take("ann");
    rmSync(join(one.worktree, "a.txt"));
    await once(spawn("mkfifo", [join(one.worktree, "a.txt")]), "close");
    expect(await it.complete(one)).toMatchObject({
      refused: "unreadable_worktree",
      problem: expect.stringContaining("a.txt"),
    });
    rmSync(join(one.worktree, "a.txt"));
    write(one, { "a.txt": "a\n" });
    expect(await it.complete(one)).toMatchObject({ status: "landed" });
  });
});

/** A process that an agent left behind: it writes one line after another into a file, from 1 on. */
function writerIn(path: string, name: string) {
  const script = `mkdir -p $(dirname ${name}); i=0; while :; do i=$((i+1)); echo $i >> ${name}; sleep 0.01; done`;
  const writer = spawn("sh", ["-c", script], { cwd: path, stdio: "ignore" });
  onTestFinished(() => void writer.kill("SIGKILL"));
  return {
    end: async () => {
      const ended = once(writer, "exit");
      writer.kill("SIGKILL");
      await ended;
    },
  };
}

describe("an agent that leaves a process writing", () => {
  test("[X3] while its attempt is ended: all that was written is on a ref, or in the worktree that was put aside", async () => {
    const it = await workspaceFixture(base);
    const plan = await it.plan([{ id: "one" }, { id: "two" }]);
    const one = await it.take("ann");
    const writer = writerIn(one.worktree, "lines.txt");
    await eventually(() => (existsSync(join(one.worktree, "lines.txt")) ? true : undefined));
    await cancelOf(it, plan, "one");
    await slotsSettle(it);
    const two = await it.take("bob");
    expect(two.worktree).not.toBe(one.worktree);
    await eventually(() => (readFileSync(join(one.worktree, "lines.txt"), "utf8").length > 100 ? true : undefined));
    await writer.end();
    const written = readFileSync(join(one.worktree, "lines.txt"), "utf8").trim();
    const kept = (await parkedTexts(it, "lines.txt")).filter((text) => text !== undefined);
    expect(kept.length).toBeGreaterThan(0);
    for (const text of kept) expect(written.startsWith(text)).toBe(true);
    const why = (await slotStates(it)).find(({ is }) => is === "quarantined");
    expect(why).toMatchObject({ by: { plan, node: "one" } });
    // Only now does it go, and what was written last is kept before.
    expect(await it.execution.collectGarbage({ dryRun: false })).toMatchObject({ slots: ["s1"], kept: [] });
    expect(await parkedTexts(it, "lines.txt")).toContain(written);
    expect((await stateOf(it, plan, "one"))?.state.is).toBe("cancelled");
    expect(it.faults).toEqual([]);
  });

  test("[X3] after it handed in: its worktree is not given to anybody, and names what runs in it", async () => {
    const it = await workspaceFixture(base);
    const plan = await it.plan([{ id: "one" }, { id: "two", dependsOn: ["one"] }]);
    const one = await it.take("ann");
    write(one, { "one.txt": "1\n" });
    const writer = writerIn(one.worktree, "dist/server.log");
    expect(await it.complete(one)).toMatchObject({ status: "landed" });
    await slotsSettle(it);
    expect(await slotStates(it)).toMatchObject([
      { is: "quarantined", why: expect.stringMatching(/^process \d+ \(sh\) still runs in it$/) },
    ]);
    const two = await it.take("bob");
    expect(two.worktree).not.toBe(one.worktree);
    write(two, { "two.txt": "2\n" });
    expect(await it.complete(two)).toMatchObject({ status: "landed" });
    await writer.end();
    expect(it.sh(["diff", "--name-only", "main", `interlock/${plan}`])).toBe("one.txt\ntwo.txt");
  });
});
