/** What happens to the repository around the worktrees while agents work: garbage collection, moves, clones, other people's branches. */
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Git } from "../../../src/execution/git/runner.ts";
import { type TemporaryRepository, temporaryRepository, whatIsTheUsers } from "../git/temporary-repository.ts";
import { callOf, openFixture, type WorkspaceFixture, workspaceFixture, write } from "../workspace-fixture.ts";
import { eventually, slotsSettle, stateOf } from "./until.ts";

const base = { "a.txt": "1\n2\n3\n", "b.txt": "b\n" };
const gatesOf = (run: string) => ({
  "interlock.yaml": `gates: {list: [{name: test, run: "${run}", default: true}]}\n`,
});
const land = ({ execution }: WorkspaceFixture, plan?: string) =>
  execution.land(plan, { signal: new AbortController().signal });

/** The harshest that a person can do; git itself says that it may hurt who works at the same moment. */
const collect = ({ sh }: { sh: WorkspaceFixture["sh"] }) => {
  sh(["reflog", "expire", "--expire=now", "--all"]);
  sh(["gc", "-q", "--prune=now"]);
};

const giveUp = async (it: WorkspaceFixture, work: { readonly lease: string }, agent: string) => {
  const failure = { reason: "no", retryable: true };
  const answer = await it.execution.failNode({ agent, lease: work.lease }, failure, callOf("fail_node"));
  if ("refused" in answer) throw new Error(JSON.stringify(answer));
  return answer;
};

describe("`git gc --prune=now` takes nothing away", () => {
  test("[G3] of what was handed in and waits in the train, paused or judged", async () => {
    const it = await workspaceFixture({ ...base, ...gatesOf("sleep 0.4") });
    const plan = await it.plan([{ id: "one" }, { id: "two" }]);
    const [one, two] = [await it.take("ann"), await it.take("bob")];
    write(one, { "one.txt": "1\n" });
    write(two, { "two.txt": "2\n" });
    expect(await it.complete(one, { waitMs: 0 })).toMatchObject({ status: "queued" });
    expect(await it.complete(two, { waitMs: 0 })).toMatchObject({ status: "queued" });
    collect(it);
    expect(await it.complete(two)).toMatchObject({ status: "landed" });
    expect(it.sh(["ls-tree", "--name-only", `interlock/${plan}`]).split("\n")).toEqual(
      expect.arrayContaining(["one.txt", "two.txt"]),
    );
    expect(it.sh(["fsck", "--no-dangling"])).toBe("");
    expect(it.faults).toEqual([]);
  });

  test("[G3] of work in a worktree, of kept work, and of a merge that came back", async () => {
    const it = await workspaceFixture(base);
    const plan = await it.plan([{ id: "one" }, { id: "two" }, { id: "three" }]);
    const [one, two, three] = [await it.take("ann"), await it.take("bob"), await it.take("cleo")];
    write(one, { "a.txt": "1\none\n3\n" });
    write(two, { "a.txt": "1\ntwo\n3\n" });
    write(three, { "three.txt": "half\n" });
    await giveUp(it, three, "cleo");
    expect(await it.complete(one)).toMatchObject({ status: "landed" });
    expect(await it.complete(two)).toMatchObject({ status: "rework" });
    collect(it);
    write(two, { "a.txt": "1\none and two\n3\n" });
    collect(it);
    expect(await it.complete(two)).toMatchObject({ status: "landed" });
    collect(it);
    const again = await it.take("cleo", { acceptParked: true });
    collect(it);
    expect(readFileSync(join(again.worktree, "three.txt"), "utf8")).toBe("half\n");
    expect(await it.complete(again)).toMatchObject({ status: "landed" });
    expect([it.at(`interlock/${plan}`, "a.txt"), it.at(`interlock/${plan}`, "three.txt")]).toEqual([
      "1\none and two\n3",
      "half",
    ]);
    expect(it.sh(["fsck", "--no-dangling"])).toBe("");
    await slotsSettle(it);
    expect([...(await it.execution.workspace()).slots.byName.values()].map(({ is }) => is)).not.toContain(
      "quarantined",
    );
    expect(it.faults).toEqual([]);
  });

  test("[X3] of what was handed in, even after its ref was deleted: it is read from its worktree again", async () => {
    const it = await workspaceFixture({ ...base, ...gatesOf("sleep 0.4") });
    const plan = await it.plan([{ id: "one" }, { id: "two" }, { id: "three" }]);
    const [one, two, three] = [await it.take("ann"), await it.take("bob"), await it.take("cleo")];
    write(one, { "one.txt": "1\n" });
    write(two, { "two.txt": "2\n" });
    write(three, { "three.txt": "3\n" });
    for (const work of [one, two, three]) await it.complete(work, { waitMs: 0 });
    for (const id of ["two", "three"]) it.sh(["update-ref", "-d", `refs/interlock/nodes/${plan}/${id}`]);
    write(three, { "three.txt": "later\n" });
    collect(it);
    expect(await it.complete(two)).toMatchObject({ status: "landed" });
    expect(await it.complete(three)).toMatchObject({
      status: "rework",
      gates: [{ name: "submission", outputTail: expect.stringContaining("no longer in the repository") }],
    });
    expect(readFileSync(join(three.worktree, "three.txt"), "utf8")).toBe("later\n");
    expect(await it.complete(three)).toMatchObject({ status: "landed" });
    expect(it.at(`interlock/${plan}`, "two.txt")).toBe("2");
    expect(it.sh(["fsck", "--no-dangling"])).toBe("");
  });

  test("[G3] of a slot that is used again after what it held before is gone", async () => {
    const it = await workspaceFixture(base);
    await it.plan([{ id: "one" }, { id: "two", dependsOn: ["one"] }]);
    const one = await it.take("ann");
    write(one, { "a.txt": "half\n", "new.txt": "n\n" });
    await giveUp(it, one, "ann");
    const again = await it.take("ann", { acceptParked: true });
    await giveUp(it, again, "ann");
    for (const { ref } of await it.execution.parked()) it.sh(["update-ref", "-d", ref]);
    await slotsSettle(it);
    collect(it);
    const third = await it.take("ann");
    expect(it.sh(["status", "--porcelain"], third.worktree)).toBe("");
    write(third, { "own.txt": "o\n" });
    expect(await it.complete(third)).toMatchObject({ status: "landed" });
    expect((await slotNames(it)).join()).not.toContain("quarantined");
  });

  test("[X3] between any two git commands of a hand-in: it lands, or says to try again and then lands", async () => {
    const repository = temporaryRepository(base);
    let armed = 0;
    let commands = 0;
    const around = (git: Git): Git => {
      const step = async () => {
        if (armed === 0) return;
        commands += 1;
        if (commands === armed) collect(repository);
      };
      return {
        gitDir: git.gitDir,
        run: async (command, place) => {
          await step();
          return git.run(command, place);
        },
        ask: async (question) => {
          await step();
          return git.ask(question);
        },
        close: () => git.close(),
      };
    };
    const it = await openFixture(repository, repository.root, { around: { git: around, log: (log) => log } });
    const ids = Array.from({ length: 12 }, (_, i) => `n${i}`);
    const plan = await it.plan(ids.map((id) => ({ id })));
    let refusals = 0;
    for (let at = 1; at <= ids.length; at += 1) {
      const work = await it.take("ann");
      write(work, { [`${work.node.id}.txt`]: `${at}\n`, "a.txt": `${at}\n` });
      armed = at;
      commands = 0;
      const answer = await it.complete(work).catch((fault: Error) => fault);
      armed = 0;
      if (!("status" in answer && answer.status === "landed")) {
        refusals += 1;
        expect(await it.complete(work), `after command ${at}: ${answer}`).toMatchObject({ status: "landed" });
      }
      expect(it.at(`interlock/${plan}`, `${work.node.id}.txt`)).toBe(`${at}`);
    }
    expect(it.sh(["fsck", "--no-dangling"])).toBe("");
    expect(refusals).toBeLessThan(5);
  });
});

const slotNames = async ({ execution }: WorkspaceFixture) =>
  [...(await execution.workspace()).slots.byName].map(([name, { is }]) => `${name} ${is}`);

/** The same repository at another place. */
function seenAt(repository: TemporaryRepository, root: string): TemporaryRepository {
  const { sh, write: put, commit } = repository;
  return {
    ...repository,
    root,
    gitDir: join(root, ".git"),
    sh: (args, cwd = root) => sh(args, cwd),
    write: (contents, cwd = root) => put(contents, cwd),
    commit: (message, cwd = root) => commit(message, cwd),
  };
}

describe("a repository that is moved as a whole", () => {
  test("[X3] the next process finds the log; work in its worktrees goes on there, with git, and lands", async () => {
    const config = "worktree: {link: [node_modules]}\n";
    const repository = temporaryRepository({ ...base, ".gitignore": "/node_modules\n", "interlock.yaml": config });
    repository.write({ "node_modules/x.js": "x" });
    const before = await openFixture(repository);
    const plan = await before.plan([{ id: "one" }, { id: "two" }, { id: "three", dependsOn: ["one", "two"] }]);
    const two = await before.take("bob");
    write(two, { "two.txt": "2\n" });
    expect(await before.complete(two)).toMatchObject({ status: "landed" });
    await slotsSettle(before);
    const one = await before.take("ann");
    write(one, { "a.txt": "half\n" });
    before.sh(["stash", "-q"], one.worktree);
    write(one, { "b.txt": "more\n" });
    await before.execution.close();
    const old = repository.root;
    const root = join(repository.folder, "moved here");
    renameSync(old, root);
    const after = await openFixture(seenAt(repository, root));
    const again = await after.take("ann");
    expect(again).toMatchObject({ resumed: true, worktree: one.worktree.replace(old, root) });
    expect(after.sh(["status", "--porcelain"], again.worktree)).toBe(" M b.txt");
    expect(after.sh(["clean", "-fdxn"])).not.toContain("worktrees");
    expect(readlinkSync(join(again.worktree, "node_modules"))).toBe(join(root, "node_modules"));
    expect(await after.complete(again)).toMatchObject({ status: "landed" });
    expect(after.at(`interlock/${plan}`, "b.txt")).toBe("more");
    expect(after.sh(["diff", "--name-only", "main", `interlock/${plan}`]).split("\n")).toEqual(["b.txt", "two.txt"]);
    await slotsSettle(after);
    expect((await slotNames(after)).join()).not.toContain("quarantined");
    const kept = (await after.execution.parked()).map(({ ref }) => after.at(ref, "a.txt"));
    expect(kept).toContain("half");
    const third = await after.take("cleo");
    expect(third.worktree.startsWith(root)).toBe(true);
    expect(existsSync(old)).toBe(false);
    expect(after.faults).toEqual([]);
  });

  test("[G7] a worktree that an agent led elsewhere is not led back: it is put aside, and what is in it is kept", async () => {
    const repository = temporaryRepository(base);
    const before = await openFixture(repository);
    await before.plan([{ id: "one" }]);
    const one = await before.take("ann");
    write(one, { "one.txt": "1\n" });
    writeFileSync(join(one.worktree, ".git"), `gitdir: ${repository.gitDir}\n`);
    await before.execution.close();
    const root = join(repository.folder, "elsewhere");
    renameSync(repository.root, root);
    const after = await openFixture(seenAt(repository, root));
    const again = await after.take("ann");
    expect(readFileSync(join(again.worktree, ".git"), "utf8")).toBe(`gitdir: ${repository.gitDir}\n`);
    expect(await after.complete(again)).toMatchObject({ status: "landed" });
    await slotsSettle(after);
    expect(await slotNames(after)).toEqual(["s1 quarantined"]);
  });
});

describe("two of the same", () => {
  test("two clones of one origin are two workspaces: plans, leases and worktrees of one are unknown to the other", async () => {
    const repository = temporaryRepository(base);
    const clone = join(repository.folder, "clone");
    repository.sh(["clone", "-q", repository.root, clone]);
    const [one, other] = [await openFixture(repository), await openFixture(seenAt(repository, clone))];
    const plan = await one.plan([{ id: "a" }]);
    expect((await other.execution.workspace()).plans.size).toBe(0);
    expect(await other.plan([{ id: "a" }])).toBe(plan);
    const [mine, theirs] = [await one.take("ann"), await other.take("ann")];
    expect(mine.worktree).not.toBe(theirs.worktree);
    expect(await other.complete({ ...theirs, lease: mine.lease })).toMatchObject({ refused: "bad_lease" });
    write(mine, { "x.txt": "mine\n" });
    write(theirs, { "x.txt": "theirs\n" });
    expect(await one.complete(mine)).toMatchObject({ status: "landed" });
    expect(await other.complete(theirs)).toMatchObject({ status: "landed" });
    expect([one.at(`interlock/${plan}`, "x.txt"), other.at(`interlock/${plan}`, "x.txt")]).toEqual(["mine", "theirs"]);
  });

  test("[X3] a copy of a repository with everything in it never writes into the original", async () => {
    const repository = temporaryRepository(base);
    const original = await openFixture(repository);
    await original.plan([{ id: "one" }, { id: "two" }]);
    const one = await original.take("ann");
    write(one, { "a.txt": "in work\n" });
    await original.execution.close();
    const root = join(repository.folder, "copy");
    cpSync(repository.root, root, { recursive: true, verbatimSymlinks: true });
    const before = whatIsTheUsers(repository, one.worktree);
    const copy = await openFixture(seenAt(repository, root));
    const again = await copy.take("ann");
    expect(again.worktree.startsWith(root)).toBe(true);
    copy.commit("by the copy's agent", again.worktree);
    expect(await copy.complete(again)).toMatchObject({ status: "landed" });
    await slotsSettle(copy);
    const two = await copy.take("ann");
    expect(two.worktree).toBe(again.worktree);
    expect(whatIsTheUsers(repository, one.worktree)).toEqual(before);
    expect(repository.sh(["status", "--porcelain"], one.worktree)).toBe(" M a.txt");
  });
});

describe("branches that others make, move or delete", () => {
  test("[G1] a branch of the user named `interlock`, or like the plan's, is named when the plan is submitted", async () => {
    const it = await workspaceFixture(base);
    it.sh(["branch", "interlock"]);
    await expect(it.plan([{ id: "one" }])).rejects.toThrow(/branch_in_the_way.*refs\/heads\/interlock"/);
    it.sh(["branch", "-m", "interlock", "mine"]);
    it.sh(["branch", "interlock/p"]);
    await expect(it.plan([{ id: "one" }], { id: "p" })).rejects.toThrow(/branch_in_the_way/);
    expect(it.sh(["rev-parse", "interlock/p"])).toBe(it.sh(["rev-parse", "main"]));
    expect((await it.execution.workspace()).plans.size).toBe(0);
  });

  test("[I1] the same plan that somebody submits at the same time is no branch in the way of it", async () => {
    const one = await workspaceFixture(base);
    let isFirst = true;
    const around = (git: Git): Git => ({
      ...git,
      run: async (command, place) => {
        if (isFirst && command.args[0] === "show-ref") {
          isFirst = false;
          await one.plan([{ id: "one" }], { id: "p" });
        }
        return git.run(command, place);
      },
    });
    const other = await openFixture(one, one.root, { around: { git: around, log: (log) => log } });
    expect(await other.plan([{ id: "one" }], { id: "p" })).toBe("p");
    expect([...(await other.execution.workspace()).plans.keys()]).toEqual(["p"]);
  });

  test("[T1] the integration branch is deleted and `interlock` taken: the plan pauses, and goes on once that is renamed", async () => {
    const it = await workspaceFixture(base);
    const plan = await it.plan([{ id: "one" }, { id: "two" }]);
    const [one, two] = [await it.take("ann"), await it.take("bob")];
    write(one, { "one.txt": "1\n" });
    write(two, { "two.txt": "2\n" });
    expect(await it.complete(one)).toMatchObject({ status: "landed" });
    it.sh(["branch", "-D", `interlock/${plan}`]);
    it.sh(["branch", "interlock"]);
    expect(await it.complete(two, { waitMs: 1_000 })).toMatchObject({ status: "queued" });
    expect((await it.execution.workspace()).plans.get(plan)?.status).toEqual({
      is: "paused",
      why: "integration_moved",
    });
    expect(await it.execution.adopt(plan)).toMatchObject({
      refused: "target",
      problem: expect.stringContaining("gone"),
    });
    expect(await it.execution.restore(plan)).toMatchObject({
      refused: "branch_in_the_way",
      branch: "refs/heads/interlock",
    });
    it.sh(["branch", "-m", "interlock", "mine"]);
    expect(await it.execution.restore(plan)).toMatchObject({ plan });
    expect(await it.complete(two)).toMatchObject({ status: "landed" });
    expect([it.at(`interlock/${plan}`, "one.txt"), it.at(`interlock/${plan}`, "two.txt")]).toEqual(["1", "2"]);
  });

  test("[T2] a target that was force-pushed meanwhile is merged and judged like any progress, and nothing of either is lost", async () => {
    const it = await workspaceFixture({ ...base, ...gatesOf("test -f kept.txt || test ! -f c.txt") });
    it.write({ "dropped.txt": "d\n" });
    it.commit("to be dropped");
    const plan = await it.plan([{ id: "one" }]);
    const one = await it.take("ann");
    write(one, { "one.txt": "1\n" });
    expect(await it.complete(one)).toMatchObject({ status: "landed" });
    it.sh(["reset", "-q", "--hard", "HEAD~1"]);
    it.write({ "c.txt": "c\n", "kept.txt": "k\n" });
    const theirs = it.commit("rewritten");
    collect(it);
    expect(await land(it)).toMatchObject({ landed: plan });
    expect([it.at("main", "one.txt"), it.at("main", "c.txt")]).toEqual(["1", "c"]);
    expect(it.sh(["merge-base", "--is-ancestor", theirs, "main"])).toBe("");
    expect(it.sh(["status", "--porcelain"])).toBe("");
  });

  test("[T2] a target that was replaced by an unrelated history is refused with the way out, and nothing moves", async () => {
    const it = await workspaceFixture(base);
    const plan = await it.plan([{ id: "one" }]);
    const one = await it.take("ann");
    write(one, { "one.txt": "1\n" });
    expect(await it.complete(one)).toMatchObject({ status: "landed" });
    it.sh(["checkout", "-q", "--orphan", "fresh"]);
    it.write({ "a.txt": "other\n" });
    const theirs = it.commit("unrelated");
    it.sh(["branch", "-f", "main", "fresh"]);
    it.sh(["checkout", "-q", "main"]);
    const refused = { refused: "target", problem: expect.stringContaining("nothing in common") };
    expect(await land(it, plan)).toMatchObject(refused);
    expect(it.sh(["rev-parse", "main"])).toBe(theirs);
    expect(it.sh(["status", "--porcelain"])).toBe("");
    // As the refusal says.
    it.sh(["checkout", "-q", `interlock/${plan}`]);
    expect(() => it.sh(["merge", "-q", "--allow-unrelated-histories", "main"])).toThrow();
    it.write({ "a.txt": "both\n" });
    it.commit("merged by hand");
    it.sh(["checkout", "-q", "main"]);
    expect(await it.execution.adopt(plan)).toMatchObject({ plan });
    expect(await land(it, plan)).toMatchObject({ landed: plan });
    expect([it.at("main", "a.txt"), it.at("main", "one.txt")]).toEqual(["both", "1"]);
  });

  test("[T2] a target that is deleted stops the train with words; made again, everything goes on", async () => {
    const it = await workspaceFixture({ ...base, ...gatesOf("true") });
    const plan = await it.plan([{ id: "one" }]);
    const one = await it.take("ann");
    write(one, { "one.txt": "1\n" });
    const tip = it.sh(["rev-parse", "main"]);
    it.sh(["checkout", "-q", "--detach"]);
    it.sh(["branch", "-D", "main"]);
    expect(await it.complete(one)).toMatchObject({
      status: "rework",
      gates: [{ outputTail: expect.stringContaining("there is no branch main") }],
    });
    it.sh(["branch", "main", tip]);
    expect(await it.complete(one)).toMatchObject({ status: "landed" });
    it.sh(["branch", "-D", "main"]);
    expect(await land(it, plan)).toMatchObject({ refused: "target", problem: "there is no branch main any more" });
  });
});

describe("somebody tidies up", () => {
  test("[X3] all worktrees are deleted: work in the log lands, everybody gets a new one, gates find a new room", async () => {
    const it = await workspaceFixture({ ...base, ...gatesOf("true") });
    const plan = await it.plan([{ id: "one" }, { id: "two" }, { id: "three" }]);
    const one = await it.take("ann");
    write(one, { "one.txt": "1\n" });
    expect(await it.complete(one)).toMatchObject({ status: "landed" });
    await slotsSettle(it);
    const two = await it.take("ann");
    it.sh(["clean", "-fdxq"]);
    expect(existsSync(two.worktree)).toBe(true);
    mkdirSync(join(it.folder, "bin"));
    renameSync(join(it.root, ".interlock"), join(it.folder, "bin/gone"));
    expect(await it.complete(two)).toMatchObject({
      refused: "unreadable_worktree",
      problem: expect.stringContaining("gone"),
    });
    const again = await it.take("ann");
    expect(again.worktree).not.toBe(two.worktree);
    write(again, { "two.txt": "2\n" });
    expect(await it.complete(again)).toMatchObject({ status: "landed" });
    const three = await it.take("bob");
    write(three, { "three.txt": "3\n" });
    expect(await it.complete(three)).toMatchObject({ status: "landed" });
    expect(it.sh(["ls-tree", "--name-only", `interlock/${plan}`])).toContain("three.txt");
    expect(it.at(`interlock/${plan}`, "two.txt")).toBe("2");
    expect((await stateOf(it, plan, "two"))?.state.is).toBe("landed");
    await eventually(() => (existsSync(join(it.root, ".interlock/.git")) ? true : undefined));
  });

  test("[X3] the folder of the worktrees becomes a link to elsewhere: nothing is written there", async () => {
    const it = await workspaceFixture(base);
    await it.plan([{ id: "one" }, { id: "two" }]);
    const one = await it.take("ann");
    renameSync(one.worktree, join(it.folder, "taken"));
    mkdirSync(join(it.folder, "trap"));
    writeFileSync(join(it.folder, "trap/mine"), "mine\n");
    symlinkSync(join(it.folder, "trap"), one.worktree);
    expect(await it.complete(one)).toMatchObject({ refused: "unreadable_worktree" });
    const again = await it.take("ann");
    expect(again.worktree).not.toBe(one.worktree);
    write(again, { "one.txt": "1\n" });
    expect(await it.complete(again)).toMatchObject({ status: "landed" });
    expect(lstatSync(one.worktree).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(it.folder, "trap/mine"), "utf8")).toBe("mine\n");
  });
});
