import { expect, test } from "vitest";
import { viaWords } from "../../../src/execution/impact/step-words.ts";
import { callOf, workspaceFixture } from "../workspace-fixture.ts";

test("what a change touches names the nodes and agents that hold it, and nodes under way that are likely to clash are told", async () => {
  const it = await workspaceFixture({
    "interlock.yaml": "gates: {list: []}\n",
    "api.ts": "",
    "page.ts": 'import "./api"',
    "menu.ts": 'import "./page"',
  });
  const plan = await it.plan([
    { id: "page", edits: ["page.ts"] },
    { id: "both", edits: ["page.ts", "menu.ts"] },
    { id: "later", edits: ["page.ts"], dependsOn: ["page", "both"] },
  ]);
  const work = await it.take("ann");
  const report = await it.execution.analyzeImpact({ paths: ["api.ts"], depth: 3, most: 10 });
  if ("refused" in report) throw new Error(report.refused);
  expect(report.affected.map(({ id, node, agent }) => [id, node, agent])).toEqual([
    ["page.ts", `${plan}/${work.node.id}`, "ann"],
    [`${plan}/page`, `${plan}/page`, work.node.id === "page" ? "ann" : undefined],
    [`${plan}/both`, `${plan}/both`, work.node.id === "both" ? "ann" : undefined],
    [`${plan}/later`, `${plan}/later`, undefined],
    ["menu.ts", `${plan}/both`, work.node.id === "both" ? "ann" : undefined],
  ]);
  expect(report.conflictsLikely.map(({ nodes, paths }) => [[...nodes].sort(), paths[0]])).toEqual([
    [["both", "page"], "page.ts"],
  ]);
  expect(it.faults).toEqual([]);
});

const shop = {
  "interlock.yaml": "gates: {list: []}\ncontracts: [{name: AlertsAPI, path: contracts/alerts.yaml}]\n",
  "contracts/alerts.yaml": "openapi: 3.0.3\n",
  "src/api.ts": 'import { readFileSync } from "node:fs";\nconst text = readFileSync("contracts/alerts.yaml", "utf8");',
  "src/list.ts": 'import { api } from "./api";',
  "src/api.test.ts": 'import { api } from "./api";',
  "src/gen/alerts.ts": "",
  "src/page.ts": 'import { Alert } from "./gen/alerts";',
  "far/mock.mjs": 'open("../contracts/alerts.yaml")',
  "far/rows.py": "from shop.alerts_pb2 import Alert",
  "far/other.py": "from shop.more_alerts_pb2 import Alert",
  "far/alerts.md": "see contracts/alerts.yaml",
  "far/else.ts": 'open("../contracts/alerts.yaml.bak"); open("other/balerts.yaml")',
};

test("[A12] a contract that is a file leads to the code that reads it or what is made of it, their tests, and who claims them", async () => {
  const it = await workspaceFixture(shop);
  const plan = await it.plan([
    { id: "api", writes: ["src/api*"] },
    { id: "page", edits: ["src/page.ts"] },
    { id: "else", edits: ["far/else.ts"] },
  ]);
  const work = await it.take("ann");
  const asked = { paths: [], thing: { kind: "contract", id: "AlertsAPI" }, depth: 4, most: 50 } as const;
  const report = await it.execution.analyzeImpact(asked);
  if ("refused" in report) throw new Error(report.refused);
  const ways = new Map(report.affected.map(({ id, via, depth, agent }) => [id, [depth, agent, viaWords(via).at(-1)]]));
  expect(Object.fromEntries(ways)).toEqual({
    "contracts/alerts.yaml": [1, undefined, "contracts/alerts.yaml belongs to contract AlertsAPI"],
    "src/api.ts": [2, "ann", "src/api.ts names contracts/alerts.yaml"],
    "far/mock.mjs": [2, undefined, "far/mock.mjs names contracts/alerts.yaml"],
    "src/gen/alerts.ts": [2, undefined, "src/gen/alerts.ts seems generated from contracts/alerts.yaml"],
    "far/rows.py": [2, undefined, "far/rows.py names what is generated from contracts/alerts.yaml"],
    "src/list.ts": [3, undefined, "src/list.ts imports src/api.ts"],
    "src/page.ts": [3, undefined, "src/page.ts imports src/gen/alerts.ts"],
    "src/api.test.ts": [3, "ann", "src/api.test.ts tests src/api.ts"],
    [`${plan}/api`]: [3, "ann", `node ${plan}/api claims src/api.ts`],
    [`${plan}/page`]: [4, undefined, `node ${plan}/page claims src/page.ts`],
  });
  expect(work.node.id).toBe("api");
  expect(it.faults).toEqual([]);
});

test("[A12] a change of a contract's file leads to the contract and to who relies on it; what names it less surely scores less", async () => {
  const it = await workspaceFixture({ ...shop, "far/bare.rb": 'load "alerts.yaml"' });
  const plan = await it.plan([{ id: "ui" }]);
  const published = await it.execution.publishContract(
    {
      agent: "arch",
      contract: "AlertsAPI",
      text: { kind: "typescript", specification: "export interface Alert { id: string }" },
      consumers: ["node:ui"],
    },
    callOf("publish_contract"),
  );
  expect(published).toMatchObject({ status: "ACTIVE" });
  const report = await it.execution.analyzeImpact({ paths: ["contracts/alerts.yaml"], depth: 2, most: 50 });
  if ("refused" in report) throw new Error(report.refused);
  const scores = Object.fromEntries(report.affected.map(({ id, score }) => [id, score]));
  expect(scores).toMatchObject({ AlertsAPI: 0.9, "src/api.ts": 0.8, "far/bare.rb": 0.4 });
  const ui = report.affected.find(({ id }) => id === `${plan}/ui`);
  expect(ui?.since).toEqual([
    "contract AlertsAPI holds contracts/alerts.yaml",
    `node:${plan}/ui relies on contract:AlertsAPI`,
  ]);
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
