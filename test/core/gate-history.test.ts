import { describe, expect, test } from "vitest";
import type { WorkspaceCommand } from "../../src/core/command.ts";
import { keepRuns, lastRunsOf, medianSeconds, runsOf, tallyOf, withRun } from "../../src/core/gate-history.ts";
import { trainSteps } from "../../src/core/train-policy.ts";
import { reportTrain } from "../../src/core/train-report.ts";
import { plan, work } from "./plans.ts";
import { given, request, type Scenario, submits } from "./scenario.ts";

const names = ["a", "b", "c"];
const known = { gate: "test", key: "k" };

/** Three nodes with one gate wait in the train, in the order of their names. */
function waitingThree(more: object = {}): Scenario {
  return given(
    {
      type: "SubmitPlan",
      plan: plan(
        "p",
        names.map((id) => work(id, { gates: ["test"], ...more })),
      ),
    },
    ...names.map((id) => request(`agent-${id}`)),
    ...names.map((id) => submits(`agent-${id}`, `${id}.ts`)),
  );
}

/** Candidates are named after all that is in them: `ab` is `b` on `a`. */
function builds(candidate: string, onto = "base"): WorkspaceCommand {
  const of = { plan: "p", node: candidate.at(-1) ?? "", attempt: 1, candidate, onto };
  return { type: "ReportCandidate", ...of, tree: `tree-${candidate}`, paths: [] };
}

function about(candidate: string) {
  return { plan: "p", node: candidate.at(-1) ?? "", candidate, process: "p1" };
}

function starts(candidate: string): WorkspaceCommand {
  return { type: "StartGate", ...about(candidate), gate: "test", ms: 60_000, weight: 1, alone: false };
}

function ends(candidate: string, passed: boolean, more: object = {}): WorkspaceCommand {
  const says = { name: "test", passed, exitCode: passed ? 0 : 1, outputTail: "", alsoFailsOnBase: false, seconds: 1 };
  return { type: "ReportGate", ...about(candidate), verdict: { ...says, ...more }, key: known.key };
}

const runs = (candidate: string, passed: boolean) => [starts(candidate), ends(candidate, passed)];
const tally = (s: Scenario) => tallyOf(runsOf(s.workspace.gateHistory, known));
const verdictIn = (s: Scenario) => s.events().flatMap((event) => (event.type === "GateJudged" ? event.verdict : []))[0];
const gateSteps = (s: Scenario) => {
  const of = s.workspace.plans.get("p");
  const steps = of ? trainSteps(of, { is: "window", size: 3 }) : [];
  return steps.flatMap((step) =>
    step.do === "gate" || step.do === "base" || step.do === "return" ? [`${step.do} ${step.candidate.commit}`] : [],
  );
};

/** `a` failed although `ab`, which contains it, passes. */
function flakedOnce(): Scenario {
  return waitingThree().and(builds("a"), builds("ab", "a"), ...runs("a", false), ...runs("ab", true));
}

/** Both have landed, and the gate is known to flake. */
function thenOnC(): Scenario {
  const ab = about("ab");
  return flakedOnce().and({ type: "IntendLanding", ...ab }, { type: "ReportLanded", ...ab }, builds("c", "ab"));
}

describe("a gate that fails", () => {
  test("[T8] counts at once where it never flaked", () => {
    const s = waitingThree().and(builds("a"), starts("a")).when(ends("a", false));
    s.expect({ type: "GateJudged", verdict: { passed: false } });
    expect(verdictIn(s)).toMatchObject({ name: "test" });
    expect(verdictIn(s)?.flaky).toBe(undefined);
    expect(tally(s)).toEqual({ runs: 1, failures: 1, flakes: 0 });
    expect(gateSteps(s)).toEqual(["base a"]);
  });

  test("[T8] is run once more where it flaked, and has passed if it passes then", () => {
    const s = thenOnC().and(starts("c")).when(ends("c", false)).expect({ type: "GateDoubted", node: "c" });
    expect(gateSteps(s)).toEqual(["gate c"]);
    const of = s.workspace.plans.get("p");
    const entry = of && reportTrain(s.workspace, of).entries[0];
    expect(entry?.gates).toMatchObject([{ is: "waiting", again: true, flaky: { runs: 3, failures: 2, flakes: 1 } }]);
    s.and(starts("c")).when(ends("c", true));
    s.expect({ type: "GateJudged", verdict: { passed: true, flaky: { runs: 4, failures: 2, flakes: 2 } } });
    expect(tally(s)).toEqual({ runs: 4, failures: 2, flakes: 2 });
    s.and({ type: "IntendLanding", ...about("c") });
  });

  test("[T8] is run no third time, and says how it ended lately", () => {
    const s = thenOnC()
      .and(...runs("c", false), starts("c"))
      .when(ends("c", false));
    s.expect({ type: "GateJudged", verdict: { passed: false, flaky: { runs: 4, failures: 3, flakes: 1 } } });
    expect(gateSteps(s)).toEqual(["return c"]);
  });

  test("[T8] may not land while it is to be run once more", () => {
    const s = thenOnC()
      .and(...runs("c", false))
      .when({ type: "IntendLanding", ...about("c") });
    s.expectRefused({ refused: "outdated" });
  });

  test("[T8] has not flaked because whoever ran it says so", () => {
    const s = waitingThree().and(builds("a"), starts("a"));
    s.when(ends("a", true, { flaky: { runs: 9, failures: 9, flakes: 9 } }));
    expect(verdictIn(s)).toMatchObject({ name: "test" });
    expect(verdictIn(s)?.flaky).toBe(undefined);
  });
});

describe("a failure was a flake", () => {
  test("[T8] when a candidate that contains the failed one passed before or after", () => {
    expect(tally(flakedOnce())).toEqual({ runs: 2, failures: 1, flakes: 1 });
    const before = waitingThree().and(builds("a"), builds("ab", "a"), ...runs("ab", true), ...runs("a", false));
    expect(tally(before)).toEqual({ runs: 2, failures: 1, flakes: 1 });
  });

  test("not when a candidate below it passed", () => {
    const s = waitingThree().and(builds("a"), builds("ab", "a"), ...runs("ab", false), ...runs("a", true));
    expect(tally(s)).toEqual({ runs: 2, failures: 1, flakes: 0 });
  });

  test("when the same tree passed in another run, under the same key only", () => {
    const same = { tree: "tree-a", paths: [] };
    const first = { ...builds("a"), ...same } as WorkspaceCommand;
    const other = { ...builds("b"), ...same } as WorkspaceCommand;
    const s = waitingThree().and(first, other, starts("a"), starts("b"), ends("a", false), ends("b", true));
    expect(tally(s)).toEqual({ runs: 2, failures: 1, flakes: 1 });
    const apart = waitingThree().and(first, other, starts("a"), starts("b"), ends("a", false));
    apart.and({ ...ends("b", true), key: "other" } as WorkspaceCommand);
    expect(tally(apart)).toEqual({ runs: 1, failures: 1, flakes: 0 });
    expect(tallyOf(lastRunsOf(apart.workspace.gateHistory, "test"))).toEqual({ runs: 1, failures: 0, flakes: 0 });
  });

  test("[T8] when its tree is known to have passed, so that it is asked once more", () => {
    const s = waitingThree().and({ ...builds("a"), tree: "t" } as WorkspaceCommand, ...runs("a", true));
    s.and({ ...builds("b"), tree: "t" } as WorkspaceCommand, starts("b")).when(ends("b", false));
    s.expect({ type: "GateDoubted", node: "b" });
    // It is known without a run.
    s.when(ends("b", true)).expect({ type: "GateJudged", verdict: { passed: true } });
    expect(tally(s)).toEqual({ runs: 2, failures: 1, flakes: 1 });
  });

  test("and is forgotten after fifty runs, as are gates after two hundred", () => {
    const s = thenOnC().and(...runs("c", false));
    const { gateHistory } = s.workspace;
    expect(tally(s).flakes).toBe(1);
    const old = runsOf(gateHistory, known);
    const passes = Array.from({ length: 50 }, (_, i) => ({ tree: `t${i}`, passed: true, seconds: i }));
    expect(tallyOf(passes.reduce(withRun, old))).toEqual({ runs: 50, failures: 0, flakes: 0 });
    for (let i = 0; i < 200; i += 1) keepRuns(gateHistory, { gate: `g${i}`, key: "k" }, passes);
    expect(gateHistory.size).toBe(200);
    expect(runsOf(gateHistory, known)).toEqual([]);
    expect(medianSeconds(passes)).toBe(24.5);
  });
});
