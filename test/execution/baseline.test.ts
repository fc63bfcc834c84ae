/** What fails on the base too, on a real repository with real gates. */
import { expect, test } from "vitest";
import { type WorkspaceFixture, workspaceFixture, write } from "./workspace-fixture.ts";

/** Each word of `broken.txt` is a test that fails. */
const gate = 'n=0; for t in $(cat broken.txt); do n=$((n+1)); echo "not ok $n - $t"; done; echo 1..$n; test $n = 0';

function open(broken: string): Promise<WorkspaceFixture> {
  const yaml = `gates:
  parallel: 2
  list:
    - name: test
      run: '${gate}'
`;
  return workspaceFixture({ "broken.txt": broken, "interlock.yaml": yaml });
}

const nodes = ["first", "second", "third"].map((id, i) => ({
  id,
  gates: ["test"],
  edits: ["broken.txt"],
  writes: [`${id}.txt`],
  dependsOn: i === 0 ? [] : [["first", "second", "third"][i - 1] ?? ""],
}));

test("[T10] under ratchet what fails on the base may go on failing, and what was mended may not", async () => {
  const at = await open("old\nolder\n");
  await at.plan(nodes, { policy: { baseline: "ratchet" } });
  const first = await at.take("one");
  write(first, { "broken.txt": "old\nnew\n" });
  expect(await at.complete(first)).toMatchObject({
    status: "rework",
    gates: [{ alsoFailsOnBase: true, failedTests: ["old", "new"], failedOnBase: ["old"] }],
  });
  write(first, { "broken.txt": "old\n" });
  expect(await at.complete(first)).toMatchObject({ status: "landed", failedAsBase: ["test"] });

  const second = await at.take("two");
  write(second, { "broken.txt": "old\nolder\n" });
  expect(await at.complete(second)).toMatchObject({ status: "rework", gates: [{ failedOnBase: ["old"] }] });
  write(second, { "broken.txt": "old\n", "second.txt": "second\n" });
  expect(await at.complete(second)).toMatchObject({ status: "landed", failedAsBase: ["test"] });

  const third = await at.take("three");
  write(third, { "broken.txt": "" });
  const landed = await at.complete(third);
  expect(landed).toMatchObject({ status: "landed" });
  expect(landed).not.toHaveProperty("failedAsBase");
  // The base of the plan was judged once; what landed since was judged itself.
  const runs = (await at.execution.events(0, 1_000)).filter(({ event }) => event.type === "BaseGateStarted");
  expect(runs).toHaveLength(1);
  expect(at.faults).toEqual([]);
}, 60_000);

test("[T10] under block it keeps everybody from landing, and is said to be the base's", async () => {
  const at = await open("old\n");
  await at.plan(nodes.slice(0, 1));
  const first = await at.take("one");
  write(first, { "first.txt": "first\n" });
  const back = await at.complete(first);
  expect(back).toMatchObject({ status: "rework", gates: [{ alsoFailsOnBase: true, failedOnBase: ["old"] }] });
  expect(at.faults).toEqual([]);
}, 60_000);
