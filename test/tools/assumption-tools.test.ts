import { describe, expect, test } from "vitest";
import type { Conflict } from "../../src/core/speculation/conflicts.ts";
import { analyzeImpact } from "../../src/tools/analyze-impact.ts";
import { recordArtifact } from "../../src/tools/record-artifact.ts";
import { settleAssumption } from "../../src/tools/settle-assumption.ts";
import { trackAssumption } from "../../src/tools/track-assumption.ts";
import { call } from "./fake-execution.ts";
import { node, Played, plan } from "./played.ts";

const about = { kind: "contract", id: "AlertsAPI" };
const tracked = { agent: "ann", text: "id is enough", about };

describe("track_assumption", () => {
  test.each([
    [{ contract_has: { name: "A", fields: ["id"] } }, { is: "contract_has", contract: "A", fields: ["id"] }],
    [{ contract_covers: { name: "A", requirement: "r" } }, { is: "contract_covers", contract: "A", requirement: "r" }],
    [{ exports: { path: "a.ts", name: "b" } }, { is: "exports", path: "a.ts", name: "b" }],
    [{ path_exists: "a.txt" }, { is: "path_exists", path: "a.txt" }],
    [{ path_exists: { path: "a.txt" } }, { is: "path_exists", path: "a.txt" }],
    [
      { json_equals: { path: "a", pointer: "", value: null } },
      { is: "json_equals", path: "a", pointer: "", value: null },
    ],
  ])("[M1] hands on the check %j", async (check, read) => {
    const asked: object[] = [];
    const track = async (request: object) => {
      asked.push(request);
      return { assumption: "a7", status: "active" } as const;
    };
    const reply = await call(trackAssumption, { ...tracked, check }, { trackAssumption: track });
    expect(reply).toMatchObject({ assumption_id: "a7", status: "active" });
    expect(asked).toMatchObject([{ check: read, about, depends: [] }]);
  });

  test.each([
    [{ check: {} }, "check"],
    [{ check: "x" }, "check"],
    [{ check: { path_exists: "a", contract_has: { name: "A", fields: ["x"] } } }, "check"],
    [{ check: { json_equals: { path: "a", pointer: "x", value: 1 } } }, "check.json_equals.pointer"],
    [{ check: { contract_has: { name: "A", fields: [] } } }, "check.contract_has.fields"],
    [{ about: { kind: "thing", id: "x" } }, "about.kind"],
    [{ confidence: 2 }, "confidence"],
  ])("[M2] input as %j is refused at %s", async (input, path) => {
    const reply = await call(trackAssumption, { ...tracked, ...input });
    expect(reply).toMatchObject({ refused: "invalid_input", problems: [{ path }] });
  });
});

test("[M1] settle_assumption names what stands on it, with reasons", async () => {
  const affected = [
    { kind: "node", id: "p/ui", via: ["because"], depth: 1, node: { plan: "p", node: "ui" }, agent: "bob" },
  ] as const;
  const given = { settleAssumption: async () => ({ status: "invalidated", affected, conflict: "c9" }) as const };
  const input = { agent: "ann", assumption_id: "a7", verdict: "invalidated", notes: "no" };
  expect(await call(settleAssumption, input, given)).toMatchObject({
    status: "invalidated",
    affected: [{ kind: "node", id: "p/ui", via: ["because"], node: "p/ui", agent: "bob" }],
    conflict_id: "c9",
  });
  const reply = await call(settleAssumption, { ...input, superseded_by: "a8" }, given);
  expect(reply).toMatchObject({ refused: "invalid_input", problems: [{ path: "superseded_by" }] });
  const itself = { ...input, verdict: "superseded", superseded_by: input.assumption_id };
  expect(await call(settleAssumption, itself, given)).toMatchObject({
    problems: [{ problem: "must be another assumption" }],
  });
});

describe("record_artifact", () => {
  const conflict: Pick<Conflict, "id" | "type" | "severity"> = { id: "c9", type: "contract_breach", severity: "high" };
  const given = {
    recordArtifact: async () => ({
      version: "2",
      changes: "x".repeat(30_000),
      invalidated: ["a7"],
      conflicts: [conflict as Conflict],
    }),
  };

  test("[M1] says what a version makes wrong", async () => {
    const reply = await call(recordArtifact, { agent: "ana", kind: "requirement", id: "r1", content: "x" }, given);
    expect(reply).toMatchObject({
      version: "2",
      cut: true,
      invalidated: ["a7"],
      conflicts: [{ conflict_id: "c9", type: "contract_breach", severity: "high" }],
    });
    expect(String(reply["changes"])).toHaveLength(20_000);
  });

  test.each([
    [{ kind: "contract", content: "x" }, ["content"]],
    [{ kind: "test", requires: [{ contract: "A", fields: ["x"] }] }, ["requires"]],
    [{ kind: "test", action: "rollback", content: "x", links: [] }, ["version", "content", "links"]],
  ])("[M2] input as %j is refused with all that is wrong", async (input, paths) => {
    const reply = await call(recordArtifact, { agent: "ana", id: "x", ...input });
    expect(reply).toMatchObject({ refused: "invalid_input", problems: paths.map((path) => ({ path })) });
  });
});

describe("analyze_impact", () => {
  const played = new Played().does({
    type: "SubmitPlan",
    plan: plan("shop", [node("a"), node("b", { dependsOn: ["a"] })]),
  });

  const hands = played.hands({ analyzeImpact: async () => ({ affected: [], more: 0, conflictsLikely: [] }) });

  test("[M1] walks from a node by its id alone", async () => {
    const reply = await call(analyzeImpact, { kind: "node", id: "a" }, hands);
    expect(reply).toMatchObject({
      affected: [{ kind: "node", id: "shop/b", via: ["node:shop/b depends on node:shop/a"], depth: 1, score: 1 }],
      conflicts_likely: [],
    });
    expect(await call(analyzeImpact, { kind: "test", id: "t" }, hands)).toMatchObject({ affected: [] });
  });

  test("[M1] refuses what it cannot tell", async () => {
    expect(await call(analyzeImpact, { kind: "node", id: "z" }, hands)).toMatchObject({
      refused: "unknown_node",
    });
    expect(await call(analyzeImpact, { kind: "node" }, hands)).toMatchObject({ problems: [{ path: "id" }] });
  });
});
