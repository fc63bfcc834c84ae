/** What gates are expected to say, on a real repository with real gates. */
import { expect, test } from "vitest";
import { type WorkspaceFixture, workspaceFixture, write } from "./workspace-fixture.ts";

/** The gate passes where everything that `wanted.txt` names is in `done.txt`. */
const gate = "for word in $(cat wanted.txt); do grep -qsx $word done.txt || exit 1; done";

function open(files: Readonly<Record<string, string>>, config = ""): Promise<WorkspaceFixture> {
  const yaml = `gates:
  parallel: 2
  list:
    - name: test
      run: ${gate}
${config}`;
  return workspaceFixture({ "wanted.txt": "", "done.txt": "", "interlock.yaml": yaml, ...files });
}

test("[T7] [T3] a red test is built on before it has landed, and lands with what makes it pass", async () => {
  const at = await open({});
  const plan = await at.plan([
    { id: "red", gates: [], redGates: ["test"], writes: ["wanted.txt"] },
    { id: "impl", gates: ["test"], dependsOn: ["red"], edits: ["done.txt"] },
    { id: "other", gates: ["test"], writes: ["other.txt"] },
  ]);
  const red = await at.take("tester");
  expect(red.node.id).toBe("red");
  // Nothing is wanted yet: the gate passes although it was expected to fail.
  write(red, { "wanted.txt": "\n" });
  const returned = await at.complete(red);
  expect(returned).toMatchObject({ status: "rework", gates: [{ name: "test", expect: "fail", passed: true }] });
  write(red, { "wanted.txt": "feature\n" });
  const waiting = await at.complete(red);
  expect(waiting).toMatchObject({ status: "queued", red: { gates: ["test"], behind: ["impl"] } });

  const first = await at.take("coder");
  const second = await at.take("writer");
  const [impl, other] = first.node.id === "impl" ? [first, second] : [second, first];
  expect(at.at(impl.baseCommit, "wanted.txt")).toBe("feature");
  write(other, { "other.txt": "other\n" });
  expect(await at.complete(other)).toMatchObject({ status: "landed" });
  expect(at.at(`interlock/${plan}`, "wanted.txt")).toBe("");
  write(impl, { "done.txt": "nothing\n" });
  expect(await at.complete(impl)).toMatchObject({ status: "rework", gates: [{ name: "test", passed: false }] });
  write(impl, { "done.txt": "feature\n" });
  expect(await at.complete(impl)).toMatchObject({ status: "landed" });
  expect(["wanted.txt", "done.txt", "other.txt"].map((path) => at.at(`interlock/${plan}`, path))).toEqual([
    "feature",
    "feature",
    "other",
  ]);
  expect(await at.execution.events(0, 1_000)).toContainEqual(
    expect.objectContaining({
      event: expect.objectContaining({ type: "LandingIntended", node: "impl", carries: ["red"] }),
    }),
  );
  expect(at.faults).toEqual([]);
}, 60_000);

test("[T9] a gate on the node alone judges what was handed in, once, and a node lands only when it passed", async () => {
  const at = await workspaceFixture({
    "interlock.yaml": `gates:
  parallel: 2
  list:
    - {name: own, kind: node, run: "! test -e other.txt && ! grep -q bad mine.txt"}
    - {name: all, run: "test -e other.txt || ! test -e mine.txt"}
`,
  });
  await at.plan([
    { id: "mine", gates: ["all"], nodeGates: ["own"], writes: ["mine.txt"] },
    { id: "other", gates: ["all"], writes: ["other.txt"] },
  ]);
  const first = await at.take("ann");
  const second = await at.take("ben");
  const [mine, other] = first.node.id === "mine" ? [first, second] : [second, first];
  expect(mine.node.gates).toEqual(["all", "own"]);
  write(other, { "other.txt": "other\n" });
  expect(await at.complete(other)).toMatchObject({ status: "landed" });
  // What was handed in does not have the other's file; its candidate has.
  write(mine, { "mine.txt": "bad\n" });
  expect(await at.complete(mine)).toMatchObject({
    status: "rework",
    reason: "gate_failed",
    gates: [{ name: "own", passed: false, alone: true, exitCode: 1 }],
  });
  write(mine, { "mine.txt": "good\n" });
  expect(await at.complete(mine)).toMatchObject({ status: "landed" });
  expect(at.faults).toEqual([]);
}, 60_000);
