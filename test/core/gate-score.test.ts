import { describe, expect, test } from "vitest";
import type { WorkspaceCommand } from "../../src/core/command.ts";
import { lowestScore } from "../../src/core/gate-score.ts";
import type { NodeSpec, Policy } from "../../src/core/plan/spec.ts";
import { groundOf } from "../../src/core/train-ground.ts";
import type { TrainMode } from "../../src/core/train-mode.ts";
import { trainSteps } from "../../src/core/train-policy.ts";
import { reportTrain } from "../../src/core/train-report.ts";
import { why } from "../../src/core/why.ts";
import { dump } from "./dump.ts";
import { plan, work } from "./plans.ts";
import { restored } from "./restored.ts";
import { given, request, type Scenario, submits } from "./scenario.ts";

const window: TrainMode = { is: "window", size: 3 };
const batch: TrainMode = { is: "batch", size: 3 };

const gates = ["test", "types", "lint"];

/** `types` counts 7 and `lint` 3, `test` must pass; `a`, `b` and what else is given wait in the train. */
function handedIn(
  fields: Readonly<Record<string, Partial<NodeSpec>>> = { a: { gates }, b: { gates } },
  policy: Partial<Policy> = {},
): Scenario {
  const nodes = Object.entries(fields).map(([id, given]) => work(id, given));
  const score = { threshold: 0.7, points: { types: 7, lint: 3 } };
  const common = { mode: "parallel", maxParallel: 8, scope: "auto", onFailure: "continue", score } as const;
  return given(
    { type: "SubmitPlan", plan: plan("p", nodes, { policy: { ...common, ...policy } }) },
    ...Object.keys(fields).flatMap((id) => [request(`agent-${id}`), submits(`agent-${id}`, id)]),
  );
}

function builds(node: string, onto = "base", candidate = `k-${node}`): WorkspaceCommand {
  return { type: "ReportCandidate", plan: "p", node, attempt: 1, candidate, tree: candidate, onto, paths: [node] };
}

/** Gates that end on a node's candidate, a failed one written as `lint!`. */
function ends(node: string, ...said: readonly string[]): readonly WorkspaceCommand[] {
  const about = { plan: "p", node, candidate: `k-${node}`, process: "p1" };
  return said.flatMap((text): readonly WorkspaceCommand[] => [
    { type: "StartGate", ...about, gate: text.replace("!", ""), ms: 60_000, weight: 1, alone: false },
    { type: "ReportGate", ...about, verdict: verdictOf(text) },
  ]);
}

/** What a gate says of the tip, asked for because it failed on a node's candidate. */
function onTip(node: string, ...said: readonly string[]): readonly WorkspaceCommand[] {
  return said.flatMap((text): readonly WorkspaceCommand[] => {
    const about = { plan: "p", tip: "base", process: "p1" };
    const how = { gate: text.replace("!", ""), ms: 60_000, weight: 1, alone: false };
    return [
      { type: "StartBaseGate", ...about, ...how, node, candidate: `k-${node}` },
      { type: "ReportBaseGate", ...about, tree: "base", verdict: verdictOf(text) },
    ];
  });
}

function verdictOf(text: string) {
  const passed = !text.endsWith("!");
  const told = { outputTail: "", alsoFailsOnBase: false, seconds: 1 };
  return { name: text.replace("!", ""), passed, exitCode: passed ? 0 : 1, ...told };
}

const intends = (node: string): WorkspaceCommand => ({
  type: "IntendLanding",
  plan: "p",
  node,
  candidate: `k-${node}`,
});
const lands = (node: string): readonly WorkspaceCommand[] => [
  intends(node),
  { type: "ReportLanded", plan: "p", node, candidate: `k-${node}` },
];

function back(node: string, base = "base"): WorkspaceCommand {
  const why = { reason: "gate_failed", gates: [] } as const;
  return { type: "ReturnNode", plan: "p", node, attempt: 1, why, base, content: `k-${node}` };
}

function steps(s: Scenario, mode = window): readonly string[] {
  const of = s.workspace.plans.get("p");
  return [...new Set((of ? trainSteps(of, mode) : []).map((step) => `${step.do} ${step.node.id}`))];
}

const outdated = { refused: "outdated" };

describe("[T11] a gate that counts for points", () => {
  test("[T11] may fail while the others reach the threshold, and its node is told to have landed so", () => {
    const s = handedIn().and(builds("a"), ...ends("a", "lint!"));
    // Nobody asks the base, nobody is built anew, and what is left is judged.
    expect(steps(s)).toEqual(["build b", "gate a"]);
    s.when(intends("a")).expectRefused(outdated);
    s.and(...ends("a", "test", "types"));
    s.when(back("a")).expectRefused(outdated);
    s.and(...lands("a")).expect({ type: "NodeLanded", failedWithinThreshold: ["lint"], score: 0.7 });
    expect(s.node("a").state).toMatchObject({ is: "landed", failedWithinThreshold: ["lint"], score: 0.7 });
    expect(s.node("a").state).not.toHaveProperty("failedAsBase");
    expect(dump(restored(s.workspace))).toBe(dump(s.workspace));
  });

  test("[T11] sends its node back once too few points are left", () => {
    const s = handedIn().and(builds("a"), ...ends("a", "test", "lint", "types!"));
    s.when(intends("a")).expectRefused(outdated);
    expect(steps(s)).toContain("base a");
    s.and(...onTip("a", "types"));
    expect(steps(s)).toContain("return a");
    s.when(back("a")).expect({ type: "NodeReturned" });
  });

  test("[T11] is no excuse for one that counts for nothing", () => {
    const s = handedIn().and(builds("a"), ...ends("a", "test!", "types", "lint"));
    s.when(intends("a")).expectRefused(outdated);
    s.and(...onTip("a", "test"));
    expect(steps(s)).toContain("return a");
    s.when(back("a")).expect({ type: "NodeReturned" });
  });

  test("[T11] must have been run, even where its points are not needed", () => {
    const s = handedIn().and(builds("a"), ...ends("a", "test", "types"));
    s.when(intends("a")).expectRefused(outdated);
    expect(steps(s)).toContain("gate a");
  });

  test("[T11] is one that its plan knew as such when it was submitted, whatever it is called", () => {
    const none = handedIn({ a: { gates: ["lint"] } }, { score: { threshold: 0, points: {} } });
    none.and(builds("a"), ...ends("a", "lint!"));
    none.when(intends("a")).expectRefused(outdated);
    const odd = handedIn({ a: { gates: ["constructor", ...gates] } });
    odd.and(builds("a"), ...ends("a", "constructor", "test", "types", "lint!"));
    odd.when(intends("a")).expect({ type: "LandingIntended" });
  });

  test("[T11] that a node expects to pass in the end must pass on what brings the node along", () => {
    const s = handedIn({ red: { redGates: ["lint"] } });
    s.and(builds("red"), ...ends("red", "lint!"));
    expect(s.node("red").state).toMatchObject({ red: "k-red" });
    s.and({
      type: "RevisePlan",
      plan: "p",
      add: [work("green", { dependsOn: ["red"], gates })],
      change: [],
      cancel: [],
      retry: [],
      pause: false,
      resume: false,
      finish: false,
    });
    s.and(request("agent-green"), submits("agent-green", "green"), builds("green", "k-red"));
    s.and(...ends("green", "test", "types", "lint!"));
    s.when(intends("green")).expectRefused(outdated);
    s.when(back("green", "k-red")).expect({ type: "NodeReturned" });
  });

  test("[T11] [T7] must pass before a node that is expected to fail is built on", () => {
    const s = handedIn({ red: { redGates: ["test"], gates: ["types", "lint"] } });
    s.and(builds("red"), ...ends("red", "test!", "types", "lint!"));
    expect(s.node("red").state).not.toHaveProperty("red");
    expect(shown(s, "red")).toMatchObject([{ is: "passed" }, { is: "failed" }, { is: "failed_as_expected" }]);
  });
});

describe("[T11] what lands together", () => {
  test("[T11] each reaches the threshold by its own gates: nobody lands by the points of others", () => {
    const s = handedIn({ a: { gates: ["lint"] }, b: { gates } }).and(builds("a"), builds("b", "k-a"));
    s.and(...ends("a", "lint!"), ...ends("b", "test", "types", "lint!"));
    s.when(intends("b")).expectRefused(outdated);
    s.and(...onTip("a", "lint"), back("a"), builds("b"), ...ends("b", "test", "types", "lint!"));
    s.when(intends("b")).expect({ type: "LandingIntended" });
  });

  test("[T11] a batch lands as a whole with what may fail, and each is told its own score", () => {
    const s = handedIn({ a: { gates: ["types"] }, b: { gates } }).and(builds("a"), builds("b", "k-a"));
    s.and(...ends("b", "test", "lint!"));
    expect(steps(s, batch)).toEqual(["gate b"]);
    s.and(...ends("b", "types"));
    expect(steps(s, batch)).toEqual(["intend b"]);
    s.and(...lands("b")).expect(
      { type: "NodeLanded", node: "a", score: 1 },
      { type: "NodeLanded", node: "b", score: 0.7, failedWithinThreshold: ["lint"] },
      { type: "PlanFinished" },
    );
  });
});

describe("[T11] beside what the base fails", () => {
  test("[T11] the points of what fails there too are missing, so that they cannot be lost landing by landing", () => {
    const s = handedIn(undefined, { baseline: "ratchet" }).and(builds("a"), ...ends("a", "test", "types!", "lint!"));
    s.when(back("a")).expectRefused(outdated);
    s.and(...onTip("a", "types!", "lint"));
    expect(shown(s, "a")).toMatchObject([{ is: "passed" }, { is: "failed_as_base" }, { is: "failed" }]);
    s.when(intends("a")).expectRefused(outdated);
    s.when(back("a")).expect({ type: "NodeReturned" });
  });

  test("[T11] [T10] what the base fails is let be as that, however few points are left", () => {
    const s = handedIn(undefined, { baseline: "ratchet" }).and(builds("a"), ...ends("a", "test", "types!", "lint"));
    s.and(...onTip("a", "types!"), ...lands("a")).expect({ failedAsBase: ["types"], score: 0.3 });
  });
});

test("[T11] [W1] a gate that may fail is shown so, and nobody waits for it", () => {
  const s = handedIn().and(builds("a"), ...ends("a", "lint!", "test"));
  expect(shown(s, "a")).toMatchObject([{ is: "passed" }, { is: "waiting" }, { is: "failed_within_threshold" }]);
  expect(why(s.workspace, { node: "a" })[0]?.waitsFor).toMatchObject([{ kind: "gate", what: "types" }]);
  s.and(...ends("a", "types"));
  expect(why(s.workspace, { node: "a" })[0]?.waitsFor).toMatchObject([{ kind: "landing" }]);
});

function shown(s: Scenario, node: string) {
  const of = s.workspace.plans.get("p");
  const entry = of && reportTrain(s.workspace, of).entries.find((one) => one.node.id === node);
  return entry?.gates ?? [];
}

test("[T11] where nothing lands, or no gate counts for points, there is no score", () => {
  const s = given(
    { type: "SubmitPlan", plan: plan("p", [work("a", { gates: ["test"] })]) },
    request("ann"),
    submits("ann", "x"),
    {
      type: "ReportCandidate",
      plan: "p",
      node: "a",
      attempt: 1,
      candidate: "k",
      tree: "t",
      onto: "base",
      paths: ["x"],
    },
  );
  const of = s.workspace.plans.get("p");
  expect(of && lowestScore(of, [])).toBeUndefined();
  expect(of && groundOf(of, s.node("a"))).toHaveLength(1);
  expect(of && lowestScore(of, groundOf(of, s.node("a")) ?? [])).toBeUndefined();
});
