import { describe, expect, test } from "vitest";
import type { WorkspaceCommand } from "../../src/core/command.ts";
import { learnPace } from "../../src/core/gate-pace.ts";
import { runningGates } from "../../src/core/gate-slots.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import { defaultSettings } from "../../src/core/settings.ts";
import { chooseMode, type TrainMode } from "../../src/core/train-mode.ts";
import { isInTheWay } from "../../src/core/train-order.ts";
import { trainSteps } from "../../src/core/train-policy.ts";
import { plan, work } from "./plans.ts";
import { given, request, type Scenario, submits } from "./scenario.ts";

const window: TrainMode = { is: "window", size: 3 };
const batch: TrainMode = { is: "batch", size: 4 };
const names = ["a", "b", "c", "d"];

/** Four nodes with one gate wait in the train, in the order of their names. */
function waitingFour(gates: readonly string[] = ["test"]): Scenario {
  const nodes = names.map((id) => work(id, { gates }));
  return given(
    { type: "ConfigureWorkspace", settings: { ...defaultSettings, gates: { parallel: 4, policy: "auto" } } },
    { type: "SubmitPlan", plan: { ...plan("p", nodes) } },
    ...names.map((id) => request(`agent-${id}`)),
    ...names.map((id) => submits(`agent-${id}`, `${id}.ts`)),
  );
}

const commitOf = (node: string, onto: string) => `${onto === "base" ? "" : onto}${node}`;

/** Candidates are named after all that is in them: `ab` is `b` on `a`. */
function builds(node: string, onto: string): WorkspaceCommand {
  const about = { plan: "p", node, attempt: 1, candidate: commitOf(node, onto), onto };
  return { type: "ReportCandidate", ...about, tree: `tree-${commitOf(node, onto)}`, paths: [`${node}.ts`] };
}

function about(candidate: string) {
  return { plan: "p", node: candidate.at(-1) ?? "", candidate, process: "p1" };
}

function starts(candidate: string, gate = "test", more: object = {}): WorkspaceCommand {
  return { type: "StartGate", ...about(candidate), gate, ms: 60_000, weight: 1, alone: false, ...more };
}

function ends(candidate: string, passed = true, gate = "test", more: object = {}): WorkspaceCommand {
  const verdict = { name: gate, passed, exitCode: passed ? 0 : 1, outputTail: "", alsoFailsOnBase: false, seconds: 1 };
  return { type: "ReportGate", ...about(candidate), verdict, ...more };
}

const passes = (candidate: string) => [starts(candidate), ends(candidate)];
const failsIn = (candidate: string) => [starts(candidate), ends(candidate, false)];
const intends = (candidate: string): WorkspaceCommand => ({ type: "IntendLanding", ...about(candidate) });
const lands = (candidate: string): WorkspaceCommand => ({ type: "ReportLanded", ...about(candidate) });
const back = (candidate: string, base = "base"): WorkspaceCommand => {
  const why = { reason: "gate_failed", gates: [] } as const;
  return { type: "ReturnNode", plan: "p", node: candidate.at(-1) ?? "", attempt: 1, why, base, content: candidate };
};

function steps(s: Scenario, mode: TrainMode): readonly string[] {
  const of = s.workspace.plans.get("p");
  return (of ? trainSteps(of, mode) : []).map((step) =>
    step.do === "build" ? `build ${step.node.id} on ${step.onto}` : `${step.do} ${step.candidate.commit}`,
  );
}

const tip = (s: Scenario) => s.workspace.plans.get("p")?.tip;

describe("a window of candidates", () => {
  test("builds each on the one before it, and judges them all at once", () => {
    const s = waitingFour();
    expect(steps(s, window)).toEqual(["build a on base"]);
    s.and(builds("a", "base"));
    expect(steps(s, window)).toEqual(["build b on a", "gate a"]);
    s.and(builds("b", "a"), builds("c", "ab"));
    expect(steps(s, window)).toEqual(["gate a", "gate ab", "gate abc"]);
    s.and(starts("a"), starts("ab"));
    expect(steps(s, window)).toEqual(["gate abc"]);
  });

  test("[T2] lands all that a candidate stands on with it, once it passed what all of them need", () => {
    const s = waitingFour().and(builds("a", "base"), builds("b", "a"), builds("c", "ab"), ...passes("ab"));
    expect(steps(s, window)).toEqual(["intend ab"]);
    s.when(intends("ab")).expect({ type: "LandingIntended", from: "base", carries: ["a"] });
    s.when(lands("ab")).expect(
      { type: "NodeLanded", node: "a", commit: "a" },
      { type: "NodeLanded", node: "b", commit: "ab" },
    );
    expect(tip(s)).toBe("ab");
    expect(steps(s, window)).toEqual(["build d on abc", "gate abc"]);
  });

  test("[T2] a candidate that passed its own gates lands nothing that needs another", () => {
    const nodes = [work("a", { gates: ["test", "lint"] }), work("b", { gates: ["test"] })];
    const s = given(
      { type: "SubmitPlan", plan: plan("p", nodes) },
      request("agent-a"),
      request("agent-b"),
      submits("agent-a", "a.ts"),
      submits("agent-b", "b.ts"),
      builds("a", "base"),
      builds("b", "a"),
      ...passes("ab"),
    );
    s.when(intends("ab")).expectRefused({ refused: "outdated" });
    s.and(starts("ab", "lint"), ends("ab", true, "lint"))
      .when(intends("ab"))
      .expect({ carries: ["a"] });
  });

  test("goes on without one that failed, which goes back only once it alone is to blame", () => {
    const s = waitingFour().and(builds("a", "base"), builds("b", "a"), builds("c", "ab"), ...failsIn("ab"));
    expect(steps(s, window)).toEqual(["build c on a", "gate a"]);
    s.when(back("ab")).expectRefused({ refused: "outdated" });
    s.and(builds("c", "a"), ...passes("a"), intends("a"), lands("a"));
    // What `ab` was built on is the tip now.
    expect(steps(s, window)).toEqual(["return ab", "build d on ac", "gate ac"]);
    s.when(back("ab", "a")).expect({ type: "NodeReturned", node: "b" });
    expect(steps(s, window)).toEqual(["build d on ac", "gate ac"]);
  });

  test("builds those anew that stood on one that went back", () => {
    const s = waitingFour().and(builds("a", "base"), builds("b", "a"), ...failsIn("a"));
    expect(steps(s, window)).toEqual(["base a", "build b on base"]);
    s.and(back("a"));
    s.when(starts("ab")).expectRefused({ refused: "outdated" });
    expect(steps(s, window)).toEqual(["build b on base"]);
  });

  test("[T1] takes what passed with a failed one in it as proof that it was not to blame", () => {
    const s = waitingFour().and(builds("a", "base"), builds("b", "a"), ...failsIn("a"), ...passes("ab"));
    expect(steps(s, window)).toEqual(["intend ab"]);
  });

  test("leaves out one that does not merge with those before it, until it is its turn", () => {
    const s = waitingFour().and(builds("a", "base"));
    const clash = { type: "ReportClash", plan: "p", node: "b", attempt: 1, onto: "a" } as const;
    s.when({ ...clash, onto: "old" }).expectRefused({ refused: "outdated" });
    s.when(clash).expect({ type: "CandidateClashed" });
    expect(steps(s, window)).toEqual(["build c on a", "gate a"]);
    s.and(...passes("a"), intends("a"), lands("a"));
    expect(steps(s, window)).toEqual(["build b on a"]);
  });

  test("what failed is judged by its other gates before it goes back, so that its agent hears of all at once", () => {
    const s = waitingFour(["test", "lint"]).and(builds("a", "base"), ...failsIn("a"));
    expect(steps(s, window)[0]).toBe("gate a");
    s.and(starts("a", "lint"), ends("a", false, "lint"));
    expect(steps(s, window)[0]).toBe("base a");
  });

  test("what was resolved in a merge is told when it lands", () => {
    const resolved = [{ path: "a.ts", by: "imports" }];
    const s = waitingFour().and({ ...builds("a", "base"), resolved } as WorkspaceCommand, ...passes("a"), intends("a"));
    s.when(lands("a")).expect({ type: "NodeLanded", node: "a", resolved });
  });

  test("[T1] nothing is built on a commit that no standing candidate is", () => {
    const s = waitingFour().and(builds("a", "base"), builds("b", "a"));
    s.when(builds("c", "old")).expectRefused({ refused: "outdated" });
    s.when(builds("a", "ab")).expectRefused({ refused: "outdated" });
    s.and({ type: "AdoptIntegration", plan: "p", commit: "theirs" });
    s.when(builds("c", "ab")).expectRefused({ refused: "outdated" });
  });
});

describe("a batch of candidates", () => {
  test("is judged by its last", () => {
    const s = waitingFour();
    for (const [node, onto] of [
      ["a", "base"],
      ["b", "a"],
      ["c", "ab"],
    ] as const) {
      s.and(builds(node, onto));
      expect(steps(s, batch)).toEqual([`build ${names[names.indexOf(node) + 1]} on ${commitOf(node, onto)}`]);
    }
    s.and(builds("d", "abc"));
    expect(steps(s, batch)).toEqual(["gate abcd"]);
    s.and(...passes("abcd"), intends("abcd"), lands("abcd"));
    expect(tip(s)).toBe("abcd");
    expect(names.map((id) => s.state(id))).toEqual(names.map(() => "landed"));
  });

  test("that fails is halved until the one to blame stands alone", () => {
    const s = waitingFour().and(builds("a", "base"), builds("b", "a"), builds("c", "ab"), builds("d", "abc"));
    s.and(...failsIn("abcd"));
    expect(steps(s, batch)).toEqual(["gate ab"]);
    s.and(...passes("ab"), intends("ab"), lands("ab"));
    expect(steps(s, batch)).toEqual(["gate abc"]);
    s.and(...failsIn("abc"));
    expect(steps(s, batch)[0]).toBe("return abc");
    s.and(back("abc", "ab"));
    expect(steps(s, batch)).toEqual(["build d on ab"]);
  });
});

describe("[T6] what has priority 0", () => {
  const urgent: WorkspaceCommand = {
    ...{ type: "RevisePlan", plan: "p", add: [], cancel: [], retry: [], pause: false, resume: false, finish: false },
    change: [{ id: "c", fields: { priority: 0 } }],
  };

  test("is judged without what comes behind it in a batch", () => {
    const s = waitingFour().and(urgent, builds("c", "base"));
    expect(steps(s, batch)).toEqual(["gate c"]);
  });

  test("does not wait for a place that is taken for what it has overtaken", () => {
    const s = waitingFour().and(builds("a", "base"), starts("a"), builds("b", "a"), urgent);
    const inTheWay = (id: string) => isInTheWay(s.workspace.plans.get("p") as Plan, s.node(id));
    expect(names.filter(inTheWay)).toEqual(["a", "b", "d"]);
    s.and(builds("c", "base"), builds("a", "c"));
    expect(names.filter(inTheWay)).toEqual(["b", "d"]);
  });
});

describe("[T4] a gate that is run", () => {
  test("[T4] is one process's until it tells how it ended", () => {
    const s = waitingFour().and(builds("a", "base"), starts("a"));
    s.when(starts("a", "test", { process: "p2" })).expectRefused({ refused: "outdated" });
    s.when(ends("a", true, "test", { process: "p2" })).expectRefused({ refused: "outdated" });
    expect([...runningGates(s.workspace)].map(({ name, gate }) => [name, gate.process])).toEqual([["test", "p1"]]);
    s.and(ends("a"));
    s.when(ends("a")).expectRefused({ refused: "outdated" });
  });

  test("[T4] can be taken over once it was dropped, and who was overtaken tells nothing", () => {
    const s = waitingFour().and(builds("a", "base"), starts("a"));
    s.when({ type: "DropGate", ...about("a"), gate: "test", process: "p2" }).expectRefused({ refused: "outdated" });
    s.and({ type: "DropGate", ...about("a"), gate: "test" }, starts("a", "test", { process: "p2" }));
    s.when(ends("a")).expectRefused({ refused: "outdated" });
    s.when(ends("a", true, "test", { process: "p2" })).expect({ type: "GateJudged" });
  });

  test("takes slots by its weight, and all of them if it may not run beside others", () => {
    const s = waitingFour(["test", "lint"]).and(builds("a", "base"), builds("b", "a"));
    s.and(starts("a", "test", { weight: 3 }));
    s.when(starts("a", "lint", { weight: 2 })).expectRefused({ refused: "outdated" });
    s.when(starts("a", "lint", { alone: true })).expectRefused({ refused: "outdated" });
    s.and(starts("a", "lint"), ends("a"), ends("a", true, "lint"));
    s.and(starts("ab", "lint", { alone: true }));
    s.when(starts("ab")).expectRefused({ refused: "outdated" });
    s.and(ends("ab", true, "lint"), starts("ab", "test", { weight: 64 }));
  });

  test("need not run again on a tree that passed under the same command", () => {
    const s = waitingFour().and(builds("a", "base"), starts("a"), ends("a", true, "test", { key: "npm test" }));
    s.and({ type: "AdoptIntegration", plan: "p", commit: "theirs" });
    s.and({ ...builds("a", "theirs"), tree: "tree-a" } as WorkspaceCommand);
    s.when(ends("theirsa", true, "test", { key: "other" })).expectRefused({ refused: "outdated" });
    s.when(ends("theirsa", false, "test", { key: "npm test" })).expectRefused({ refused: "outdated" });
    s.when(ends("theirsa", true, "test", { key: "npm test" })).expect({ type: "GateJudged" });
  });
});

describe("the mode of a train", () => {
  /** Of a train as long as this. */
  const mode = (s: Scenario, length = 24) => {
    const of = s.workspace.plans.get("p");
    return of && chooseMode(s.workspace, { ...of, train: Array.from({ length }, (_, i) => `n${i}`) }).mode;
  };

  /** So often gates pass alone, and so often in windows, where they take so many times as long; then so many nodes come back. */
  function measured(alone: number, beside: number, slowDown: number, failures = 0): Scenario {
    const s = waitingFour();
    const { gatePace } = s.workspace;
    const ms = 10_000;
    for (let i = 0; i < alone; i += 1) learnPace(gatePace, { gate: "test", ms, beside: false });
    for (let i = 0; i < beside; i += 1) learnPace(gatePace, { gate: "test", ms: ms * slowDown, beside: true });
    const of = s.workspace.plans.get("p");
    if (of) of.failureRate = failures;
    return s;
  }

  test("is a window where several gates may run at once", () => {
    expect(mode(measured(0, 0, 1))).toEqual({ is: "window", size: 4 });
    expect(mode(measured(1, 20, 1, 0.15))).toEqual({ is: "window", size: 4 });
    expect(mode(measured(1, 20, 1, 0.3))).toEqual({ is: "window", size: 4 });
  });

  test("is a batch where gates beside each other take as much longer as there are of them, and smaller the more fail", () => {
    expect(mode(measured(1, 20, 4))).toEqual({ is: "batch", size: 8 });
    expect(mode(measured(1, 20, 4, 0.15))).toEqual({ is: "batch", size: 4 });
    expect(mode(measured(1, 20, 2.5, 0.05))).toEqual({ is: "batch", size: 8 });
  });

  test("is no batch where there is nobody to share a run with", () => {
    expect(mode(measured(1, 20, 1), 2)).toEqual({ is: "window", size: 4 });
  });

  test("is one after another where many fail besides", () => {
    expect(mode(measured(1, 20, 4, 0.4))).toEqual({ is: "window", size: 1 });
  });

  test("is one after another for a while when no gate was ever alone, so that it is known what several at once gain", () => {
    expect(mode(measured(0, 7, 1))).toEqual({ is: "window", size: 4 });
    expect(mode(measured(0, 8, 1))).toEqual({ is: "window", size: 1 });
    // It has been tried for long enough.
    expect(mode(measured(0, 12, 1))).toEqual({ is: "window", size: 4 });
  });

  test("is a window again once it is long ago that gates held each other up", () => {
    const s = measured(1, 20, 4, 0.15);
    for (let i = 0; i < 100; i += 1) learnPace(s.workspace.gatePace, { gate: "test", ms: 10_000, beside: false });
    expect(mode(s)).toEqual({ is: "window", size: 4 });
  });

  test.each([
    ["serial", { is: "window", size: 1 }],
    ["batch", { is: "batch", size: 8 }],
    ["window", { is: "window", size: 4 }],
  ] as const)("is what the config says: %s", (policy, expected) => {
    const settings = { ...defaultSettings, gates: { parallel: 4, policy } };
    expect(mode(waitingFour().and({ type: "ConfigureWorkspace", settings }))).toEqual(expected);
  });
});
