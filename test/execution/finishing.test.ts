/** The end of a plan: its target, and an integration branch that somebody moved. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { callOf, type WorkspaceFixture, workspaceFixture, write } from "./workspace-fixture.ts";

const land = ({ execution }: WorkspaceFixture, plan?: string) =>
  execution.land(plan, { signal: new AbortController().signal });

async function worked(it: WorkspaceFixture, files: Readonly<Record<string, string>>, id = "one"): Promise<string> {
  const plan = await it.plan([{ id }]);
  const work = await it.take("ann");
  write(work, files);
  expect(await it.complete(work)).toMatchObject({ status: "landed" });
  return plan;
}

test("[T1] the target and its clean checkout move to what the plan has built", async () => {
  const it = await workspaceFixture({ "a.txt": "a\n" });
  const plan = await worked(it, { "b.txt": "b\n" });
  expect(await land(it)).toMatchObject({ landed: plan, target: "main", checkouts: [it.root] });
  expect(it.at("main", "b.txt")).toBe("b");
  expect(it.sh(["status", "--porcelain"])).toBe("");
  expect((await it.execution.workspace()).plans.get(plan)?.status.is).toBe("landed");
  expect(await land(it, plan)).toMatchObject({ landed: plan });
});

test("[D2] a lease from before its plan landed tells what became of the work, and does nothing more", async () => {
  const it = await workspaceFixture({ "a.txt": "a\n" });
  const plan = await it.plan([{ id: "one" }, { id: "two" }]);
  const [one, two] = [await it.take("ann"), await it.take("bob")];
  write(one, { "b.txt": "b\n" });
  const first = await it.complete(one);
  expect(first).toMatchObject({ status: "landed" });
  const cancel = { add: [], draft: { nodes: [] }, problems: [], change: [], cancel: ["two"], retry: [] };
  const revision = { plan, ...cancel, pause: false, resume: false, finish: false };
  expect(await it.execution.revisePlan(revision, callOf("revise_plan"))).not.toHaveProperty("refused");
  expect(await land(it, plan)).toMatchObject({ landed: plan });
  expect((await it.execution.workspace()).plans.get(plan)?.nodes.size).toBe(0);
  expect(await it.complete(one)).toEqual(first);
  expect(await it.complete(two)).toMatchObject({ refused: "stale_lease", state: "cancelled" });
  const caller = { agent: "ann", lease: one.lease };
  const progress = await it.execution.reportProgress(caller, { percent: 5 }, callOf("report_progress"));
  expect(progress).toMatchObject({ refused: "stale_lease", state: "landed" });
});

test("[G1] a dirty checkout of the target is refused with words, and nothing moves", async () => {
  const it = await workspaceFixture({ "a.txt": "a\n" });
  await worked(it, { "a.txt": "b\n" });
  writeFileSync(join(it.root, "a.txt"), "mine\n");
  expect(await land(it)).toMatchObject({ refused: "target", worktree: it.root, paths: ["a.txt"] });
  expect(it.at("main", "a.txt")).toBe("a");
  expect(it.sh(["diff", "--name-only"])).toBe("a.txt");
});

test("a plan with unlanded nodes does not land", async () => {
  const it = await workspaceFixture({ "a.txt": "a\n" });
  const plan = await it.plan([{ id: "one" }]);
  expect(await land(it, plan)).toMatchObject({ refused: "unlanded_nodes", nodes: ["one"] });
  expect(await land(it, "nobody")).toMatchObject({ refused: "unknown_plan" });
});

test("[T2] progress of the target is merged and judged before the plan lands on it", async () => {
  const gates = 'gates: {list: [{name: both, run: "test -f a.txt", default: true}]}\n';
  const it = await workspaceFixture({ "a.txt": "a\n", "interlock.yaml": gates });
  const plan = await worked(it, { "b.txt": "b\n" });
  it.write({ "c.txt": "c\n" });
  const theirs = it.commit("meanwhile");
  expect(await land(it)).toMatchObject({ landed: plan });
  expect([it.at("main", "b.txt"), it.at("main", "c.txt")]).toEqual(["b", "c"]);
  expect(it.sh(["merge-base", "--is-ancestor", theirs, "main"])).toBe("");
});

test("[X3] progress of the target that conflicts becomes a node, whose resolution has both as parents", async () => {
  const it = await workspaceFixture({ "a.txt": "a\n" });
  const plan = await worked(it, { "a.txt": "ours\n" });
  it.write({ "a.txt": "theirs\n" });
  const theirs = it.commit("meanwhile");
  expect(await land(it)).toMatchObject({ refused: "target", problem: expect.stringContaining("merge-target-1") });
  const work = await it.take("bob");
  expect(work.node.id).toBe("merge-target-1");
  expect(await it.complete(work)).toMatchObject({ refused: "markers_left" });
  write(work, { "a.txt": "ours and theirs\n" });
  expect(await it.complete(work)).toMatchObject({ status: "landed" });
  expect(await land(it)).toMatchObject({ landed: plan });
  expect(it.at("main", "a.txt")).toBe("ours and theirs");
  expect(it.sh(["merge-base", "--is-ancestor", theirs, "main"])).toBe("");
});

test("[T1] an integration branch that was moved by hand pauses the plan until somebody adopts or restores it", async () => {
  const it = await workspaceFixture({ "a.txt": "a\n" });
  const plan = await it.plan([{ id: "one" }, { id: "two" }, { id: "three" }]);
  const [one, two, three] = [await it.take("ann"), await it.take("bob"), await it.take("cleo")];
  write(one, { "1.txt": "1\n" });
  expect(await it.complete(one)).toMatchObject({ status: "landed" });
  const ours = it.sh(["rev-parse", `interlock/${plan}`]);
  const byHand = it.sh(["commit-tree", "-p", ours, "-m", "by hand", `${ours}^{tree}`]);
  it.sh(["update-ref", `refs/heads/interlock/${plan}`, byHand]);
  write(two, { "2.txt": "2\n" });
  expect(await it.complete(two, { waitMs: 1500 })).toMatchObject({ status: "queued" });
  expect((await it.execution.workspace()).plans.get(plan)?.status).toEqual({ is: "paused", why: "integration_moved" });
  expect(await it.execution.adopt(plan)).toMatchObject({ commit: byHand });
  expect(await it.complete(two)).toMatchObject({ status: "landed" });
  it.sh(["update-ref", `refs/heads/interlock/${plan}`, ours]);
  write(three, { "3.txt": "3\n" });
  expect(await it.complete(three, { waitMs: 1500 })).toMatchObject({ status: "queued" });
  expect(await it.execution.adopt(plan)).toMatchObject({ refused: "target" });
  expect(await it.execution.restore(plan)).toMatchObject({ kept: expect.stringContaining("refs/interlock/parked/") });
  expect(await it.complete(three)).toMatchObject({ status: "landed" });
  expect(["1.txt", "2.txt", "3.txt"].map((path) => it.at(`interlock/${plan}`, path))).toEqual(["1", "2", "3"]);
});

test("[X3] parked work can be listed and written out; garbage collection keeps it", async () => {
  const it = await workspaceFixture({ "a.txt": "a\n" });
  await it.plan([{ id: "one" }]);
  const work = await it.take("ann");
  write(work, { "half.txt": "half\n" });
  await it.execution.failNode(
    { agent: "ann", lease: work.lease },
    { reason: "no", retryable: false },
    {
      tool: "fail_node",
      inputDigest: "",
      signal: new AbortController().signal,
    },
  );
  const [parked] = await it.execution.parked();
  expect(parked).toMatchObject({ node: "one", attempt: 1 });
  const folder = join(it.folder, "restored");
  expect(await it.execution.restoreParked(parked?.ref ?? "", folder)).toEqual({ files: 2 });
  expect(await it.execution.restoreParked(parked?.ref ?? "", folder)).toMatchObject({ refused: "target" });
  expect(await it.execution.restoreParked("refs/heads/main", folder)).toMatchObject({ refused: "unknown_parked" });
  await it.execution.collectGarbage({ dryRun: false });
  expect(await it.execution.parked()).toHaveLength(1);
});
