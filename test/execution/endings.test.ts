/** Each way in which an attempt can end, and where its work is then. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { callOf, type WorkspaceFixture, workspaceFixture, write } from "./workspace-fixture.ts";

const quick = "leases: {ttl_minutes: 0.02, grace_minutes: 0.01, client_minutes: 0.001}\n";
const neverRed = 'gates: {list: [{name: test, run: "true", default: true}]}\n';

const eventually = async <T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> => {
  for (let tries = 0; tries < 600; tries += 1) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("it never happened");
};

const stateOf = async ({ execution }: WorkspaceFixture, plan: string, node: string) =>
  (await execution.workspace()).plans.get(plan)?.nodes.get(node);

const parkedOn = (it: WorkspaceFixture, plan: string, node: string) =>
  eventually(async () => (await stateOf(it, plan, node))?.parked);

test("[X3] landed: the work is on the integration branch, and the slot is used again", async () => {
  const it = await workspaceFixture({ "a.txt": "a\n", "interlock.yaml": neverRed });
  const plan = await it.plan([
    { id: "one", writes: ["one.txt"] },
    { id: "two", dependsOn: ["one"] },
  ]);
  const one = await it.take("ann");
  write(one, { "one.txt": "1\n" });
  expect(await it.complete(one)).toMatchObject({ status: "landed", integrationBranch: `interlock/${plan}` });
  expect(it.at(`interlock/${plan}`, "one.txt")).toBe("1");
  await eventually(async () =>
    [...(await it.execution.workspace()).slots.byName.values()].every(({ is }) => is === "free") ? true : undefined,
  );
  const two = await it.take("ann");
  expect(two.worktree).toBe(one.worktree);
  expect(readFileSync(join(two.worktree, "one.txt"), "utf8")).toBe("1\n");
  expect(await it.complete(one)).toMatchObject({ status: "landed" });
  expect(it.faults).toEqual([]);
});

test("[X3] written after it was handed in: what came later is parked when the node has landed", async () => {
  const it = await workspaceFixture({
    "a.txt": "a\n",
    "interlock.yaml": 'gates: {list: [{name: slow, run: "sleep 1", default: true}]}\n',
  });
  const plan = await it.plan([{ id: "one" }]);
  const one = await it.take("ann");
  write(one, { "one.txt": "1\n" });
  expect(await it.complete(one, { waitMs: 0 })).toMatchObject({ status: "queued", position: 1, ahead: [] });
  write(one, { "late.txt": "late\n" });
  const parked = await parkedOn(it, plan, "one");
  expect((await stateOf(it, plan, "one"))?.state.is).toBe("landed");
  expect(it.at(parked.ref, "late.txt")).toBe("late");
  expect(it.at(`interlock/${plan}`, "late.txt")).toBeUndefined();
});

test("[X3] nothing changed: the node lands without train and gates", async () => {
  const it = await workspaceFixture({
    "a.txt": "a\n",
    "interlock.yaml": 'gates: {list: [{name: red, run: "false", default: true}]}\n',
  });
  const plan = await it.plan([{ id: "one" }]);
  const one = await it.take("ann");
  expect(await it.complete(one)).toMatchObject({ status: "landed", commit: one.baseCommit });
  expect((await stateOf(it, plan, "one"))?.state.is).toBe("landed");
});

test("[X3] given up: the work is on the ref that the reply names, and offered to the next agent", async () => {
  const it = await workspaceFixture({ "a.txt": "a\n" });
  const plan = await it.plan([{ id: "one" }]);
  const one = await it.take("ann");
  write(one, { "a.txt": "half\n", "new.txt": "new\n" });
  const caller = { agent: "ann", lease: one.lease };
  const failed = await it.execution.failNode(caller, { reason: "stuck", retryable: true }, callOf("fail_node"));
  if ("refused" in failed) throw new Error(JSON.stringify(failed));
  expect(failed.status).toBe("ready");
  expect(it.at(failed.parkedRef ?? "", "new.txt")).toBe("new");
  expect(it.at(failed.parkedRef ?? "", "a.txt")).toBe("half");
  const next = await it.take("bob");
  expect(next).toMatchObject({ resumed: false, parked: { ref: failed.parkedRef }, node: { attempt: 2 } });
  expect(existsSync(join(next.worktree, "new.txt"))).toBe(false);
  write(next, { "own.txt": "bob's\n" });
  const again = await it.take("bob", { acceptParked: true });
  expect(again).toMatchObject({ resumed: true, worktree: next.worktree });
  expect(readFileSync(join(again.worktree, "a.txt"), "utf8")).toBe("half\n");
  expect(readFileSync(join(again.worktree, "own.txt"), "utf8")).toBe("bob's\n");
  expect(await it.complete(again)).toMatchObject({ status: "landed" });
  expect(it.at(`interlock/${plan}`, "new.txt")).toBe("new");
  expect(await it.complete(one)).toMatchObject({ refused: "stale_lease" });
});

test("[X3] failed for good: the work is kept and what depends on it says so", async () => {
  const it = await workspaceFixture({ "a.txt": "a\n" });
  const plan = await it.plan([{ id: "one" }, { id: "two", dependsOn: ["one"] }]);
  const one = await it.take("ann");
  write(one, { "a.txt": "half\n" });
  const failed = await it.execution.failNode(
    { agent: "ann", lease: one.lease },
    { reason: "no", retryable: false },
    callOf("fail_node"),
  );
  expect(failed).toMatchObject({ status: "failed" });
  expect(it.at((await parkedOn(it, plan, "one")).ref, "a.txt")).toBe("half");
});

test("[X3] [V1] silent for too long: the work is parked, the slot put aside, and the late agent told where its work is", async () => {
  const it = await workspaceFixture({ "a.txt": "a\n", "interlock.yaml": quick });
  const plan = await it.plan([{ id: "one" }]);
  const one = await it.take("ann");
  write(one, { "a.txt": "half\n" });
  const parked = await parkedOn(it, plan, "one");
  expect(it.at(parked.ref, "a.txt")).toBe("half");
  const two = await it.take("bob");
  expect(two.worktree).not.toBe(one.worktree);
  expect(await it.complete(one)).toMatchObject({ refused: "stale_lease", parkedRef: parked.ref });
  const slots = (await it.execution.workspace()).slots.byName;
  await eventually(() => ([...slots.values()].some(({ is }) => is === "quarantined") ? true : undefined));
});

test("[S2] a late hand-in is taken while nobody has taken the node since", async () => {
  const it = await workspaceFixture({ "a.txt": "a\n", "interlock.yaml": quick });
  const plan = await it.plan([{ id: "one", writes: ["a.txt"] }]);
  const one = await it.take("ann");
  write(one, { "a.txt": "done\n" });
  await parkedOn(it, plan, "one");
  expect(await it.complete(one)).toMatchObject({ status: "landed" });
  expect(it.at(`interlock/${plan}`, "a.txt")).toBe("done");
});

test("[X3] cancelled while it was worked on: the work is parked", async () => {
  const it = await workspaceFixture({ "a.txt": "a\n" });
  const plan = await it.plan([{ id: "one" }]);
  const one = await it.take("ann");
  write(one, { "a.txt": "half\n" });
  const revision = {
    plan,
    add: [],
    draft: { nodes: [] },
    problems: [],
    change: [],
    cancel: ["one"],
    retry: [],
    pause: false,
    resume: false,
    finish: false,
  };
  expect(await it.execution.revisePlan(revision, callOf("revise_plan"))).not.toHaveProperty("refused");
  expect(it.at((await parkedOn(it, plan, "one")).ref, "a.txt")).toBe("half");
  expect(await it.complete(one)).toMatchObject({ refused: "stale_lease" });
});

test("[X3] a conflict: the slot gets the merge with markers, and the agent resolves it there", async () => {
  const it = await workspaceFixture({ "a.txt": "1\n2\n3\n" });
  const plan = await it.plan([
    { id: "one", edits: ["a.txt"] },
    { id: "two", edits: ["a.txt"] },
  ]);
  const [one, two] = [await it.take("ann"), await it.take("bob")];
  write(one, { "a.txt": "1\nann\n3\n" });
  write(two, { "a.txt": "1\nbob\n3\n", "b.txt": "b\n" });
  expect(await it.complete(one)).toMatchObject({ status: "landed" });
  const sentBack = await it.complete(two);
  expect(sentBack).toMatchObject({
    status: "rework",
    reason: "conflict",
    conflicts: [
      { path: "a.txt", kind: "content", with: [one.node.id], hunks: [{ base: "2\n", ours: "ann\n", theirs: "bob\n" }] },
    ],
    worktree: two.worktree,
  });
  expect(readFileSync(join(two.worktree, "a.txt"), "utf8")).toMatch(/^1\n<{7}.*\n>{7}[^\n]*\n3\n$/s);
  expect(await it.complete(two)).toMatchObject({ refused: "markers_left", paths: ["a.txt"] });
  write(two, { "a.txt": "1\nann and bob\n3\n" });
  expect(await it.complete(two)).toMatchObject({ status: "landed" });
  expect(it.at(`interlock/${plan}`, "a.txt")).toBe("1\nann and bob\n3");
  expect(it.at(`interlock/${plan}`, "b.txt")).toBe("b");
  expect(it.faults).toEqual([]);
});

test("[T2] a red gate: the agent gets the output and the merged tree, mends it, and it lands", async () => {
  const gates = 'gates: {list: [{name: test, run: "cat sum.txt && ! grep -q bad sum.txt", default: true}]}\n';
  const it = await workspaceFixture({ "sum.txt": "ok\n", "interlock.yaml": gates });
  const plan = await it.plan([{ id: "one" }]);
  const one = await it.take("ann");
  write(one, { "sum.txt": "bad\n" });
  expect(await it.complete(one)).toMatchObject({
    status: "rework",
    reason: "gate_failed",
    gates: [{ name: "test", exitCode: 1, outputTail: "bad\n", alsoFailsOnBase: false }],
  });
  expect(it.at(`interlock/${plan}`, "sum.txt")).toBe("ok");
  expect(await it.take("ann")).toMatchObject({ resumed: true, rework: { reason: "gate_failed" } });
  write(one, { "sum.txt": "good\n" });
  expect(await it.complete(one)).toMatchObject({ status: "landed" });
  expect(it.at(`interlock/${plan}`, "sum.txt")).toBe("good");
});

test("[X3] written while it was judged red: both are in the slot when it comes back", async () => {
  const gates = 'gates: {list: [{name: test, run: "sleep 0.5; ! grep -q bad sum.txt", default: true}]}\n';
  const it = await workspaceFixture({ "sum.txt": "ok\n", "interlock.yaml": gates });
  await it.plan([{ id: "one" }]);
  const one = await it.take("ann");
  write(one, { "sum.txt": "bad\n" });
  expect(await it.complete(one, { waitMs: 0 })).toMatchObject({ status: "queued" });
  write(one, { "later.txt": "later\n" });
  expect(await it.complete(one)).toMatchObject({ status: "rework" });
  expect(readFileSync(join(one.worktree, "later.txt"), "utf8")).toBe("later\n");
  expect(readFileSync(join(one.worktree, "sum.txt"), "utf8")).toBe("bad\n");
});

test("[X3] the worktree was deleted: handing in says so, and asking again gives a new one", async () => {
  const it = await workspaceFixture({ "a.txt": "a\n" });
  await it.plan([{ id: "one" }]);
  const one = await it.take("ann");
  rmSync(one.worktree, { recursive: true });
  expect(await it.complete(one)).toMatchObject({ refused: "unreadable_worktree" });
  const again = await it.take("ann");
  expect(again.resumed).toBe(true);
  expect(again.worktree).not.toBe(one.worktree);
  write(again, { "a.txt": "b\n" });
  expect(await it.complete(again)).toMatchObject({ status: "landed" });
});

test("[S1] what somebody else holds is refused with the holder, what nobody holds is claimed", async () => {
  const it = await workspaceFixture({ "a.txt": "a\n" });
  const plan = await it.plan([
    { id: "one", writes: ["src/**"] },
    { id: "two", writes: ["b.txt"] },
  ]);
  const [one, two] = [await it.take("ann"), await it.take("bob")];
  write(two, { "b.txt": "b\n", src: "a file where a folder is claimed\n", "c.txt": "c\n" });
  const other = one.node.id === "one" ? two : one;
  rmSync(join(other.worktree, "src"));
  mkdirSync(join(other.worktree, "src"));
  writeFileSync(join(other.worktree, "src/x.ts"), "x\n");
  expect(await it.complete(other)).toMatchObject({ refused: "out_of_claim", paths: [{ path: "src/x.ts" }] });
  rmSync(join(other.worktree, "src"), { recursive: true });
  expect(await it.complete(other)).toMatchObject({ status: "landed" });
  expect(it.at(`interlock/${plan}`, "c.txt")).toBe("c");
});

test("[X3] a set-up that fails: the node is free again, without blame and without a heap of broken worktrees", async () => {
  const it = await workspaceFixture({ "a.txt": "a\n", "interlock.yaml": "worktree: {setup: 'echo broken; exit 3'}\n" });
  const plan = await it.plan([{ id: "one", retries: 0 }]);
  for (let tries = 0; tries < 3; tries += 1)
    await expect(it.take("ann", { waitMs: 0 })).rejects.toThrow(/slot_failed.*worktree.setup.*broken/);
  const workspace = await it.execution.workspace();
  expect(workspace.plans.get(plan)?.nodes.get("one")).toMatchObject({ state: { is: "ready" }, retriesUsed: 0 });
  expect(workspace.locks.held.size).toBe(0);
  expect(workspace.slots.byName.size).toBeLessThanOrEqual(3);
});
