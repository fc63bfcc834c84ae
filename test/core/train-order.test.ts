import { describe, expect, test } from "vitest";
import type { WorkspaceCommand } from "../../src/core/command.ts";
import { learnPace } from "../../src/core/gate-pace.ts";
import type { Priority } from "../../src/core/plan/spec.ts";
import { plan, work } from "./plans.ts";
import { given, request, type Scenario, submits } from "./scenario.ts";

const names = ["a", "b", "c", "d"];

/** Four nodes of ordinary priority are handed in, in the order of their names. */
function four(): Scenario {
  return given(
    {
      type: "SubmitPlan",
      plan: plan(
        "p",
        names.map((id) => work(id, { gates: ["test"] })),
      ),
    },
    ...names.map((id) => request(`agent-${id}`)),
    ...names.map((id) => submits(`agent-${id}`, `${id}.ts`)),
  );
}

const nothing = { type: "RevisePlan", plan: "p", add: [], change: [], cancel: [], retry: [] } as const;
const ranks = (id: string, priority: Priority): WorkspaceCommand => ({
  ...nothing,
  change: [{ id, fields: { priority } }],
  pause: false,
  resume: false,
  finish: false,
});
const order = (s: Scenario) => s.workspace.plans.get("p")?.train.join("");
const builds = (node: string, onto: string, commit: string): WorkspaceCommand => {
  const about = { plan: "p", node, attempt: 1, candidate: commit, onto };
  return { type: "ReportCandidate", ...about, tree: `t-${commit}`, paths: [`${node}.ts`] };
};
const starts = (node: string, candidate: string): WorkspaceCommand => {
  const gate = { gate: "test", process: "p1", ms: 60_000, weight: 1, alone: false };
  return { type: "StartGate", plan: "p", node, candidate, ...gate };
};
const passes = (node: string, candidate: string): WorkspaceCommand => {
  const verdict = { name: "test", passed: true, exitCode: 0, outputTail: "", alsoFailsOnBase: false, seconds: 1 };
  return { type: "ReportGate", plan: "p", node, candidate, process: "p1", verdict };
};

describe("a train", () => {
  test("lands in the order of handing in, and moves what becomes more urgent ahead", () => {
    const s = four();
    expect(order(s)).toBe("abcd");
    s.when(ranks("c", 1)).expect({ type: "NodeChanged" }, { type: "TrainReordered", train: ["c", "a", "b", "d"] });
    s.and(ranks("d", 1));
    expect(order(s)).toBe("cdab");
    s.and(ranks("c", 3));
    expect(order(s)).toBe("dabc");
    s.when(ranks("d", 1)).expect({ type: "NodeChanged" });
  });

  test("takes what is handed in later and is more urgent ahead of what has not been judged", () => {
    const nodes = [work("a"), work("b", { priority: 1 })];
    const s = given({ type: "SubmitPlan", plan: plan("p", nodes) }, request("bob"), request("ada"));
    s.and(submits("ada", "a")).when(submits("bob", "b"));
    s.expect({ type: "ClaimsGranted" }, { type: "NodeSubmitted" }, { type: "TrainReordered", train: ["b", "a"] });
  });

  test("[T6] lets nothing but priority 0 overtake what gates were begun for", () => {
    const s = four().and(builds("a", "base", "a"), builds("b", "a", "ab"), starts("a", "a"));
    s.and(ranks("d", 1));
    expect(order(s)).toBe("adbc");
    s.and(ranks("c", 0));
    expect(order(s)).toBe("cadb");
  });

  test("[T6] lets nothing overtake a landing that has begun, until it has landed", () => {
    const s = four().and(builds("a", "base", "a"), builds("b", "a", "ab"), starts("b", "ab"), passes("b", "ab"));
    s.and({ type: "IntendLanding", plan: "p", node: "b", candidate: "ab" }, ranks("d", 0));
    expect(order(s)).toBe("abcd");
    s.and({ type: "ReportLanded", plan: "p", node: "b", candidate: "ab" });
    expect(order(s)).toBe("dc");
  });

  test("[T6] keeps the target's progress first", () => {
    const s = four().and({ type: "MergeTarget", plan: "p", target: "new", gates: [] }, ranks("d", 0));
    expect(order(s)).toBe("merge-target-1dabc");
  });

  /** A slow one waits behind another slow one, and a quick one comes. */
  function quickBehindSlow(quickPath: string, known = true): Scenario {
    const nodes = [
      ...["a", "b"].map((id) => work(id, { gates: ["test"], edits: ["shared.md"] })),
      work("q", { gates: ["docs"], edits: ["shared.md"] }),
    ];
    const s = given({ type: "SubmitPlan", plan: plan("p", nodes) });
    learnPace(s.workspace.gatePace, { gate: "test", ms: 1_800_000, beside: false });
    if (known) learnPace(s.workspace.gatePace, { gate: "docs", ms: 10_000, beside: false });
    s.and(request("ada"), request("bob"), request("cyd"), submits("ada", "a.ts"), submits("bob", "b.ts", "shared.md"));
    s.and(builds("a", "base", "a"), starts("a", "a"));
    return s.and(submits("cyd", quickPath));
  }

  test("[T6] takes what is judged far more quickly ahead of what is not judged yet, where they change different paths", () => {
    expect(order(quickBehindSlow("docs/q.md"))).toBe("aqb");
    expect(order(quickBehindSlow("docs/q.md", false))).toBe("abq");
    expect(order(quickBehindSlow("shared.md"))).toBe("abq");
  });

  test("leaves those as they are that take no time at all", () => {
    const s = given({ type: "SubmitPlan", plan: plan("p", [work("a"), work("b")]) }, request("ada"), request("bob"));
    s.and(submits("ada", "a"), submits("bob", "b"));
    expect(order(s)).toBe("ab");
  });
});
