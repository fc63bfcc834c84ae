/** A worktree that was filled with a merge by a process that was killed before it could say so. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import type { NodeState } from "../../src/core/node/node.ts";
import type { Assigned } from "../../src/execution/answers.ts";
import type { Git } from "../../src/execution/git/runner.ts";
import type { Log } from "../../src/log/port.ts";
import { temporaryRepository } from "./git/temporary-repository.ts";
import { callOf, openFixture, type WorkspaceFixture, workspaceFixture, write } from "./workspace-fixture.ts";

type Rework = NodeState & { readonly is: "rework" };

/** Two nodes that conflict in a file; the second has come back, and nothing was done about its worktree yet. */
async function conflicted() {
  const it = await workspaceFixture({ "a.txt": "1\n2\n3\n" });
  const plan = await it.plan([
    { id: "one", edits: ["a.txt"] },
    { id: "two", edits: ["a.txt"] },
  ]);
  const [one, two] = [await it.take("ann"), await it.take("bob")];
  write(one, { "a.txt": "1\nann\n3\n", "ann.txt": "ann\n" });
  write(two, { "a.txt": "1\nbob\n3\n", "bob.txt": "bob\n" });
  expect(await it.complete(one)).toMatchObject({ status: "landed" });
  expect(await it.complete(two, { waitMs: 0 })).toMatchObject({ status: "queued" });
  const { attempt } = await reworkOf(it, plan, two.node.id);
  expect(attempt.slotReady).toBe(false);
  const merged = it.sh(["show", `${attempt.content}:a.txt`]);
  return { it, two, merged: `${merged}\n`, file: (path: string) => readFileSync(join(two.worktree, path), "utf8") };
}

async function reworkOf({ execution }: WorkspaceFixture, plan: string, node: string): Promise<Rework> {
  const look = async () => (await execution.workspace()).plans.get(plan)?.nodes.get(node)?.state;
  await expect.poll(async () => (await look())?.is).toBe("rework");
  return (await look()) as Rework;
}

test("[X2] filled wholly or in part: it is filled again, without a conflict within the conflict", async () => {
  const { it, two, merged, file } = await conflicted();
  write(two, { "a.txt": merged });
  expect(await it.complete(two)).toMatchObject({ status: "rework", reason: "conflict" });
  expect(file("a.txt")).toBe(merged);
  expect(file("ann.txt")).toBe("ann\n");
  expect(file("bob.txt")).toBe("bob\n");
});

test("[X3] what an agent wrote meanwhile stays, beside what was filled in", async () => {
  const { it, two, merged, file } = await conflicted();
  write(two, { "a.txt": merged, "bob.txt": "bob\nand more\n" });
  expect(await it.complete(two)).toMatchObject({ status: "rework", reason: "conflict" });
  expect(file("bob.txt")).toBe("bob\nand more\n");
  expect(file("ann.txt")).toBe("ann\n");
  expect(file("a.txt")).toContain("bob\n");
});

test("[X3] given up while parked work is put into its slot: it ends when that has been done, with all there is parked", async () => {
  const filling = withResolvers();
  const goesOn = withResolvers();
  let holds = false;
  const slowly = (git: Git): Git => ({
    ...git,
    run: async (command, place) => {
      if (holds && command.args.includes("-u")) {
        filling.resolve();
        await goesOn.promise;
      }
      return git.run(command, place);
    },
  });
  const around = { git: slowly, log: (log: Log) => log };
  const it = await openFixture(temporaryRepository({ "a.txt": "a\n" }), undefined, { around });
  await it.plan([{ id: "one" }]);
  const giveUp = (agent: string, { lease }: Assigned) =>
    it.execution.failNode({ agent, lease }, { reason: "stuck", retryable: true }, callOf("fail_node"));
  const first = await it.take("ann");
  write(first, { "parked.txt": "ann's\n" });
  await giveUp("ann", first);
  const second = await it.take("bob");
  holds = true;
  const taken = it.take("bob", { acceptParked: true }).catch(() => undefined);
  await filling.promise;
  const givenUp = giveUp("bob", second);
  // Long enough for one that does not wait.
  const isEarly = await Promise.race([givenUp.then(() => true), sleep(300, false)]);
  goesOn.resolve();
  const given = await givenUp;
  await taken;
  if ("refused" in given) throw new Error(JSON.stringify(given));
  expect(it.at(given.parkedRef ?? "", "parked.txt")).toBe("ann's");
  expect(isEarly).toBe(false);
});

/** What `Promise.withResolvers` makes from Node 22 on. */
function withResolvers(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
