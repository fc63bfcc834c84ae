import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { workspaceFixture, write } from "../workspace-fixture.ts";

test("slots are emptied while the train is at work: with many agents it always is", async () => {
  const run = "while ! test -e $GO; do sleep 0.05; done";
  const it = await workspaceFixture({ "a.txt": "a\n", "interlock.yaml": config(run) });
  const go = join(it.folder, "go");
  await it.plan([{ id: "quick" }, { id: "slow", gates: ["wait"] }].map((node) => ({ gates: [], ...node })));
  const [quick, slow] = [await it.take("ann"), await it.take("bob")];
  write(quick, { "quick.txt": "done\n" });
  write(slow, { "slow.txt": "done\n" });
  await it.complete(quick, { waitMs: 0 });
  await it.complete(slow, { waitMs: 0 });
  const slotOf = async () => [...(await it.execution.workspace()).slots.byName.values()].map(({ is }) => is);
  // The gate of the other node runs until the file is there, so the train does not come to rest before.
  while (!(await slotOf()).includes("free")) await sleep(20);
  writeFileSync(go, "");
  expect(await it.complete(slow)).toMatchObject({ status: "landed" });
  expect(it.faults).toEqual([]);

  function config(command: string): string {
    return `gates: {list: [{name: wait, run: "${command.replace("$GO", "../../../../go")}"}]}\n`;
  }
});
