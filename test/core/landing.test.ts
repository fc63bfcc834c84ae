import { describe, expect, test } from "vitest";
import type { WorkspaceCommand } from "../../src/core/command.ts";
import { attemptOf } from "../../src/core/node/node.ts";
import type { GateVerdict } from "../../src/core/node/node-events.ts";
import { oneByOne } from "../../src/core/train-mode.ts";
import { trainSteps } from "../../src/core/train-policy.ts";
import { plan, sync, work } from "./plans.ts";
import { claims, given, request, type Scenario, submits } from "./scenario.ts";

const two = plan("p", [work("a", { gates: ["lint", "test"] }), work("b"), work("c", { dependsOn: ["a"] })]);

/** `a` waits in the train before `b`. */
function handedIn(): Scenario {
  return given(
    { type: "SubmitPlan", plan: two },
    request("ada"),
    request("bob"),
    submits("ada", "x"),
    submits("bob", "y"),
  );
}

function candidate(node: string, onto = "base", commit = `k-${node}`, attempt = 1): WorkspaceCommand {
  return { type: "ReportCandidate", plan: "p", node, attempt, candidate: commit, tree: "t", onto, paths: ["x"] };
}

function starts(gate: string, node = "a", process = "p1"): WorkspaceCommand {
  const about = { plan: "p", node, candidate: `k-${node}` };
  return { type: "StartGate", ...about, gate, process, ms: 60_000, weight: 1, alone: false };
}

function verdict(gate: string, passed = true, node = "a", process = "p1"): WorkspaceCommand {
  const told: GateVerdict = {
    name: gate,
    passed,
    exitCode: passed ? 0 : 1,
    outputTail: "",
    alsoFailsOnBase: false,
    seconds: 1,
  };
  return { type: "ReportGate", plan: "p", node, candidate: `k-${node}`, process, verdict: told };
}

/** A process takes a gate on and tells how it ended. */
function judged(gate: string, passed = true, node = "a"): readonly WorkspaceCommand[] {
  return [starts(gate, node), verdict(gate, passed, node)];
}

/** The tip passes what failed on a candidate. */
function judgedOnTip(gate: string, node: string): readonly WorkspaceCommand[] {
  const about = { plan: "p", tip: "base", process: "p1" };
  const asked = { ...about, node, candidate: `k-${node}`, gate, ms: 60_000, weight: 1, alone: false };
  const told = { name: gate, passed: true, exitCode: 0, outputTail: "", alsoFailsOnBase: false, seconds: 1 };
  return [
    { type: "StartBaseGate", ...asked },
    { type: "ReportBaseGate", ...about, tree: "base", verdict: told },
  ];
}

function intend(node: string): WorkspaceCommand {
  return { type: "IntendLanding", plan: "p", node, candidate: `k-${node}` };
}

function landed(node: string): WorkspaceCommand {
  return { type: "ReportLanded", plan: "p", node, candidate: `k-${node}` };
}

function back(node: string, attempt = 1, base = "base"): WorkspaceCommand {
  return {
    type: "ReturnNode",
    plan: "p",
    node,
    attempt,
    why: { reason: "gate_failed", gates: [] },
    base,
    content: `k-${node}`,
  };
}

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

function next(s: Scenario): string {
  const of = s.workspace.plans.get("p");
  const [step] = of ? trainSteps(of, oneByOne) : [];
  return step ? `${step.do} ${step.node.id}` : "nothing";
}

describe("[T1] the branch moves by landings that were intended first", () => {
  test("one after another: build, judge, intend, land, and then the next on the new tip", () => {
    const s = handedIn();
    const steps: [string, WorkspaceCommand][] = [
      ["build a", candidate("a")],
      ["gate a", starts("lint")],
      ["gate a", starts("test")],
      ["nothing", verdict("lint")],
      ["nothing", verdict("test")],
      ["intend a", intend("a")],
      ["land a", landed("a")],
      ["build b", candidate("b", "k-a")],
      ["intend b", intend("b")],
      ["land b", landed("b")],
    ];
    for (const [step, command] of steps) {
      expect(next(s)).toBe(step);
      s.and(command);
    }
    expect(s.workspace.plans.get("p")).toMatchObject({
      tip: "k-b",
      train: [],
      landings: [{ node: "a" }, { node: "b" }],
    });
    expect(s.notices("ada")).toMatchObject([{ kind: "landed", facts: { commit: "k-a" } }]);
  });

  test.each([
    ["a landing that was not intended", landed("a")],
    ["a candidate on another tip", candidate("a", "old")],
    ["a candidate of an older attempt", candidate("a", "base", "k-a", 0)],
    ["a verdict on no candidate", verdict("lint")],
  ])("%s changes nothing", (_, command) => {
    handedIn().when(command).expectRefused({ refused: "outdated" });
  });

  test("a gate that begins is shown, but on the candidate of the day only", () => {
    const s = handedIn().when(starts("lint")).expectRefused({ refused: "outdated" });
    s.and(candidate("a")).when(starts("lint")).expect({ type: "GateStarted", gate: "lint" });
    s.and({ type: "AdoptIntegration", plan: "p", commit: "theirs" }, candidate("a", "theirs", "k2"));
    s.when(starts("lint")).expectRefused({ refused: "outdated" });
  });

  test("a landing that has only been made ready was not intended either", () => {
    handedIn()
      .and(candidate("a"), ...judged("lint"), ...judged("test"))
      .when(landed("a"))
      .expectRefused({ refused: "outdated" });
  });

  test("what is landing is finished even while the plan is paused, and cannot be given up or cancelled", () => {
    const s = handedIn().and(candidate("a"), ...judged("lint"), ...judged("test"), intend("a"), {
      ...revision,
      pause: true,
    });
    expect(next(s)).toBe("land a");
    s.when({ ...revision, cancel: ["a"] }).expectRefused({ refused: "node_over", nodes: ["a"] });
    s.when(back("a")).expectRefused({ refused: "outdated" });
    s.when(landed("a")).expect({ type: "NodeLanded", commit: "k-a" });
    expect(next(s)).toBe("nothing");
  });

  test("while a landing has begun nothing else moves", () => {
    const s = handedIn().and(candidate("a"), ...judged("lint"), ...judged("test"), intend("a"));
    s.when(candidate("b", "k-a")).expectRefused({ refused: "outdated" });
    s.and(landed("a")).when(candidate("b", "k-a")).expect({ type: "CandidateBuilt" });
  });

  test("a branch that was moved by hand stops the plan until it is adopted, and all is built anew", () => {
    const s = handedIn().and(candidate("a"), ...judged("lint"), ...judged("test"), intend("a"));
    s.when({ type: "ReportIntegrationMoved", plan: "p", expected: "other" }).expectRefused({ refused: "outdated" });
    s.when({ type: "ReportIntegrationMoved", plan: "p", expected: "base" }).expect({
      type: "PlanPaused",
      why: "integration_moved",
    });
    expect(next(s)).toBe("nothing");
    s.and({ type: "AdoptIntegration", plan: "p", commit: "theirs" });
    expect(next(s)).toBe("build a");
    s.when(candidate("a", "theirs")).expect({ type: "CandidateBuilt" });
  });
});

test("[T1] what was built on an old tip is built again before it lands", () => {
  const s = handedIn().and(candidate("a"), ...judged("lint"), ...judged("test"));
  s.and({ type: "MergeTarget", plan: "p", target: "new", gates: [] });
  s.and(candidate("merge-target-1", "base", "merge", 0));
  s.and({ type: "IntendLanding", plan: "p", node: "merge-target-1", candidate: "merge" });
  s.and({ type: "ReportLanded", plan: "p", node: "merge-target-1", candidate: "merge" });
  expect(next(s)).toBe("build a");
  s.when(intend("a")).expectRefused({ refused: "outdated" });
  s.and(candidate("a", "merge", "k2"));
  expect(next(s)).toBe("gate a");
});

describe("[T2] what lands passed the gates it needed", () => {
  test("on the very candidate that lands", () => {
    const s = handedIn().and(candidate("a"), ...judged("lint"));
    s.when(intend("a")).expectRefused({ refused: "outdated" });
    s.when(verdict("lint")).expectRefused({ refused: "outdated" });
    s.and(...judged("test"))
      .when(intend("a"))
      .expect({ type: "LandingIntended", from: "base", carries: [] });
  });

  test("and none of them failed", () => {
    const s = handedIn().and(candidate("a"), ...judged("lint"), ...judged("test", false));
    s.when(intend("a")).expectRefused({ refused: "outdated" });
    s.when(starts("test")).expectRefused({ refused: "outdated" });
    expect(next(s)).toBe("base a");
    s.and(...judgedOnTip("test", "a"));
    expect(next(s)).toBe("return a");
  });

  test("and not on the one before it", () => {
    const s = handedIn().and(candidate("a"), { type: "AdoptIntegration", plan: "p", commit: "theirs" });
    s.and(candidate("a", "theirs", "k2"), { ...starts("lint"), candidate: "k2" } as WorkspaceCommand);
    s.when(verdict("lint")).expectRefused({ refused: "outdated" });
    expect(next(s)).toBe("gate a");
  });

  test("also those that were asked for while it was in the train", () => {
    const s = handedIn().and(candidate("a"), ...judged("lint"), ...judged("test"));
    s.and({ ...revision, change: [{ id: "a", fields: { gates: ["lint", "e2e"] } }] });
    expect(next(s)).toBe("gate a");
    s.when(intend("a")).expectRefused({ refused: "outdated" });
  });

  test("what failed goes back to its agent first, with the merge, and leaves the train to the next", () => {
    const s = handedIn()
      .and(candidate("a"), ...judged("lint", false))
      .when(back("a"));
    s.expect({ type: "NodeReturned", base: "base", content: "k-a", until: 600_000 });
    expect([s.state("a"), next(s)]).toEqual(["rework", "build b"]);
    expect(s.notices("ada")).toMatchObject([{ kind: "rework", facts: { reason: "gate_failed" } }]);
    s.and(submits("ada", "x"));
    expect(s.workspace.plans.get("p")?.train).toEqual(["b", "a"]);
  });

  test("what goes back gets its reads again where nobody took them meanwhile", () => {
    const reader = plan("p", [work("a", { reads: ["docs/**", "web/**"], uses: ["build"] }), work("b")]);
    const s = given({ type: "SubmitPlan", plan: reader }, request("ada"), request("bob"), submits("ada", "x"));
    s.and(claims("bob", "write docs/x.md"));
    s.when(back("a")).expect(
      { type: "NodeReturned" },
      { type: "ClaimsGranted", claims: [{ pattern: "web/**" }, { pattern: "build" }] },
    );
  });

  test("a report on another base comes too late", () => {
    handedIn()
      .and(candidate("a"))
      .when(back("a", 1, "old"))
      .expectRefused({ refused: "outdated" });
    const clashed = { ...back("a", 1, "old"), why: { reason: "conflict", conflicts: [] } } as WorkspaceCommand;
    handedIn().when(clashed).expectRefused({ refused: "outdated" });
  });
});

describe("[T3] a node lands after all that it depends on", () => {
  test("because it is only handed out then", () => {
    const s = handedIn();
    expect(s.state("c")).toBe("pending");
    s.and(candidate("a"), ...judged("lint"), ...judged("test"), intend("a"), landed("a"));
    expect(s.state("c")).toBe("ready");
  });

  test("a node in the train cannot be given new ground", () => {
    handedIn()
      .when({ ...revision, change: [{ id: "a", fields: { dependsOn: ["b"] } }] })
      .expectRefused({ refused: "node_live" });
  });
});

describe("the target's progress", () => {
  const merge = { type: "MergeTarget", plan: "p", target: "new", gates: ["test"] } as const;

  test("is merged by a node that goes first in the train, but not past a landing that has begun", () => {
    const s = handedIn().when(merge);
    s.expect(
      { type: "NodeAdded", node: { id: "merge-target-1", merges: "new", gates: ["test"] } },
      { type: "NodeReached" },
    );
    expect(s.workspace.plans.get("p")?.train).toEqual(["merge-target-1", "a", "b"]);
    const begun = handedIn().and(candidate("a"), ...judged("lint"), ...judged("test"), intend("a"), merge);
    expect(begun.workspace.plans.get("p")?.train).toEqual(["a", "merge-target-1", "b"]);
    begun.when({ ...merge, target: "newer" }).expect();
  });

  test("is merged after all when its node was cancelled and the plan is to land again", () => {
    const s = handedIn().and(merge, { ...revision, cancel: ["merge-target-1"] });
    s.when(merge).expect({ type: "NodeRetried", node: "merge-target-1" }, { type: "NodeReached" });
  });

  test("that conflicts becomes work that anybody can take, with the merge in the worktree", () => {
    const s = handedIn().and(merge);
    s.when({
      type: "ReturnNode",
      plan: "p",
      node: "merge-target-1",
      attempt: 0,
      why: { reason: "conflict", conflicts: [] },
      base: "base",
      content: "merge",
    });
    s.expect({ type: "NodeReturned" });
    expect(s.workspace.plans.get("p")?.train).toEqual(["a", "b"]);
    s.when(request("cyd")).expect({ type: "NodeLeased", node: "merge-target-1", content: { commit: "merge" } });
    const { slot, ...by } = { ...s.attempt("cyd"), slot: attemptOf(s.node("merge-target-1"))?.slot ?? "" };
    s.and({ type: "ReportSlot", ...by, slot }, submits("cyd", "x"));
    expect(s.workspace.plans.get("p")?.train).toEqual(["merge-target-1", "a", "b"]);
  });

  test("is not merged twice, nor into a plan that has landed, and takes no name that is in use", () => {
    const s = given({ type: "SubmitPlan", plan: plan("p", [work("Merge-Target-1")]) }).when(merge);
    s.expect({ node: { id: "merge-target-2" } }, { type: "NodeReached" })
      .when(merge)
      .expect();
    const done = given({ type: "SubmitPlan", plan: plan("p", [work("a")]) }, request("ada"), submits("ada"));
    done
      .and({ type: "ReportPlanLanded", plan: "p", commit: "base" })
      .when(merge)
      .expectRefused({ refused: "plan_over" });
  });
});

test("a plan is finished when its last node lands, also where that is a sync point", () => {
  const s = given(
    { type: "SubmitPlan", plan: plan("p", [work("a"), sync("s", { dependsOn: ["a"] })]) },
    request("ada"),
    submits("ada"),
  );
  s.and(candidate("s", "base", "k-s", 0), intend("s")).when(landed("s"));
  s.expect({ type: "NodeLanded", node: "s", attempt: 0 }, { type: "PlanFinished" });
});
