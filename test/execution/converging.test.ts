/** Deciding what cannot both be so, on a real repository: what waits, what comes back, and what lands afterwards. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { callOf, type WorkspaceFixture, workspaceFixture, write } from "./workspace-fixture.ts";

const callerOf = (work: { readonly environment: Readonly<Record<string, string>>; readonly lease: string }) => ({
  agent: work.environment["INTERLOCK_AGENT"] ?? "",
  lease: work.lease,
});

const clash = {
  type: "decision",
  severity: "high",
  description: "two formats",
  artifacts: [],
  agents: ["bob"],
} as const;

async function twoAtWork(config: string) {
  const at = await workspaceFixture({ "a.txt": "a\n", "interlock.yaml": config });
  const plan = await at.plan([
    { id: "a", edits: ["a.txt"], priority: 1 },
    { id: "b", edits: ["b.txt"] },
  ]);
  return { at, plan, ann: await at.take("ann"), bob: await at.take("bob") };
}

function stateOf(at: WorkspaceFixture, plan: string, node: string) {
  return at.execution.workspace().then(({ plans }) => plans.get(plan)?.nodes.get(node)?.state.is);
}

test("[K3] [K6] what is handed in waits until it is decided; who yields has it back in the worktree, and both land", async () => {
  const { at, plan, ann, bob } = await twoAtWork("");
  write(ann, { "a.txt": "ann\n" });
  write(bob, { "b.txt": "bob\n" });
  const report = await at.execution.reportConflict(callerOf(ann), clash, callOf("report_conflict"));
  if ("refused" in report || report.convergence === undefined) throw new Error(JSON.stringify(report));
  expect(report.affected).toEqual([
    { plan, node: "a", agent: "ann" },
    { plan, node: "b", agent: "bob" },
  ]);
  expect(report.known).toBeUndefined();
  const same = await at.execution.reportConflict(callerOf(ann), { ...clash, description: "again" }, callOf("again"));
  expect(same).toMatchObject({ known: true, conflict: { id: report.conflict.id } });
  expect(await at.complete(bob, { waitMs: 0 })).toMatchObject({ status: "queued", pausedBy: [report.convergence] });
  expect(await stateOf(at, plan, "b")).toBe("submitted");
  const conflict = report.conflict.id;
  const settled = await at.execution.resolveConflict(
    { agent: "operator" },
    { conflict, strategy: "priority", decision: "JSON it is" },
    callOf("resolve_conflict"),
  );
  expect(settled).toMatchObject({ status: "resolved", outcome: { keeps: [{ node: "a" }], yields: [{ node: "b" }] } });
  expect(settled).toMatchObject({ record: expect.stringContaining("> JSON it is") });
  expect(await stateOf(at, plan, "b")).toBe("rework");
  expect(readFileSync(join(bob.worktree, "b.txt"), "utf8")).toBe("bob\n");
  expect(await at.complete(ann)).toMatchObject({ status: "landed" });
  write(bob, { "b.txt": "bob as JSON\n" });
  expect(await at.complete(bob)).toMatchObject({ status: "landed" });
  expect(at.at(`interlock/${plan}`, "b.txt")).toBe("bob as JSON");
  const yielded = (await at.execution.parked()).find(({ ref }) => ref.endsWith("/yielded"));
  expect(yielded).toMatchObject({ plan, node: "b", attempt: 1 });
  expect(at.at(yielded?.ref ?? "", "b.txt")).toBe("bob");
  const again = { conflict, strategy: "manual", decision: "no" } as const;
  expect(await at.execution.resolveConflict({ agent: "ann" }, again, callOf("resolve_conflict"))).toMatchObject({
    refused: "conflict_over",
  });
  expect(at.faults).toEqual([]);
});

test("[K6] an agent that hands in before a reply has told it of its rework gets its node back, and is told with that", async () => {
  const { at, plan, ann, bob } = await twoAtWork("");
  write(ann, { "a.txt": "ann\n" });
  write(bob, { "b.txt": "bob\n" });
  const report = await at.execution.reportConflict(
    { agent: "zed" },
    { ...clash, severity: "low", agents: ["ann", "bob"] },
    callOf("r"),
  );
  if ("refused" in report) throw new Error(JSON.stringify(report));
  const first = { conflict: report.conflict.id, strategy: "first_completion", decision: "" } as const;
  await at.execution.resolveConflict({ agent: "operator" }, first, callOf("resolve_conflict"));
  expect(await at.complete(ann)).toMatchObject({ status: "landed" });
  expect(await at.complete(bob)).toMatchObject({
    status: "rework",
    reason: "withdrawn",
    because: "rework was ordered",
  });
  const { context } = await at.take("bob");
  expect(context.decisions).toEqual([
    { conflict: report.conflict.id, about: "two formats", decision: "", keeps: [`${plan}/a`] },
  ]);
  const { notices } = await at.execution.takeNotices("bob", 100);
  expect(notices).toContainEqual(expect.objectContaining({ kind: "rework_ordered", about: `${plan}/b` }));
  expect(await at.complete(bob)).toMatchObject({ status: "landed" });
  expect(at.faults).toEqual([]);
});

test("[K5] [K6] at the deadline those present decide, and the rework they ordered is handed out", async () => {
  const { at, plan, ann, bob } = await twoAtWork("convergence: {deadline_minutes: 0.02}\n");
  const report = await at.execution.reportConflict(callerOf(ann), clash, callOf("report_conflict"));
  if ("refused" in report || report.convergence === undefined) throw new Error(JSON.stringify(report));
  const { convergence } = report;
  const said = { decisions: ["ids are strings"], rework: [{ title: "Write it down", estimateMinutes: 3 }] };
  const decided = await at.execution.converge(
    callerOf(bob),
    { action: "decide", convergence, ...said },
    callOf("converge"),
  );
  expect(decided).toMatchObject({ status: "open", pending: ["ann"], level: "peer" });
  const third = await at.take("cyd", { waitMs: 30_000 });
  expect(third.node).toMatchObject({ id: "write-it-down", estimateMinutes: 3 });
  expect(third.node.instructions).toContain("ids are strings");
  expect(third.context.decisions).toMatchObject([{ about: "two formats", decision: "ids are strings", keeps: [] }]);
  const over = await at.execution.converge(
    { agent: "ann" },
    { action: "complete", convergence, decisions: [], rework: [] },
    callOf("converge"),
  );
  expect(over).toMatchObject({ refused: "convergence_over" });
  expect(await at.complete(ann)).toMatchObject({ status: "landed" });
  expect(await at.complete(bob)).toMatchObject({ status: "landed" });
  expect(existsSync(third.worktree)).toBe(true);
  expect(await stateOf(at, plan, "write-it-down")).toBe("leased");
  expect(at.faults).toEqual([]);
});

test("[K8] a decision is a file in the plan's branch, landed like other work, where the config names a folder", async () => {
  const { at, plan, ann } = await twoAtWork("convergence: {records: docs/decisions}\n");
  const report = await at.execution.reportConflict(callerOf(ann), clash, callOf("report_conflict"));
  if ("refused" in report) throw new Error(JSON.stringify(report));
  const { id: conflict } = report.conflict;
  const how = { conflict, strategy: "manual", decision: "# no heading\nJSON" } as const;
  await at.execution.resolveConflict({ agent: "operator" }, how, callOf("resolve_conflict"));
  for (;;) {
    if ((await stateOf(at, plan, `record-${conflict}`)) === "landed") break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const file = at.at(`interlock/${plan}`, `docs/decisions/${conflict}.md`);
  expect(file).toContain(`# Decision on conflict ${conflict}`);
  expect(file).toContain("> # no heading\n> JSON");
  expect(file).toContain("concerned: ann, bob");
  expect(at.at("main", `docs/decisions/${conflict}.md`)).toBeUndefined();
  expect(existsSync(join(at.root, "docs"))).toBe(false);
  expect(at.faults).toEqual([]);
});

test("[K2] who waits for a node, for claims or for the train hears at once that something is asked of it", async () => {
  const { at, ann, bob } = await twoAtWork("");
  const forever = 600_000;
  const idle = { agent: "cy", capabilities: [], acceptParked: false, waitMs: forever };
  const waiting = at.execution.requestNextNode(idle, callOf("request_next_node"));
  const wish = { write: ["a.txt"], edit: [], read: [], watch: [], uses: [], dryRun: false };
  const claiming = at.execution.claimResources(callerOf(bob), wish, forever, callOf("claim_resources"));
  const asked = { ...clash, severity: "medium", agents: ["bob", "cy"] } as const;
  await expect.poll(async () => (await at.execution.workspace()).locks.queue.length).toBe(1);
  await at.execution.reportConflict(callerOf(ann), asked, callOf("report_conflict"));
  expect(await waiting).toMatchObject({ status: "none" });
  expect(await claiming).toMatchObject({ status: "queued" });
  await at.execution.reportConflict(callerOf(ann), clash, callOf("report_conflict"));
  write(bob, { "b.txt": "bob\n" });
  expect(await at.complete(bob, { waitMs: forever })).toMatchObject({ status: "queued" });
  const { notices } = await at.execution.takeNotices("bob", 9);
  expect(notices.map(({ kind }) => kind)).toEqual(["conflict", "conflict", "converge"]);
  expect(at.faults).toEqual([]);
});

test("[K6] who asks what became of its work hears that it is to be gone over again, before the same is handed in once more", async () => {
  const { at, plan, ann, bob } = await twoAtWork("");
  write(bob, { "b.txt": "bob\n" });
  const report = await at.execution.reportConflict(callerOf(ann), clash, callOf("report_conflict"));
  if ("refused" in report) throw new Error(report.refused);
  expect(await at.complete(bob, { waitMs: 0 })).toMatchObject({ status: "queued" });
  const decided = { conflict: report.conflict.id, strategy: "priority", decision: "JSON it is" } as const;
  await at.execution.resolveConflict({ agent: "operator" }, decided, callOf("resolve_conflict"));
  expect(await at.complete(bob)).toMatchObject({ status: "rework", reason: "withdrawn" });
  expect(await stateOf(at, plan, "b")).toBe("rework");
  expect(await at.complete(bob)).toMatchObject({ status: "landed" });
});
