import { describe, expect, test } from "vitest";
import type { Conflict } from "../../src/core/speculation/conflicts.ts";
import type { Suggestion } from "../../src/core/speculation/suggestions.ts";
import type { ConvergeAnswer } from "../../src/execution/converging.ts";
import { converge } from "../../src/tools/converge.ts";
import { getStatus } from "../../src/tools/get-status.ts";
import { reportConflict } from "../../src/tools/report-conflict.ts";
import { resolveConflict } from "../../src/tools/resolve-conflict.ts";
import { call } from "./fake-execution.ts";
import { node, Played, plan } from "./played.ts";

const about = { type: "decision", severity: "high", description: "two formats", artifacts: [], agents: [] } as const;

describe("what is asked for in a wrong way", () => {
  test.each([
    [{ action: "open" }, "conflict_ids"],
    [{ action: "join" }, "convergence_id"],
    [{ action: "complete", convergence_id: "v1", rework: [{ estimate_minutes: 1 }] }, "rework.0"],
  ])("[M2] converge %j names %s", async (input, path) => {
    const reply = await call(converge, { agent: "ann", ...input });
    expect(reply).toMatchObject({ refused: "invalid_input", problems: [{ path }] });
  });

  test.each(["manual", "vote"])("[M2] resolve_conflict names what %s needs", async (strategy) => {
    const reply = await call(resolveConflict, { agent: "ann", conflict_id: "c1", strategy });
    expect(reply).toMatchObject({ problems: [{ path: strategy === "manual" ? "decision" : "vote" }] });
  });
});

describe("what is answered", () => {
  const conflict: Conflict = {
    id: "c4",
    type: "decision",
    severity: "high",
    at: 4,
    since: 0,
    artifacts: [{ kind: "contract", id: "Api" }],
    plans: ["shop"],
    nodes: [{ plan: "shop", node: "a" }],
    agents: ["ann", "eve"],
    cause: "x",
    heard: [],
    state: { is: "open", votes: [] },
  };

  const suggestion: Suggestion = {
    strategy: "priority",
    why: "higher_priority",
    keeps: [{ plan: "shop", node: "a" }],
    rework: [{ plan: "shop", node: "b", estimateMinutes: 5 }],
    about: [],
  };

  test("[M1] a report says whom it concerns, what pauses, and what could be done", async () => {
    const reply = await call(
      reportConflict,
      { agent: "ann", type: "decision", severity: "high", description: "two formats" },
      {
        reportConflict: async () => ({
          conflict,
          affected: [{ plan: "shop", node: "a", agent: "ann" }],
          suggestions: [suggestion],
          convergence: "v5",
        }),
      },
    );
    expect(reply).toMatchObject({
      conflict_id: "c4",
      convergence_id: "v5",
      affected: [
        { kind: "node", id: "shop/a", via: ["contract:Api"], agent: "ann" },
        { kind: "agent", id: "eve", agent: "eve" },
      ],
      suggestions: [{ strategy: "priority", keeps: ["shop/a"], rework: [{ node: "shop/b", estimate_minutes: 5 }] }],
      next: ["converge", "resolve_conflict"],
    });
  });

  test("[M1] a report of what is open already says that its words are not added", async () => {
    const report = { agent: "bob", type: "decision", severity: "low", description: "another view" };
    const answer = { conflict, known: true as const, affected: [], suggestions: [] };
    const reply = await call(reportConflict, report, { reportConflict: async () => answer });
    expect(reply).toMatchObject({
      conflict_id: "c4",
      already_open: true,
      say: expect.stringContaining("open already"),
    });
  });

  test("[M1] a report that concerns no node does not say that nodes are paused", async () => {
    const reply = await call(
      reportConflict,
      { agent: "ann", type: "decision", severity: "high", description: "two formats" },
      { reportConflict: async () => ({ conflict, affected: [], suggestions: [], convergence: "v5" }) },
    );
    expect(reply.say).not.toContain("paused");
  });

  test("[M1] evidence is one text or several", async () => {
    const given: unknown[] = [];
    const hands = {
      resolveConflict: async (_: unknown, request: unknown) => {
        given.push(request);
        return { status: "voting", tally: [{ option: "a", weight: 1.5, votes: 1 }] } as const;
      },
    };
    const asked = { agent: "ann", conflict_id: "c4", strategy: "vote" };
    await call(resolveConflict, { ...asked, vote: { option: "a", evidence: "one" } }, hands);
    const reply = await call(resolveConflict, { ...asked, vote: { option: "a", evidence: ["one", "two"] } }, hands);
    expect(given).toMatchObject([{ vote: { evidence: ["one"] } }, { vote: { evidence: ["one", "two"] } }]);
    expect(reply).toMatchObject({ status: "voting", tally: [{ option: "a", weight: 1.5 }] });
  });

  test("[M1] a convergence that is over says how long it took and what is to be gone over again", async () => {
    const over: ConvergeAnswer = {
      convergence: "v5",
      status: "completed",
      participants: ["ann"],
      pending: [],
      rework: [{ plan: "shop", node: "a" }],
      minutes: 1.5,
    };
    const hands = { converge: async () => over };
    const reply = await call(converge, { agent: "ann", action: "complete", convergence_id: "v5" }, hands);
    expect(reply).toMatchObject({ status: "completed", rework_nodes: ["a"], duration_minutes: 1.5 });
  });
});

test("[M1] metrics count conflicts, how long deciding took, and rework as estimated and as it was", async () => {
  const played = new Played().does({ type: "SubmitPlan", plan: plan("shop", [node("a"), node("b")]) });
  played.takes("ann").takes("bob");
  const by = { agent: "ann", attempt: { plan: "shop", node: "a", attempt: 1 } };
  played.does({ type: "ReportConflict", by, reported: { ...about, agents: ["bob"] } }).after(4);
  const convergence = [...played.workspace.speculation.convergences.keys()][0] ?? "";
  const rework = [
    { plan: "shop", node: "b", estimateMinutes: 6 },
    { plan: "shop", title: "Write it down", estimateMinutes: 2 },
  ];
  played.does({ type: "CompleteConvergence", by: { agent: "op" }, convergence, decisions: ["so"], rework, gates: {} });
  const done = (id: string) =>
    ({
      type: "SubmitNode",
      plan: "shop",
      node: id,
      attempt: 1,
      commit: id,
      tree: id,
      base: "base",
      paths: [id],
      summary: "",
    }) as const;
  played.after(3).does(done("b")).takes("bob").after(5).does(done("write-it-down"));
  expect(await call(getStatus, { view: "metrics", plan_id: "shop" }, played.hands())).toMatchObject({
    metrics: {
      conflict_rate: { opened: 1, settled: 1, per_plan: 1 },
      convergence_minutes: { convergences: 1, mean: 4, longest: 4 },
      rework_minutes: { estimated: 8, actual: 8 },
    },
  });
  played.does({ type: "SubmitPlan", plan: plan("other", [node("a")]) });
  expect(await call(getStatus, { view: "metrics", plan_id: "other" }, played.hands())).toMatchObject({
    metrics: { conflict_rate: { opened: 0 }, convergence_minutes: { mean: null }, rework_minutes: { estimated: null } },
  });
});

test("[M1] the overview names open conflicts, in detail with whom they concern, and a node what pauses it", async () => {
  const played = new Played().does({ type: "SubmitPlan", plan: plan("shop", [node("a"), node("b")]) });
  played.takes("ann").takes("bob");
  const by = { agent: "ann", attempt: { plan: "shop", node: "a", attempt: 1 } };
  played.does({ type: "ReportConflict", by, reported: { ...about, agents: ["bob"] } });
  const [id = "", convergence = ""] = [...played.workspace.speculation.convergences.values()].flatMap((one) => [
    one.conflicts[0] ?? "",
    one.id,
  ]);
  const brief = { conflict_id: id, severity: "high", convergence_id: convergence };
  expect(await call(getStatus, {}, played.hands())).toMatchObject({ conflicts: [brief] });
  expect(await call(getStatus, { detail: "detailed" }, played.hands())).toMatchObject({
    conflicts: [{ ...brief, type: "decision", nodes: ["shop/a", "shop/b"], agents: ["ann", "bob"] }],
  });
  const paused = await call(getStatus, { view: "node", node_id: "a" }, played.hands());
  expect(paused).toMatchObject({ state: "leased", paused_by: [convergence] });
  played.does({ type: "CompleteConvergence", by: { agent: "op" }, convergence, decisions: [], rework: [], gates: {} });
  expect(await call(getStatus, {}, played.hands())).not.toHaveProperty("conflicts");
});
