/** Gates that count for points, on a real repository with real gates. */
import { expect, test } from "vitest";
import type { Revision } from "../../src/execution/execution.ts";
import { callOf, type WorkspaceFixture, workspaceFixture, write } from "./workspace-fixture.ts";

const scored = `gates:
  parallel: 2
  threshold: 0.7
  list:
    - {name: test, run: "! grep -q broken *.txt"}
    - {name: lint, run: "! grep -q ugly *.txt", score: 3}
    - {name: spelling, run: "! grep -q wrogn *.txt", score: 1}
    - {name: types, run: "true", score: 7}
`;
const gates = ["test", "lint", "spelling", "types"];

function open(): Promise<WorkspaceFixture> {
  return workspaceFixture({ "a.txt": "a\n", "interlock.yaml": scored });
}

const nodes = ["one", "two"].map((id) => ({ id, gates, writes: [`${id}.txt`] }));

test("[T11] what fails in a gate with few points lands, and comes back once another one fails too", async () => {
  const at = await open();
  await at.plan(nodes);
  const one = await at.take("ada");
  write(one, { [`${one.node.id}.txt`]: "ugly\n" });
  const landed = await at.complete(one);
  expect(landed).toMatchObject({ status: "landed", failedWithinThreshold: ["lint"], score: 8 / 11 });
  expect(landed).not.toHaveProperty("failedAsBase");

  const two = await at.take("bob");
  write(two, { [`${two.node.id}.txt`]: "ugly and wrogn\n" });
  expect(await at.complete(two)).toMatchObject({
    status: "rework",
    score: { reached: 7 / 11, threshold: 0.7 },
    gates: expect.arrayContaining([
      // That is how it landed before.
      expect.objectContaining({ name: "lint", points: 3, alsoFailsOnBase: true }),
      expect.objectContaining({ name: "spelling", points: 1, alsoFailsOnBase: false }),
    ]),
  });
  write(two, { [`${two.node.id}.txt`]: "ugly and broken\n" });
  expect(await at.complete(two)).toMatchObject({
    status: "rework",
    score: { reached: 8 / 11, threshold: 0.7 },
    gates: expect.arrayContaining([expect.objectContaining({ name: "lint", withinThreshold: true })]),
  });
  write(two, { [`${two.node.id}.txt`]: "ugly\n" });
  expect(await at.complete(two)).toMatchObject({ status: "landed", failedWithinThreshold: ["lint"] });
  expect(at.faults).toEqual([]);
}, 60_000);

test("[T11] a plan keeps the points and the threshold that it was submitted with, and who revises it hears so", async () => {
  const at = await open();
  const plan = await at.plan(nodes.slice(0, 1));
  const revision: Revision = {
    plan,
    problems: [],
    draft: { nodes: [] },
    add: [],
    change: [{ id: "one", fields: { title: "Do it" } }],
    cancel: [],
    retry: [],
    pause: false,
    resume: false,
    finish: false,
  };
  const warnings = async () => {
    const receipt = await at.execution.revisePlan(revision, callOf("revise_plan"));
    return "refused" in receipt ? receipt : receipt.warnings.map(({ code }) => code);
  };
  expect(await warnings()).toEqual([]);
  at.write({ "interlock.yaml": scored.replace("threshold: 0.7", "threshold: 1") });
  at.commit("no more excuses");
  expect(await warnings()).toEqual(["score_kept"]);
  const one = await at.take("ada");
  write(one, { "one.txt": "ugly\n" });
  expect(await at.complete(one)).toMatchObject({ status: "landed", failedWithinThreshold: ["lint"] });
  expect(at.faults).toEqual([]);
}, 60_000);
