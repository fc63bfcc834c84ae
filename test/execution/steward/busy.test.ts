import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { callOf, workspaceFixture, write } from "../workspace-fixture.ts";

/** The gate runs until this file is there, so the train does not come to rest before. */
const go = "go";
const config = `gates: {list: [{name: wait, run: "while ! test -e ../../../../${go}; do sleep 0.05; done"}]}\n`;

test("slots are emptied while the train is at work: with many agents it always is", async () => {
  const it = await workspaceFixture({ "a.txt": "a\n", "interlock.yaml": config });
  await it.plan([{ id: "slow", gates: ["wait"], priority: 1 }, { id: "quick" }]);
  const [slow, quick] = [await it.take("ann"), await it.take("bob")];
  write(slow, { "slow.txt": "done\n" });
  await it.complete(slow, { waitMs: 0 });
  const hasBegun = async () => (await it.execution.events(0, 1_000)).some(({ event }) => event.type === "GateStarted");
  while (!(await hasBegun())) await sleep(20);
  const failure = { reason: "not for me", retryable: false };
  await it.execution.failNode({ agent: "bob", lease: quick.lease }, failure, callOf("fail_node"));
  const isFree = async () =>
    [...(await it.execution.workspace()).slots.byName.values()].some(({ is }) => is === "free");
  while (!(await isFree())) await sleep(20);
  writeFileSync(join(it.folder, go), "");
  expect(await it.complete(slow)).toMatchObject({ status: "landed" });
  expect(it.faults).toEqual([]);
});
