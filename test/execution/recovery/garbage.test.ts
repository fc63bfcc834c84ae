/** What nobody needs any more goes by itself, so that a workspace in which many work for long does not grow for ever. */
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { workspaceFixture, write } from "../workspace-fixture.ts";

const nodes = ["one", "two", "three"];

async function worked() {
  const it = await workspaceFixture({ "a.txt": "a\n", "interlock.yaml": "worktree: {slots: 1}\n" });
  const plan = await it.plan(nodes.map((id) => ({ id })));
  const works = [await it.take("ann"), await it.take("bob"), await it.take("cyd")];
  for (const work of works) {
    write(work, { [`${work.node.id}.txt`]: "done\n" });
    expect(await it.complete(work)).toMatchObject({ status: "landed" });
  }
  return { it, plan, works };
}

test("of the slots that many at once have left behind, those beyond the pool are removed", async () => {
  const { it, works } = await worked();
  const slots = async () => (await it.execution.workspace()).slots.byName;
  while ((await slots()).size > 1) await sleep(50);
  expect([...(await slots()).values()]).toMatchObject([{ is: "free" }]);
  expect(works.filter(({ worktree }) => existsSync(worktree))).toHaveLength(1);
  expect(it.faults).toEqual([]);
});

test("refs of submissions and candidates go when their plan has landed, and kept work stays", async () => {
  const { it, plan } = await worked();
  const refs = () => it.sh(["for-each-ref", "--format=%(refname)", "refs/interlock"]).split("\n").filter(Boolean);
  it.sh(["update-ref", "refs/interlock/parked/other/x/1", "HEAD"]);
  it.sh(["update-ref", "refs/interlock/nodes/other/x", "HEAD"]);
  expect(refs().filter((ref) => ref.includes(`/${plan}/`))).toHaveLength(2 * nodes.length);
  const landed = await it.execution.land(plan, { signal: new AbortController().signal });
  expect(landed).toMatchObject({ landed: plan });
  expect(refs()).toEqual(["refs/interlock/nodes/other/x", "refs/interlock/parked/other/x/1"]);
  expect(nodes.map((id) => it.at("main", `${id}.txt`))).toEqual(["done", "done", "done"]);
});
