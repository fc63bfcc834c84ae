/** What happens to the repository around the worktrees while agents work: garbage collection, moves, clones, other people's branches. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Git } from "../../../src/execution/git/runner.ts";
import { temporaryRepository, whatIsTheUsers } from "../git/temporary-repository.ts";
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
      const before = async () => {
        if (armed === 0) return;
        commands += 1;
        if (commands === armed) collect(repository);
      };
      return {
        gitDir: git.gitDir,
        run: async (command, place) => {
          await before();
          return git.run(command, place);
        },
        ask: async (question) => {
          await before();
          return git.ask(question);
        },
        close: () => git.close(),
      };
    };
    const it = await openFixture(repository, repository.root, { around: { git: around, log: (log) => log } });
    const ids = Array.from({ length: 16 }, (_, i) => `n${i}`);
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
