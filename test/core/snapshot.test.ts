import { describe, expect, test } from "vitest";
import { evolve, settled } from "../../src/core/evolve.ts";
import { perform } from "../../src/core/perform.ts";
import { fromSections, toSections } from "../../src/core/snapshot.ts";
import { emptyWorkspace } from "../../src/core/workspace.ts";
import { dump } from "./dump.ts";
import { plan, work } from "./plans.ts";
import { restored } from "./restored.ts";
import { claims, given, request, submits } from "./scenario.ts";

// That a snapshot is the state after every possible step is tried in model/.

const verdict = { passed: true, exitCode: 0, outputTail: "", alsoFailsOnBase: false, seconds: 1 };

describe("[D1] a snapshot", () => {
  const nodes = [
    work("a", { writes: ["src/**"], uses: ["build"] }),
    work("b", { dependsOn: ["a"] }),
    work("c"),
    work("d", { reads: ["src/x"] }),
    work("e", { gates: ["lint", "test"] }),
  ];
  const s = given(
    { type: "SubmitPlan", plan: plan("p", nodes) },
    request("ada"),
    request("bob"),
    claims("bob", "read src/y"),
  );
  s.and(claims("bob", "edit lib"), request("eve"), submits("eve", "web"), submits("ada", "src/x"));
  const k = { plan: "p", node: "e", candidate: "k" };
  s.and({ type: "ReportCandidate", ...k, attempt: 1, tree: "t", onto: "base", paths: ["web"] });
  const starts = { type: "StartGate", ...k, process: "p1", ms: 9, weight: 1, alone: false } as const;
  s.and({ ...starts, gate: "lint" });
  s.and({ type: "ReportGate", ...k, process: "p1", verdict: { ...verdict, name: "lint" }, key: "lint-1" });
  s.when({ ...starts, gate: "test" }, { scope: "gate", id: "r1", input: "digest" });

  test("has a section for the workspace and one for each plan", () => {
    expect([...toSections(s.workspace).keys()]).toEqual(["workspace", "plan/p"]);
  });

  test("decides like the state it was made of", () => {
    const loaded = restored(s.workspace);
    expect(dump(loaded)).toBe(dump(s.workspace));
    const command = request("cyd");
    expect(perform(loaded, command, 5)).toEqual(perform(s.workspace, command, 5));
  });

  test("keeps all that a node can have", () => {
    const full = work("full", {
      role: "architect",
      group: "api",
      estimateMinutes: 5,
      when: "extra",
      tokenBudget: 1000,
      retries: 0,
      priority: 0,
    });
    const one = given({ type: "SubmitPlan", plan: plan("p", [full, work("a")], { flags: { extra: true } }) });
    one.and({ type: "MergeTarget", plan: "p", target: "new", gates: [] }, request("ada"), (it) => {
      const parked = { ref: "refs/interlock/parked/p/full/1/work", commit: "kept" };
      return { type: "GiveUpNode", ...it.attempt("ada"), reason: "r", retryable: true, parked, blameless: true };
    });
    one.and(request("bob")).later(3_600_000);
    one.and((it) => ({ type: "FenceAttempt", ...it.attempt("bob"), judgedUntil: 600_000, leftOut: [] }));
    expect(one.node("full")).toMatchObject({ late: { why: "silent" }, parked: { commit: "kept" } });
    expect(dump(restored(one.workspace))).toBe(dump(one.workspace));
  });

  test("changes only the sections of what changed", () => {
    const before = toSections(s.and({ type: "SubmitPlan", plan: plan("q", [work("a")]) }).workspace);
    s.and(request("dan", [], "q"));
    const after = toSections(s.workspace);
    expect([...after].filter(([name, text]) => before.get(name) !== text).map(([name]) => name)).toEqual([
      "workspace",
      "plan/q",
    ]);
  });

  test("of another version is left to the log; one that lacks a section is a fault", () => {
    const sections = new Map(toSections(s.workspace));
    const other = sections.get("workspace")?.replace(/"version":\d+/, '"version":0') ?? "";
    expect(fromSections(new Map([["workspace", other]]), 1)).toBeUndefined();
    sections.delete("plan/p");
    expect(() => fromSections(sections, 1)).toThrow("without its section plan/p");
  });
});

test("[D1] nodes that were added at different times are ready since then, however late that is looked at", () => {
  const run = given();
  const log = [
    ...run.when({ type: "SubmitPlan", plan: plan("p", [work("a")]) }).recorded(),
    ...run
      .later(50)
      .when({ ...revision, add: [work("b")] })
      .recorded(),
    ...run
      .later(50)
      .when({ ...revision, add: [work("c", { when: "never" }), work("d", { dependsOn: ["c"] })] })
      .recorded(),
  ];
  const folded = emptyWorkspace();
  for (const event of log) evolve(folded, event);
  expect(dump(settled(folded))).toBe(dump(run.workspace));
  expect(run.node("b").state).toMatchObject({ since: 50 });
});

const revision = {
  type: "RevisePlan",
  plan: "p",
  add: [],
  change: [],
  cancel: [],
  retry: [],
  pause: false,
  resume: false,
  finish: false,
} as const;
