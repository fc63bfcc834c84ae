import { describe, expect, test } from "vitest";
import type { WorkspaceCommand } from "../../src/core/command.ts";
import type { GateVerdict } from "../../src/core/node/node-events.ts";
import type { NodeSpec, Policy } from "../../src/core/plan/spec.ts";
import { fromSections, toSections } from "../../src/core/snapshot.ts";
import type { TrainMode } from "../../src/core/train-mode.ts";
import { trainSteps } from "../../src/core/train-policy.ts";
import { reportTrain } from "../../src/core/train-report.ts";
import { why } from "../../src/core/why.ts";
import { dump } from "./dump.ts";
import { plan, work } from "./plans.ts";
import { given, request, type Scenario, submits } from "./scenario.ts";

const window: TrainMode = { is: "window", size: 3 };
const batch: TrainMode = { is: "batch", size: 3 };

/** `a`, `b` and `c` wait in the train. */
function handedIn(baseline: Policy["baseline"], specs: Partial<NodeSpec> = {}): Scenario {
  const nodes = ["a", "b", "c"].map((id) => work(id, { gates: ["test"], ...specs }));
  const policy = { mode: "parallel", maxParallel: 8, scope: "auto", onFailure: "continue" } as const;
  const written = plan("p", nodes, { policy: { ...policy, ...(baseline ? { baseline } : {}) } });
  return given(
    { type: "SubmitPlan", plan: written },
    ...["a", "b", "c"].flatMap((id) => [request(`agent-${id}`), submits(`agent-${id}`, id)]),
  );
}

function builds(node: string, onto: string, candidate = `k-${node}`): WorkspaceCommand {
  return { type: "ReportCandidate", plan: "p", node, attempt: 1, candidate, tree: candidate, onto, paths: [node] };
}

type Said = Partial<Pick<GateVerdict, "exitCode" | "failedTests" | "tests">> & { readonly key?: string };

function verdictOf(gate: string, passed: boolean, { key: _, ...said }: Said = {}): GateVerdict {
  const told = { name: gate, passed, exitCode: passed ? 0 : 1, outputTail: "", alsoFailsOnBase: false, seconds: 1 };
  return { ...told, ...said };
}

/** A gate begins and ends on a candidate. */
function judged(node: string, passed: boolean, said: Said = {}, candidate = `k-${node}`): readonly WorkspaceCommand[] {
  const about = { plan: "p", node, candidate, process: "p1" };
  const { key = "key" } = said;
  return [
    { type: "StartGate", ...about, gate: "test", ms: 60_000, weight: 1, alone: false },
    { type: "ReportGate", ...about, verdict: verdictOf("test", passed, said), key },
  ];
}

function startsOnTip(node: string, { tip = "base", candidate = `k-${node}`, process = "p1" } = {}): WorkspaceCommand {
  const how = { gate: "test", process, ms: 60_000, weight: 1, alone: false };
  return { type: "StartBaseGate", plan: "p", node, candidate, tip, ...how };
}

function saysOfTip(passed: boolean, said: Said = {}, tip = "base"): WorkspaceCommand {
  const { key = "key" } = said;
  const verdict = verdictOf("test", passed, said);
  return { type: "ReportBaseGate", plan: "p", tip, process: "p1", tree: tip, verdict, key };
}

/** The gate is run on the tip because of a node. */
function onTip(node: string, passed: boolean, said: Said = {}): readonly WorkspaceCommand[] {
  return [startsOnTip(node), saysOfTip(passed, said)];
}

function lands(node: string, candidate = `k-${node}`): readonly WorkspaceCommand[] {
  const of = { plan: "p", node, candidate };
  return [
    { type: "IntendLanding", ...of },
    { type: "ReportLanded", ...of },
  ];
}

function back(node: string, base = "base"): WorkspaceCommand {
  const why = { reason: "gate_failed", gates: [] } as const;
  return { type: "ReturnNode", plan: "p", node, attempt: 1, why, base, content: `k-${node}` };
}

function steps(s: Scenario, mode = window): readonly string[] {
  const of = s.workspace.plans.get("p");
  return [...new Set((of ? trainSteps(of, mode) : []).map((step) => `${step.do} ${step.node.id}`))];
}

const twoFail = { failedTests: ["t1", "t2"], tests: { passed: 5, failed: 2, skipped: 0 } };
const oneFails = { failedTests: ["t2"], tests: { passed: 6, failed: 1, skipped: 0 } };
const another = { failedTests: ["t2", "t3"], tests: { passed: 5, failed: 2, skipped: 0 } };

describe("a gate that failed on a candidate that stands on the tip", () => {
  test.each(["block", "ratchet", undefined] as const)("is run on the tip first, whatever the policy: %s", (policy) => {
    const s = handedIn(policy).and(builds("a", "base"), ...judged("a", false));
    expect(steps(s)[0]).toBe("base a");
    s.and(startsOnTip("a"));
    expect(steps(s).filter((step) => step.endsWith("a"))).toEqual([]);
    expect(why(s.workspace, { node: "a" })[0]?.waitsFor).toMatchObject([{ kind: "gate", what: "test on the base" }]);
  });

  test("[T4] is run there once, by one process, in a slot of its own", () => {
    const s = handedIn("block").and(builds("a", "base"), ...judged("a", false));
    s.when(saysOfTip(false)).expectRefused({ refused: "outdated" });
    s.when(startsOnTip("a")).expect({ type: "BaseGateStarted", tip: "base", node: "a", gate: "test" });
    s.when(startsOnTip("a", { process: "p2" })).expectRefused({ refused: "outdated" });
    s.and(builds("b", "base"));
    s.when({ type: "DropBaseGate", plan: "p", tip: "base", gate: "test", process: "p2" }).expectRefused({
      refused: "outdated",
    });
    s.and({ type: "DropBaseGate", plan: "p", tip: "base", gate: "test", process: "p1" });
    s.when(startsOnTip("a", { process: "p2" })).expect({ type: "BaseGateStarted", process: "p2" });
    s.when(saysOfTip(false)).expectRefused({ refused: "outdated" });
  });

  test("[T4] a gate on the tip takes its place among those that may run at once", () => {
    const s = handedIn("block").and(
      builds("a", "base"),
      ...judged("a", false),
      builds("b", "base"),
      builds("c", "k-b"),
    );
    s.and(startsOnTip("a"), judged("b", true)[0] ?? startsOnTip("a"));
    s.when(judged("c", true)[0] ?? startsOnTip("a")).expectRefused({ refused: "outdated" });
  });

  test("[T10] blocks under block, though the base fails too", () => {
    const s = handedIn("block").and(builds("a", "base"), ...judged("a", false), ...onTip("a", false));
    expect(steps(s)[0]).toBe("return a");
    for (const command of lands("a").slice(0, 1)) s.when(command).expectRefused({ refused: "outdated" });
    s.when(back("a")).expect({ type: "NodeReturned" });
  });

  test("[T10] lands under ratchet, and is said to have failed as on the base", () => {
    const s = handedIn("ratchet").and(builds("a", "base"), ...judged("a", false));
    for (const command of lands("a").slice(0, 1)) s.when(command).expectRefused({ refused: "outdated" });
    s.when(back("a")).expectRefused({ refused: "outdated" });
    s.and(...onTip("a", false));
    s.when(back("a")).expectRefused({ refused: "outdated" });
    expect(steps(s)).toEqual(["intend a"]);
    s.and(...lands("a")).expect({ type: "NodeLanded", node: "a", failedAsBase: ["test"] });
    expect(s.node("a").state).toMatchObject({ is: "landed", failedAsBase: ["test"] });
  });

  test("[T10] comes back under ratchet when the tip passes", () => {
    const s = handedIn("ratchet").and(builds("a", "base"), ...judged("a", false), ...onTip("a", true));
    expect(steps(s)[0]).toBe("return a");
    s.when(back("a")).expect({ type: "NodeReturned" });
  });

  test.each([
    ["a test fails that does not fail there", another, oneFails],
    ["it names no test, and the tip does", {}, oneFails],
    ["more fail than can be named", { ...twoFail, tests: { passed: 0, failed: 99, skipped: 0 } }, twoFail],
    ["it could not be run", { exitCode: null }, {}],
    ["its command was not found", { exitCode: 127 }, {}],
    ["the tip could not be judged", {}, { exitCode: null }],
    ["the tip was judged by another command", {}, { key: "another" }],
  ] as const)("[T10] blocks under ratchet when %s", (_, here, there) => {
    const s = handedIn("ratchet").and(builds("a", "base"), ...judged("a", false, here), ...onTip("a", false, there));
    expect(steps(s)[0]).toBe("return a");
    for (const command of lands("a").slice(0, 1)) s.when(command).expectRefused({ refused: "outdated" });
  });

  test.each([
    ["the same tests fail", twoFail, twoFail],
    ["fewer tests fail", oneFails, twoFail],
    ["only the tip names none", oneFails, {}],
    [
      "not more fail than on the tip, where these are too many to name",
      another,
      { ...twoFail, tests: { passed: 0, failed: 99, skipped: 0 } },
    ],
  ])("[T10] lands under ratchet when %s", (_, here, there) => {
    const s = handedIn("ratchet").and(builds("a", "base"), ...judged("a", false, here), ...onTip("a", false, there));
    expect(steps(s)).toEqual(["intend a"]);
  });

  test("[T10] a verdict of the tip by a command of before is asked for again", () => {
    const s = handedIn("ratchet").and(builds("a", "base"), ...judged("a", false), ...onTip("a", true), back("a"));
    s.and(builds("b", "base"), ...judged("b", false, { key: "stricter" }));
    expect(steps(s)[0]).toBe("base b");
    s.and(startsOnTip("b"), saysOfTip(false, { key: "stricter" }));
    expect(steps(s)).toEqual(["intend b"]);
  });

  test("[T10] a gate that somebody expects to pass in the end is not excused", () => {
    const s = handedIn("ratchet", { gates: ["lint"], redGates: ["test"] }).and(builds("a", "base"));
    s.and(...judged("a", false));
    s.when(startsOnTip("a")).expectRefused({ refused: "outdated" });
  });

  test("[T10] what is to pass in the end is not excused either for who brings along the node that showed it missing", () => {
    const nodes = [
      work("a", { redGates: ["test"] }),
      work("b", { dependsOn: ["a"] }),
      work("c", { gates: ["test"], dependsOn: [] }),
    ];
    const policy = { mode: "parallel", maxParallel: 8, scope: "auto", onFailure: "continue" } as const;
    const written = plan("p", nodes, { policy: { ...policy, baseline: "ratchet" } });
    const s = given({ type: "SubmitPlan", plan: written }, request("ada"), request("cyd"));
    s.and(submits("ada", "a"), submits("cyd", "c"), builds("a", "base"), ...judged("a", false));
    s.and(builds("c", "base"), ...judged("c", false), ...onTip("c", false), request("bob"), submits("bob", "b"));
    s.and(builds("b", "k-a"), ...judged("b", false));
    s.when(lands("b")[0] ?? back("b")).expectRefused({ refused: "outdated" });
  });

  test("[T10] what the one below mended may not be broken again, though the tip fails as well", () => {
    const s = handedIn("ratchet").and(builds("c", "base"), ...judged("c", false), ...onTip("c", false));
    s.and(builds("a", "base"), ...judged("a", true), builds("b", "k-a"), ...judged("b", false));
    s.when(lands("b")[0] ?? back("b")).expectRefused({ refused: "outdated" });
  });
});

describe("[T10] the tip moves", () => {
  test("what was known of it is gone, and what landed was judged for the new one", () => {
    const s = handedIn("ratchet").and(
      builds("a", "base"),
      ...judged("a", false, twoFail),
      ...onTip("a", false, twoFail),
    );
    s.and(builds("b", "k-a"), ...lands("a"));
    expect([...(s.workspace.plans.get("p")?.onTip ?? [])]).toMatchObject([["test", { passed: false, ...twoFail }]]);
    // No run on the new tip.
    s.and(...judged("b", false, twoFail));
    expect(steps(s)).toEqual(["intend b"]);
  });

  test("a failure is not excused by what the tip of before said", () => {
    const s = handedIn("ratchet").and(builds("a", "base"), ...judged("a", false), ...onTip("a", false));
    s.and({ type: "AdoptIntegration", plan: "p", commit: "theirs" }, builds("a", "theirs", "k2"));
    s.and(...judged("a", false, {}, "k2"));
    s.when({ type: "IntendLanding", plan: "p", node: "a", candidate: "k2" }).expectRefused({ refused: "outdated" });
    expect(steps(s)[0]).toBe("base a");
    s.when(startsOnTip("a", { candidate: "k2" })).expectRefused({ refused: "outdated" });
  });

  test("a run on the tip of before tells nothing", () => {
    const s = handedIn("ratchet").and(builds("a", "base"), ...judged("a", false), startsOnTip("a"));
    s.and({ type: "AdoptIntegration", plan: "p", commit: "theirs" });
    s.when(saysOfTip(false)).expectRefused({ refused: "outdated" });
    expect(s.workspace.plans.get("p")?.runsOnTip.size).toBe(0);
  });

  test("[T10] what mended something may not be undone: the ratchet only tightens", () => {
    const s = handedIn("ratchet").and(
      builds("a", "base"),
      ...judged("a", false, oneFails),
      ...onTip("a", false, twoFail),
    );
    s.and(builds("b", "k-a"), ...judged("b", false, twoFail));
    // Together they would be no worse than the base.
    s.when(lands("b")[0] ?? back("b")).expectRefused({ refused: "outdated" });
    s.and(...lands("a"));
    expect(steps(s)[0]).toBe("return b");
    s.when(back("b", "k-a")).expect({ type: "NodeReturned" });
  });

  test("[T10] what passed once does not fail again", () => {
    const s = handedIn("ratchet").and(builds("a", "base"), ...judged("a", true), builds("b", "k-a"));
    s.and(...judged("b", false), ...lands("a"));
    expect(steps(s)[0]).toBe("return b");
  });
});

describe("[T10] a window", () => {
  test("goes on behind what may be the base's failure, and lands together what is", () => {
    const s = handedIn("ratchet").and(builds("a", "base"), builds("b", "k-a"), builds("c", "k-b"));
    s.and(...judged("a", false));
    expect(steps(s)).toEqual(["base a", "gate b", "gate c"]);
    s.and(...judged("b", false), startsOnTip("a"), ...judged("c", true));
    // Who passed everything needs no excuse, and brings along what it stands on.
    expect(steps(s)).toEqual(["intend c"]);
    s.and(...lands("c")).expect(
      { type: "NodeLanded", node: "a" },
      { type: "NodeLanded", node: "b" },
      { type: "NodeLanded", node: "c" },
      { type: "PlanFinished" },
    );
    expect(s.node("a").state).not.toHaveProperty("failedAsBase");
    expect([...(s.workspace.plans.get("p")?.onTip ?? [])]).toMatchObject([["test", { passed: true }]]);
  });

  test("excuses nothing while the one below may still pass", () => {
    const s = handedIn("ratchet").and(builds("a", "base"), ...judged("a", false), ...onTip("a", false), ...lands("a"));
    const [starts = back("b"), ends = back("b")] = judged("b", false);
    s.and(builds("b", "k-a"), builds("c", "k-b"), starts, ...judged("c", false));
    expect(steps(s)).toEqual([]);
    s.when(lands("c")[0] ?? back("c")).expectRefused({ refused: "outdated" });
    s.and(ends);
    expect(steps(s)).toEqual(["intend c"]);
  });

  test("under block builds the next without what failed", () => {
    const s = handedIn("block").and(builds("a", "base"), builds("b", "k-a"), ...judged("a", false));
    expect(steps(s)).toEqual(["base a", "build b"]);
  });
});

describe("[T10] a batch", () => {
  const all = () => handedIn("ratchet").and(builds("a", "base"), builds("b", "k-a"), builds("c", "k-b"));

  test("asks the base before it looks for who is to blame, and lands as a whole when the base fails too", () => {
    const s = all().and(...judged("c", false, oneFails));
    expect(steps(s, batch)).toEqual(["base c"]);
    s.and(...onTip("c", false, twoFail));
    expect(steps(s, batch)).toEqual(["intend c"]);
    s.and(...lands("c")).expect(
      ...["a", "b", "c"].map((node) => ({ type: "NodeLanded", node, failedAsBase: ["test"] })),
      { type: "PlanFinished" },
    );
  });

  test("looks for who is to blame when the base passes", () => {
    const s = all().and(...judged("c", false), ...onTip("c", true));
    expect(steps(s, batch)).toEqual(["gate a"]);
  });
});

test("what waits for a verdict of the base, or is excused, is shown so", () => {
  const s = handedIn("ratchet").and(builds("a", "base"), ...judged("a", false));
  const entry = () => {
    const of = s.workspace.plans.get("p");
    return of && reportTrain(s.workspace, of).entries[0];
  };
  expect(entry()).toMatchObject({ wait: { is: "base" }, gates: [{ name: "test", is: "failed" }] });
  s.and(...onTip("a", false));
  expect(entry()).toMatchObject({ wait: { is: "landing" }, gates: [{ name: "test", is: "failed_as_base" }] });
  expect(why(s.workspace, { node: "a" })[0]?.waitsFor).toMatchObject([{ kind: "landing" }]);
});

test("[D1] what is known of a tip, and what is run on it, is in a snapshot", () => {
  const s = handedIn("ratchet").and(builds("a", "base"), ...judged("a", false), startsOnTip("a"));
  const restored = () => fromSections(toSections(s.workspace), s.workspace.position);
  expect(restored()?.plans.get("p")?.runsOnTip.size).toBe(1);
  s.and(saysOfTip(false));
  expect(restored()?.plans.get("p")?.onTip.size).toBe(1);
  const again = restored();
  expect(again && dump(again)).toBe(dump(s.workspace));
});
