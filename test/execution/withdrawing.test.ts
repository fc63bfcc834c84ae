/** Taking back what was handed in, on a real repository with a gate that runs meanwhile. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { callOf, type WorkspaceFixture, workspaceFixture, write } from "./workspace-fixture.ts";

/** The gate waits as long as its worktree says so, and notes what it began with and what it ended with. */
const config = `gates:
  parallel: 2
  list:
    - name: test
      default: true
      run: |
        log=$(git rev-parse --path-format=absolute --git-common-dir)/gates.log
        echo "begin $INTERLOCK_NODE" >> $log
        grep -qs slow *.txt && sleep 60
        echo "end $INTERLOCK_NODE" >> $log
`;

function began({ gitDir }: WorkspaceFixture, node: string): boolean {
  const log = join(gitDir, "gates.log");
  return existsSync(log) && readFileSync(log, "utf8").includes(`begin ${node}`);
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
}

const callerOf = (work: { readonly environment: Readonly<Record<string, string>>; readonly lease: string }) => ({
  agent: work.environment["INTERLOCK_AGENT"] ?? "",
  lease: work.lease,
});

test("[T5] an agent takes back what its gate is still running for, mends it where it left it, and lands it", async () => {
  const at = await workspaceFixture({ "a.txt": "a\n", "interlock.yaml": config });
  const plan = await at.plan([
    { id: "n", edits: ["n.txt"] },
    { id: "m", edits: ["m.txt"] },
  ]);
  const [work, other] = [await at.take("ann"), await at.take("bob")];
  write(work, { "n.txt": "slow\n" });
  const waiting = at.complete(work);
  await until(() => began(at, "n"));
  write(work, { "later.txt": "written after it was handed in\n" });
  expect(await at.execution.submittedChanges({ plan, node: "n" })).toEqual([{ path: "n.txt", added: 1, removed: 0 }]);
  const back = await at.execution.takeBack(callerOf(work), "too slow", callOf("complete_node"));
  expect(back).toMatchObject({ status: "rework", reason: "withdrawn", because: "too slow", worktree: work.worktree });
  expect(await waiting).toMatchObject({ status: "rework", reason: "withdrawn" });
  expect(await at.execution.takeBack(callerOf(work), "again", callOf("complete_node"))).toMatchObject({
    because: "too slow",
  });
  expect(readFileSync(join(work.worktree, "n.txt"), "utf8")).toBe("slow\n");
  expect(existsSync(join(work.worktree, "later.txt"))).toBe(true);
  // Whoever stood behind it does not wait for the gate that was running.
  write(other, { "m.txt": "quick\n" });
  expect(await at.complete(other)).toMatchObject({ status: "landed" });
  write(work, { "n.txt": "quick\n" });
  expect(await at.complete(work)).toMatchObject({ status: "landed" });
  expect(at.at(`interlock/${plan}`, "n.txt")).toBe("quick");
  expect(await at.execution.takeBack(callerOf(work), "too late", callOf("complete_node"))).toMatchObject({
    refused: expect.stringMatching(/stale_lease|not_withdrawable/),
  });
  expect(at.faults).toEqual([]);
}, 60_000);

test("[T5] [G3] an agent gives up what it had handed in, and the next one finds it", async () => {
  const at = await workspaceFixture({ "a.txt": "a\n", "interlock.yaml": config });
  await at.plan([{ id: "n", edits: ["n.txt"] }]);
  const work = await at.take("ann");
  write(work, { "n.txt": "slow\n" });
  const waiting = at.complete(work);
  await until(() => began(at, "n"));
  const failure = { reason: "not worth it", retryable: true };
  const given = await at.execution.failNode(callerOf(work), failure, callOf("fail_node"));
  expect(given).toMatchObject({ status: "ready", parkedRef: expect.stringContaining("parked") });
  expect(await waiting).toMatchObject({ refused: "stale_lease" });
  const next = await at.take("bob", { acceptParked: true });
  expect(readFileSync(join(next.worktree, "n.txt"), "utf8")).toBe("slow\n");
  expect(at.faults).toEqual([]);
}, 60_000);

test("[T6] what is handed in with priority 0 lands first, and who steers takes another out of its way", async () => {
  const at = await workspaceFixture({ "a.txt": "a\n", "interlock.yaml": config });
  const plan = await at.plan([
    { id: "n", edits: ["n.txt"] },
    { id: "m", edits: ["m.txt"] },
    { id: "fire", edits: ["f.txt"], priority: 2 },
  ]);
  const works = [await at.take("ann"), await at.take("bob"), await at.take("cyd")];
  const [n, m, fire] = works.toSorted(
    (one, two) => "nmf".indexOf(one.node.id[0] ?? "") - "nmf".indexOf(two.node.id[0] ?? ""),
  );
  if (!n || !m || !fire) throw new Error("no work");
  write(n, { "n.txt": "slow\n" });
  write(m, { "m.txt": "quick\n" });
  write(fire, { "f.txt": "quick\n" });
  const first = at.complete(n);
  const second = at.complete(m);
  await until(() => began(at, "m"));
  const urgent = { plan, add: [], draft: { nodes: [] }, problems: [], cancel: [], retry: [] };
  const still = { pause: false, resume: false, finish: false };
  const change = [{ id: "fire", fields: { priority: 0 as const } }];
  await at.execution.revisePlan({ ...urgent, ...still, change }, callOf("revise_plan"));
  expect(await at.complete(fire)).toMatchObject({ status: "landed" });
  expect(await at.execution.withdraw({ plan, node: "n" }, "it hangs")).toMatchObject({
    node: "n",
    agent: n.environment["INTERLOCK_AGENT"],
  });
  expect(await first).toMatchObject({ status: "rework", reason: "withdrawn", because: "it hangs" });
  expect(await second).toMatchObject({ status: "landed" });
  expect(at.faults).toEqual([]);
}, 60_000);
