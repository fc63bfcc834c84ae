import { describe, expect, test } from "vitest";
import type { WorkspaceCommand } from "../../src/core/command.ts";
import { attemptOf } from "../../src/core/node/node.ts";
import type { NodeSpec } from "../../src/core/plan/spec.ts";
import type { TrainMode } from "../../src/core/train-mode.ts";
import { trainSteps } from "../../src/core/train-policy.ts";
import { reportTrain } from "../../src/core/train-report.ts";
import { why } from "../../src/core/why.ts";
import { plan, work } from "./plans.ts";
import { given, request, type Scenario, submits } from "./scenario.ts";

const window: TrainMode = { is: "window", size: 3 };

/** A test that is to fail, what makes it pass, and something beside them. */
function redAndGreen(more: readonly NodeSpec[] = []): Scenario {
  const nodes = [
    work("red", { redGates: ["test"], writes: ["test/**"] }),
    work("impl", { gates: ["test"], dependsOn: ["red"], writes: ["src/**", "test/**"] }),
    work("other", { gates: ["test"], writes: ["docs/**"] }),
    ...more,
  ];
  return given({ type: "SubmitPlan", plan: plan("p", nodes) }, request("agent-red"), request("agent-other"));
}

function builds(node: string, candidate: string, onto: string): WorkspaceCommand {
  return {
    type: "ReportCandidate",
    plan: "p",
    node,
    attempt: 1,
    candidate,
    onto,
    tree: `tree-${candidate}`,
    paths: [],
  };
}

function runs(node: string, candidate: string, exitCode: number | null, gate = "test"): readonly WorkspaceCommand[] {
  const about = { plan: "p", node, candidate, process: "p1" };
  const verdict = { name: gate, passed: exitCode === 0, exitCode, outputTail: "", alsoFailsOnBase: false, seconds: 1 };
  return [
    { type: "StartGate", ...about, gate, ms: 60_000, weight: 1, alone: false },
    { type: "ReportGate", ...about, verdict },
  ];
}

const givesUp = (node: string): WorkspaceCommand => ({
  type: "GiveUpNode",
  plan: "p",
  node,
  attempt: 1,
  reason: "cannot",
  retryable: true,
});
const intends = (node: string, candidate: string): WorkspaceCommand => ({
  type: "IntendLanding",
  plan: "p",
  node,
  candidate,
});
const lands = (node: string, candidate: string): WorkspaceCommand => ({
  type: "ReportLanded",
  plan: "p",
  node,
  candidate,
});

function back(node: string, content: string, base: string): WorkspaceCommand {
  const why = { reason: "gate_failed", gates: [] } as const;
  return { type: "ReturnNode", plan: "p", node, attempt: 1, why, base, content };
}

function steps(s: Scenario, mode: TrainMode = window): readonly string[] {
  const of = s.workspace.plans.get("p");
  return (of ? trainSteps(of, mode) : []).map((step) => {
    if (step.do === "build") return `build ${step.node.id} on ${step.onto}`;
    return `${step.do}${step.do === "gate" ? ` ${step.gate} of` : ""} ${step.candidate.commit}`;
  });
}

const reasons = (s: Scenario, node: string) =>
  why(s.workspace, { node }).flatMap(({ waitsFor }) => waitsFor.map(({ kind, what }) => `${kind} ${what}`));

const judgedRed = () =>
  redAndGreen().and(submits("agent-red", "test/a.ts"), builds("red", "R", "base"), ...runs("red", "R", 1));

describe("[T7] a node whose gate is expected to fail", () => {
  test("[T7] is judged on its own candidate, beside what else is in the train", () => {
    const s = redAndGreen().and(submits("agent-other", "docs/a"), submits("agent-red", "test/a.ts"));
    s.and(builds("other", "O", "base"));
    expect(steps(s)).toEqual(["build red on base", "gate test of O"]);
    s.and(builds("red", "R", "base"));
    expect(steps(s)).toEqual(["gate test of R", "gate test of O"]);
    s.and(...runs("other", "O", 0), intends("other", "O"), lands("other", "O"));
    // That something landed meanwhile does not make the test any better.
    expect(steps(s)).toEqual(["gate test of R"]);
    s.and(...runs("red", "R", 1));
    expect(s.node("red").state).toMatchObject({ is: "submitted", red: "R" });
    expect(steps(s)).toEqual([]);
  });

  test.each([0, null, 126, 127])("[T7] goes back when its gate ends with %s", (exitCode) => {
    const s = redAndGreen().and(
      submits("agent-red", "test/a.ts"),
      builds("red", "R", "base"),
      ...runs("red", "R", exitCode),
    );
    expect(s.state("impl")).toBe("pending");
    expect(steps(s)).toEqual(["return R"]);
    const failed = s.node("red").state;
    expect(failed.is === "submitted" && failed.candidate?.failed.get("test")).toMatchObject({ expect: "fail" });
    s.when(back("red", "R", "base")).expect({ type: "NodeReturned" });
  });

  test("[T7] goes back when a gate that must pass does not", () => {
    const nodes = [work("red", { redGates: ["test"], gates: ["lint"] }), work("impl", { dependsOn: ["red"] })];
    const s = given({ type: "SubmitPlan", plan: plan("p", nodes) }, request("a"), submits("a", "t"));
    s.and(builds("red", "R", "base"), ...runs("red", "R", 1));
    expect(steps(s)).toEqual(["gate lint of R"]);
    s.and(...runs("red", "R", 1, "lint"));
    expect(steps(s)).toEqual(["base R"]);
    expect(s.state("impl")).toBe("pending");
  });

  test("[H2] lets those that depend on it begin from its candidate, and change what it alone could", () => {
    const s = judgedRed();
    s.when(request("agent-impl")).expect({ type: "NodeLeased", node: "impl", base: "R" });
    expect(reasons(s, "red")).toEqual(["dependent impl"]);
  });

  test("[T3] [T2] lands with the first of them that passes what was expected to fail, and not without", () => {
    const s = judgedRed().and(request("agent-impl"), submits("agent-impl", "src/a.ts"));
    s.when(intends("red", "R")).expectRefused({ refused: "outdated" });
    expect(steps(s)).toEqual(["build impl on R"]);
    s.and(builds("impl", "RI", "R"));
    s.when(intends("impl", "RI")).expectRefused({ refused: "outdated" });
    s.and(...runs("impl", "RI", 0));
    expect(steps(s)).toEqual(["intend RI"]);
    s.when(intends("impl", "RI")).expect({ type: "LandingIntended", carries: ["red"] });
    s.when(lands("impl", "RI")).expect(
      { type: "NodeLanded", node: "red", commit: "R" },
      { type: "NodeLanded", node: "impl", commit: "RI" },
    );
  });

  test("[T2] needs what was expected to fail to pass even where who brings it along names no gate", () => {
    const nodes = [work("red", { redGates: ["test"] }), work("impl", { dependsOn: ["red"] })];
    const s = given({ type: "SubmitPlan", plan: plan("p", nodes) }, request("a"), submits("a", "t"));
    s.and(builds("red", "R", "base"), ...runs("red", "R", 1), request("b"), submits("b"));
    expect(s.state("impl")).toBe("submitted");
    s.and(builds("impl", "RI", "R"));
    expect(steps(s)).toEqual(["gate test of RI"]);
    s.when(intends("impl", "RI")).expectRefused({ refused: "outdated" });
    s.and(...runs("impl", "RI", 1));
    expect(steps(s)).toEqual(["base RI"]);
    s.when(back("impl", "RI", "base")).expectRefused({ refused: "outdated" });
    s.when(back("impl", "RI", "R")).expect({ type: "NodeReturned", base: "R" });
    expect(s.node("red").state).toMatchObject({ is: "submitted", red: "R" });
  });

  test("[T3] is built anew where the tip has moved, and those that stand on it too", () => {
    const s = judgedRed().and(request("agent-impl"), submits("agent-other", "docs/a"), submits("agent-impl", "src/a"));
    s.and(builds("other", "O", "base"));
    expect(steps(s)).toEqual(["build red on O", "gate test of O"]);
    s.and(builds("red", "OR", "O"), builds("impl", "ORI", "OR"));
    expect(steps(s)).toEqual(["gate test of O", "gate test of ORI"]);
    s.and(...runs("impl", "ORI", 0));
    s.when(intends("impl", "ORI")).expect({ carries: ["other", "red"] });
    s.and(lands("impl", "ORI"));
    expect(["other", "red", "impl"].map((id) => s.state(id))).toEqual(["landed", "landed", "landed"]);
  });

  test("[T3] does not land by itself, not even where somebody else has made it pass", () => {
    const s = judgedRed().and(request("agent-impl"), submits("agent-other", "docs/a"), submits("agent-impl", "src/a"));
    s.and(builds("other", "O", "base"), ...runs("other", "O", 0), intends("other", "O"), lands("other", "O"));
    s.and(builds("red", "OR", "O"), ...runs("red", "OR", 0));
    s.when(intends("red", "OR")).expectRefused({ refused: "outdated" });
  });

  test("keeps waiting when who builds on it gives up, and says so when nobody is left", () => {
    const s = judgedRed().and(request("agent-impl"), (at) => ({
      type: "GiveUpNode",
      ...at.attempt("agent-impl"),
      reason: "no",
      retryable: true,
    }));
    expect(s.state("impl")).toBe("ready");
    const revision = { type: "RevisePlan", plan: "p", add: [], change: [], retry: [] } as const;
    const nothing = { pause: false, resume: false, finish: false };
    s.and({ ...revision, cancel: ["impl"], ...nothing });
    expect(reasons(s, "red")[0]).toMatch(/^no_dependent /);
    s.and({ ...revision, cancel: ["red"], ...nothing });
    expect(s.state("red")).toBe("cancelled");
  });

  test("[T3] that comes back keeps what was built on it from landing, until it is handed in again", () => {
    const s = judgedRed().and(request("agent-impl"), submits("agent-other", "docs/a"), submits("agent-impl", "src/a"));
    s.and(builds("other", "O", "base"), ...runs("other", "O", 0), intends("other", "O"), lands("other", "O"));
    expect(steps(s)).toEqual(["build red on O"]);
    const conflict = { reason: "conflict", conflicts: [] } as const;
    s.and({ type: "ReturnNode", plan: "p", node: "red", attempt: 1, why: conflict, base: "O", content: "C" });
    expect(steps(s)).toEqual([]);
    expect(reasons(s, "impl")).toEqual(["dependency red"]);
    // What it had alone before is in the hands of who stands on it, who waits for it.
    s.and(submits("agent-red", "test/a.ts"), builds("red", "R2", "O"), ...runs("red", "R2", 1));
    expect(steps(s)).toEqual(["build impl on R2"]);
    s.and(builds("impl", "R2I", "R2"), ...runs("impl", "R2I", 0));
    s.when(intends("impl", "R2I")).expect({ carries: ["red"] });
  });

  test("[T3] that is given up keeps what was built on it from landing, even where that changed nothing", () => {
    const s = judgedRed().and(request("agent-impl"), givesUp("red"));
    s.when(submits("agent-impl")).expect({ type: "NodeSubmitted", paths: [] });
    expect(reasons(s, "impl")).toEqual(["dependency red"]);
  });

  test("[W2] holds nothing that one far below it may need when that has come back", () => {
    const nodes = [
      work("lowest", { redGates: ["test"], writes: ["a/**"] }),
      work("between", { redGates: ["test"], dependsOn: ["lowest"] }),
      work("top", { gates: ["test"], dependsOn: ["between"], writes: ["a/**"] }),
    ];
    const s = given({ type: "SubmitPlan", plan: plan("p", nodes) }, request("ada"), submits("ada", "a/x"));
    s.and(builds("lowest", "L", "base"), ...runs("lowest", "L", 1), request("bob"), submits("bob", "b"));
    s.and(builds("between", "B", "L"), ...runs("between", "B", 1), request("cyd"), givesUp("lowest"));
    s.and(submits("cyd", "a/x"));
    s.when(request("dan")).expect({ type: "NodeLeased", node: "lowest" });
  });

  test("[W2] is not built again below who has to wait for it to come back: what came back would never be judged", () => {
    const nodes = [
      work("lowest", { redGates: ["test"] }),
      work("between", { redGates: ["test"], dependsOn: ["lowest"] }),
      work("top", { gates: ["test"], dependsOn: ["between"] }),
    ];
    const s = given({ type: "SubmitPlan", plan: plan("p", nodes) }, request("ada"), submits("ada", "a"));
    s.and(builds("lowest", "L", "base"), ...runs("lowest", "L", 1), request("bob"), submits("bob", "b"));
    s.and(builds("between", "B", "L"), ...runs("between", "B", 1), request("cyd"), submits("cyd", "c"));
    s.and(givesUp("lowest"));
    expect(steps(s)).toEqual([]);
  });

  test("[W1] is told in the train with what it waits for, as is what stands on it when it has come back", () => {
    const told = (at: Scenario) => {
      const of = at.workspace.plans.get("p");
      return (of ? reportTrain(at.workspace, of).entries : []).map(({ node, isBuilt, gates, wait }) => {
        const states = gates.map(({ is }) => is).join();
        return `${node.id} ${isBuilt ? "built" : "unbuilt"} ${states}: ${wait.is}${"of" in wait ? ` ${wait.of}` : ""}`;
      });
    };
    const s = redAndGreen().and(submits("agent-red", "test/a.ts"), builds("red", "R", "base"));
    s.and(submits("agent-other", "docs/a"), builds("other", "O", "base"), ...runs("other", "O", 0));
    s.and(intends("other", "O"), lands("other", "O"));
    // What landed since does not matter for what it is to show.
    expect(told(s)).toEqual(["red built waiting: gate_slot"]);
    s.and(...runs("red", "R", 1));
    expect(told(s)).toEqual(["red unbuilt waiting: red impl"]);
    expect(told(judgedRed())[0]).toBe("red built failed_as_expected: red impl");
    s.and(request("agent-impl"), submits("agent-impl", "src/a.ts"), givesUp("red"));
    expect(told(s)).toEqual(["impl unbuilt waiting: dependency red"]);
  });

  test("[W1] also counts where what is skipped stands on it", () => {
    const nodes = [
      work("red", { redGates: ["test"] }),
      work("skipped", { dependsOn: ["red"], when: "extra" }),
      work("late", { dependsOn: ["red", "skipped"] }),
    ];
    const s = given({ type: "SubmitPlan", plan: plan("p", nodes) }, request("a"), submits("a", "t"));
    s.and(builds("red", "R", "base"), ...runs("red", "R", 1));
    expect(s.state("late")).toBe("pending");
    expect(reasons(s, "late")).toEqual(["dependency red"]);
  });

  test("[W1] names nobody who waits for something that waits for it", () => {
    const nodes = [
      work("red", { redGates: ["test"] }),
      work("sync", { kind: "sync", dependsOn: ["red"] }),
      work("skipped", { dependsOn: ["sync"], when: "extra" }),
      work("late", { dependsOn: ["red", "skipped"] }),
    ];
    const s = given({ type: "SubmitPlan", plan: plan("p", nodes) }, request("a"), submits("a", "t"));
    s.and(builds("red", "R", "base"), ...runs("red", "R", 1));
    expect(s.state("skipped")).toBe("skipped");
    expect(reasons(s, "red")[0]).toMatch(/^no_dependent /);
  });

  test("two that depend on each other are built in their order, and land together", () => {
    const s = redAndGreen([
      work("red2", { redGates: ["lint"], dependsOn: ["red"] }),
      work("both", { gates: ["lint"], dependsOn: ["red", "red2"] }),
    ]);
    s.and(submits("agent-red", "test/a.ts"), builds("red", "R", "base"), ...runs("red", "R", 1));
    s.and(request("agent-red2"), request("agent-impl"));
    expect(attemptOf(s.node("red2"))?.base).toBe("R");
    s.and(submits("agent-red2", "lint.json"));
    expect(steps(s)).toEqual(["build red2 on R"]);
    s.and(builds("red2", "RR", "R"), ...runs("red2", "RR", 1, "lint"), request("agent-both"));
    expect(attemptOf(s.node("both"))?.base).toBe("RR");
    s.and(submits("agent-both", "x.ts"), builds("both", "RRB", "RR"));
    expect(steps(s)).toEqual(["gate test of RRB", "gate lint of RRB"]);
    s.and(...runs("both", "RRB", 0), ...runs("both", "RRB", 0, "lint"));
    s.when(intends("both", "RRB")).expect({ carries: ["red", "red2"] });
    s.and(lands("both", "RRB"));
    expect(s.state("impl")).toBe("leased");
  });

  test("is not built to and fro between two that stand on it", () => {
    const s = redAndGreen([work("impl2", { gates: ["test"], dependsOn: ["red"] })]);
    s.and(submits("agent-red", "test/a.ts"), builds("red", "R", "base"), ...runs("red", "R", 1));
    s.and(
      request("agent-impl"),
      request("agent-impl2"),
      submits("agent-other", "docs/a"),
      submits("agent-impl", "src/a"),
    );
    s.and(submits("agent-impl2", "lib/a"));
    s.and(builds("other", "O", "base"), builds("red", "OR", "O"), builds("impl", "ORI", "OR"));
    s.and(...runs("impl", "ORI", 1));
    // It may be the fault of `other`; until that is known, the red node stays where it stands.
    expect(steps(s)).toEqual(["build impl2 on OR", "gate test of O"]);
  });
});
