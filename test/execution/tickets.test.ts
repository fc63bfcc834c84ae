import { rmSync } from "node:fs";
import { expect, test } from "vitest";
import { callOf, workspaceFixture, write } from "./workspace-fixture.ts";

test("[S1] a ticket that was granted is not given back while its claims cover a change", async () => {
  const it = await workspaceFixture({ "a.txt": "a\n" });
  await it.plan([{ id: "one", writes: ["b.txt"] }, { id: "two" }]);
  const [ann, bob] = [await it.take("ann"), await it.take("bob")];
  const [holder, asker] = ann.node.id === "one" ? [ann, bob] : [bob, ann];
  const caller = { agent: asker.environment["INTERLOCK_AGENT"] ?? "", lease: asker.lease };
  const wish = { write: ["b.txt"], edit: [], read: [], watch: [], uses: [], dryRun: false };
  const queued = await it.execution.claimResources(caller, wish, 0, callOf("claim_resources"));
  if ("refused" in queued || queued.status !== "queued" || !queued.ticket) throw new Error(JSON.stringify(queued));
  const { ticket } = queued;
  expect(await it.complete(holder)).toMatchObject({ status: "landed" });
  write(asker, { "b.txt": "b\n" });
  const giveBack = () => it.execution.releaseResources(caller, { ticket }, callOf("release_resources"));
  expect(await giveBack()).toMatchObject({ refused: "changed_path", paths: ["b.txt"] });
  rmSync(`${asker.worktree}/b.txt`);
  expect(await giveBack()).toEqual({ released: ["b.txt"] });
});
