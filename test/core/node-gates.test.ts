import { expect, test } from "vitest";
import type { WorkspaceCommand } from "../../src/core/command.ts";
import { runningGates } from "../../src/core/gate-slots.ts";
import { trainSteps } from "../../src/core/train-policy.ts";
import { reportTrain } from "../../src/core/train-report.ts";
import { plan, work } from "./plans.ts";
import { given, request, type Scenario, submits } from "./scenario.ts";

/** Two nodes are handed in: `a` has a gate of its own and one for its candidate, `b` one for its candidate. */
function handedIn(): Scenario {
  const a = work("a", { gates: ["test"], nodeGates: ["lint"] });
  return given(
    { type: "SubmitPlan", plan: plan("p", [a, work("b", { gates: ["test"] })]) },
    ...["a", "b"].map((id) => request(`agent-${id}`)),
    ...["a", "b"].map((id) => submits(`agent-${id}`, `${id}.ts`)),
  );
}

function builds(candidate: string, onto = "base"): WorkspaceCommand {
  const of = { plan: "p", node: candidate.at(-1) ?? "", attempt: 1, candidate, onto };
  return { type: "ReportCandidate", ...of, tree: `tree-${candidate}`, paths: [] };
}

const about = (candidate: string) => ({ plan: "p", node: candidate.at(-1) ?? "", candidate, process: "p1" });

function starts(candidate: string, gate: string): WorkspaceCommand {
  return { type: "StartGate", ...about(candidate), gate, ms: 60_000, weight: 1, alone: false };
}

function ends(candidate: string, gate: string, passed = true, key?: string): WorkspaceCommand {
  const verdict = { name: gate, passed, exitCode: passed ? 0 : 1, outputTail: "", alsoFailsOnBase: false, seconds: 1 };
  return { type: "ReportGate", ...about(candidate), verdict, ...(key === undefined ? {} : { key }) };
}

const runs = (candidate: string, gate: string, passed = true) => [
  starts(candidate, gate),
  ends(candidate, gate, passed),
];
const intends = (candidate: string): WorkspaceCommand => ({ type: "IntendLanding", ...about(candidate) });
const back = (content: string, base = "base"): WorkspaceCommand => {
  const why = { reason: "gate_failed", gates: [] } as const;
  return { type: "ReturnNode", plan: "p", node: "a", attempt: 1, why, base, content };
};
const planOf = (s: Scenario) => s.workspace.plans.get("p") ?? expect.fail("no plan");
const steps = (s: Scenario) =>
  trainSteps(planOf(s), { is: "window", size: 2 }).map((step) =>
    step.do === "build" ? `build ${step.node.id}` : `${step.do} ${step.candidate.commit}`,
  );

test("[T9] a node does not land before its submission passed the gate that looks at it alone, whoever brings it along", () => {
  const s = handedIn().and(builds("a"), builds("ab", "a"), ...runs("a", "test"), ...runs("ab", "test"));
  expect(steps(s)).toEqual(["gate commit-a"]);
  s.when(intends("a")).expectRefused({ refused: "outdated" });
  s.when(intends("ab")).expectRefused({ refused: "outdated" });
  // Having passed on the candidate is not enough.
  s.and(...runs("ab", "lint"), ...runs("a", "lint"));
  s.when(intends("ab")).expectRefused({ refused: "outdated" });
  s.and(starts("commit-a", "lint")).when(ends("commit-a", "lint"));
  s.expect({ type: "GateJudged", candidate: "commit-a", verdict: { alone: true } });
  s.when(intends("ab")).expect({ type: "LandingIntended", carries: ["a"] });
});

test("[T9] is judged beside the candidate, and not again when that is built anew", () => {
  const s = handedIn();
  expect(steps(s)).toEqual(["build a", "gate commit-a"]);
  s.and(...runs("commit-a", "lint"), builds("b"), ...runs("b", "test"), intends("b"));
  s.and({ type: "ReportLanded", ...about("b") }, builds("ba", "b"));
  expect(steps(s)).toEqual(["gate ba"]);
  s.when(starts("commit-a", "lint")).expectRefused({ refused: "outdated" });
  s.and(...runs("ba", "test"))
    .when(intends("ba"))
    .expect({ type: "LandingIntended" });
});

test("[T9] one that fails sends the node back at once, as it was handed in", () => {
  const s = handedIn().and(builds("a"), starts("a", "test"), ...runs("commit-a", "lint", false));
  expect(steps(s)[0]).toBe("return commit-a");
  const entry = reportTrain(s.workspace, planOf(s)).entries[0];
  expect(entry?.wait).toEqual({ is: "goes_back" });
  expect(entry?.gates).toContainEqual(expect.objectContaining({ name: "lint", is: "failed", alone: true }));
  // Its candidate did not fail.
  s.when(back("a")).expectRefused({ refused: "outdated" });
  s.when(back("commit-a")).expect({ type: "NodeReturned", base: "base", content: "commit-a" });
  expect(s.state("a")).toBe("rework");
  expect(steps(s)).toEqual(["build b"]);
});

test("[T9] a node that passed alone is not sent back for it", () => {
  const s = handedIn().and(builds("a"), ...runs("commit-a", "lint"));
  s.when(back("commit-a")).expectRefused({ refused: "outdated" });
});

test("what was handed in is judged by nothing else, and its gates count as running", () => {
  const s = handedIn().and(starts("commit-a", "lint"));
  expect([...runningGates(s.workspace)].map(({ name, candidate }) => `${name} ${candidate.commit}`)).toEqual([
    "lint commit-a",
  ]);
  s.when(starts("commit-a", "test")).expectRefused({ refused: "outdated" });
  s.when({ type: "DropGate", ...about("commit-a"), gate: "lint" }).expect({ type: "GateDropped" });
  expect([...runningGates(s.workspace)]).toEqual([]);
});

test("a tree that passed as a candidate need not be looked at alone", () => {
  const s = handedIn().and({ ...builds("b"), tree: "tree-a" } as WorkspaceCommand);
  s.and(starts("b", "lint"), ends("b", "lint", true, "k"));
  s.when(ends("commit-a", "lint", true, "k")).expect({ type: "GateJudged", candidate: "commit-a" });
});
