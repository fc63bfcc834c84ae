/** A gate that fails now and then for no reason of the tree, on a real repository. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { factsOfRework } from "../../src/tools/work-replies.ts";
import { workspaceFixture, write } from "./workspace-fixture.ts";

test("[T8] a gate that is known to flake is run once more, and a node is sent back only when it fails twice", async () => {
  const outside = mkdtempSync(join(tmpdir(), "flaky-"));
  onTestFinished(() => rmSync(outside, { recursive: true, force: true }));
  // Its runs are counted outside of the worktree; the base is judged by the second and the last.
  writeFileSync(join(outside, "runs"), "0");
  writeFileSync(join(outside, "fails"), ["1", "4", "6", "7", ""].join("\n"));
  const count = `n=$(($(cat "$DIR/runs") + 1)); echo $n > "$DIR/runs"; ! grep -qx $n "$DIR/fails"`;
  const yaml = `gates: {parallel: 1, list: [{name: test, run: '${count}', env: {DIR: ${JSON.stringify(outside)}}}]}\n`;
  const at = await workspaceFixture({ "interlock.yaml": yaml });
  await at.plan(["a", "b", "c"].map((id) => ({ id, gates: ["test"], writes: [`${id}.txt`] })));
  const a = await at.take("ann");
  write(a, { "a.txt": "a\n" });
  const first = await at.complete(a);
  expect(first).toMatchObject({ status: "rework", gates: [{ name: "test", exitCode: 1, alsoFailsOnBase: false }] });
  expect(first).not.toHaveProperty("gates.0.flaky");
  // The very same tree passes.
  expect(await at.complete(a)).toMatchObject({ status: "landed" });

  const b = await at.take("ben");
  write(b, { "b.txt": "b\n" });
  expect(await at.complete(b)).toMatchObject({ status: "landed" });
  const judged = (await at.execution.events(0, 1_000)).flatMap(({ event }) =>
    (event.type === "GateJudged" || event.type === "GateDoubted") && event.node === b.node.id
      ? [{ type: event.type, passed: event.verdict.passed, flaky: event.verdict.flaky }]
      : [],
  );
  expect(judged).toEqual([
    { type: "GateDoubted", passed: false, flaky: undefined },
    { type: "GateJudged", passed: true, flaky: { runs: 4, failures: 2, flakes: 2 } },
  ]);

  const c = await at.take("cyd");
  write(c, { "c.txt": "c\n" });
  const twice = await at.complete(c);
  if ("refused" in twice || twice.status !== "rework") throw new Error("It was not sent back");
  expect(factsOfRework(twice).gates).toMatchObject([
    { name: "test", flaky: true, history: "failed 4 of 6 runs, 2 of them for no reason of the tree" },
  ]);
  expect(at.faults).toEqual([]);
}, 60_000);
