import { expect, test } from "vitest";
import { workspaceFixture } from "../workspace-fixture.ts";

test("what a change touches names the nodes and agents that hold it, and nodes under way that are likely to clash are told", async () => {
  const it = await workspaceFixture({
    "interlock.yaml": "gates: {list: []}\n",
    "api.ts": "",
    "page.ts": 'import "./api"',
    "menu.ts": 'import "./page"',
  });
  await it.plan([
    { id: "page", edits: ["page.ts"] },
    { id: "both", edits: ["page.ts", "menu.ts"] },
    { id: "later", edits: ["page.ts"], dependsOn: ["page", "both"] },
  ]);
  const work = await it.take("ann");
  const report = await it.execution.analyzeImpact({ paths: ["api.ts"], depth: 3, most: 10 });
  if ("refused" in report) throw new Error(report.refused);
  expect(report.affected.map(({ id, node, agent }) => [id, node, agent])).toEqual([
    ["page.ts", work.node.id, "ann"],
    ["menu.ts", "both", work.node.id === "both" ? "ann" : undefined],
  ]);
  expect(report.conflictsLikely.map(({ nodes, paths }) => [[...nodes].sort(), paths[0]])).toEqual([
    [["both", "page"], "page.ts"],
  ]);
  expect(it.faults).toEqual([]);
});

test("a pattern that is none is refused, and in a repository without a commit nothing is known", async () => {
  const it = await workspaceFixture({ "a.ts": "" });
  expect(await it.execution.analyzeImpact({ paths: ["../a"], depth: 1, most: 1 })).toMatchObject({
    refused: "bad_pattern",
  });
  it.sh(["checkout", "-q", "--orphan", "empty"]);
  expect(await it.execution.analyzeImpact({ paths: ["a.ts"], depth: 1, most: 1 })).toEqual({
    affected: [],
    more: 0,
    conflictsLikely: [],
  });
});
