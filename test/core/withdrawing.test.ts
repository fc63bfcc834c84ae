import { describe, expect, test } from "vitest";
import type { WorkspaceCommand } from "../../src/core/command.ts";
import { attemptOf } from "../../src/core/node/node.ts";
import { oneByOne } from "../../src/core/train-mode.ts";
import { trainSteps } from "../../src/core/train-policy.ts";
import { plan, sync, work } from "./plans.ts";
import { claims, given, request, type Scenario, submits } from "./scenario.ts";

/** `a` waits in the train before `b`, which stands on it; both have passed. */
function standing(): Scenario {
  const nodes = [work("a", { gates: ["test"], reads: ["docs/**"] }), work("b", { gates: ["test"] })];
  return given(
    { type: "SubmitPlan", plan: plan("p", nodes) },
    request("ada"),
    request("bob"),
    submits("ada", "x"),
    submits("bob", "y"),
    builds("a", "base"),
    builds("b", "k-a"),
  );
}

function builds(node: string, onto: string): WorkspaceCommand {
  const about = { plan: "p", node, attempt: 1, candidate: `k-${node}`, onto };
  return { type: "ReportCandidate", ...about, tree: `t-${node}`, paths: [node] };
}

function passes(node: string): readonly WorkspaceCommand[] {
  const about = { plan: "p", node, candidate: `k-${node}`, process: "p1" };
  const verdict = { name: "test", passed: true, exitCode: 0, outputTail: "", alsoFailsOnBase: false, seconds: 1 };
  return [
    { type: "StartGate", ...about, gate: "test", ms: 60_000, weight: 1, alone: false },
    { type: "ReportGate", ...about, verdict },
  ];
}

const takeBack = (node: string, attempt?: number): WorkspaceCommand => ({
  type: "WithdrawNode",
  plan: "p",
  node,
  ...(attempt === undefined ? {} : { attempt }),
  because: "forgot the tests",
});
const intends = (node: string): WorkspaceCommand => ({
  type: "IntendLanding",
  plan: "p",
  node,
  candidate: `k-${node}`,
});
const lands = (node: string): WorkspaceCommand => ({ type: "ReportLanded", plan: "p", node, candidate: `k-${node}` });
const next = (s: Scenario) => {
  const of = s.workspace.plans.get("p");
  const [step] = of ? trainSteps(of, oneByOne) : [];
  return step ? `${step.do} ${step.node.id}` : "nothing";
};

describe("what was handed in", () => {
  test("[T5] is its agent's again when it takes it back: same attempt, slot and claims, out of the train", () => {
    const s = standing().later(1_000).when(takeBack("a", 1));
    s.expect(
      { type: "NodeWithdrawn", node: "a", attempt: 1, by: "agent", because: "forgot the tests", until: 601_000 },
      { type: "ClaimsGranted", claims: [{ pattern: "docs/**" }] },
    );
    expect(s.state("a")).toBe("rework");
    expect(s.workspace.plans.get("p")).toMatchObject({ train: ["b"], live: 1 });
    expect(attemptOf(s.node("a"))).toMatchObject({ slot: "s1", slotReady: false, base: "base", content: "commit-a" });
    expect(s.notices("ada")).toEqual([]);
    // What stood on it is built anew.
    expect(next(s)).toBe("build b");
    s.and(submits("ada", "x"));
    expect(s.workspace.plans.get("p")?.train).toEqual(["b", "a"]);
  });

  test("is left in a slot that was prepared, with what was written there since", () => {
    const s = given(
      { type: "SubmitPlan", plan: plan("p", [work("a")]) },
      request("ada"),
      { type: "ReportSlot", plan: "p", node: "a", attempt: 1, slot: "s1" },
      submits("ada", "x"),
      takeBack("a", 1),
    );
    expect(attemptOf(s.node("a"))?.slotReady).toBe(true);
  });

  test("is given back by whoever steers the plan, and its agent is told", () => {
    const s = standing().when(takeBack("a")).expect({ type: "NodeWithdrawn", by: "operator" }, {});
    expect(s.notices("ada")).toMatchObject([{ kind: "rework", facts: { reason: "withdrawn" } }]);
  });

  test("gets no claims back that others took meanwhile", () => {
    const s = given({
      type: "SubmitPlan",
      plan: plan("p", [work("a", { reads: ["docs/**"] }), work("b")]),
    });
    s.and(request("ada"), request("bob"), submits("ada", "x"), claims("bob", "write docs/x.md"));
    s.when(takeBack("a", 1)).expect({ type: "NodeWithdrawn" });
  });

  test("[T5] cannot be taken back, given up or cancelled once it lands, nor what lands along", () => {
    const s = standing().and(...passes("b"), intends("b"));
    const giveUp = { type: "GiveUpNode", plan: "p", attempt: 1, reason: "r", retryable: true } as const;
    const revision = { type: "RevisePlan", plan: "p", add: [], change: [], retry: [] } as const;
    const still = { pause: false, resume: false, finish: false };
    for (const node of ["a", "b"]) {
      s.when(takeBack(node, 1)).expectRefused({ refused: "not_withdrawable", node, why: "landing" });
      s.when(takeBack(node)).expectRefused({ refused: "not_withdrawable", node, why: "landing" });
      s.when({ ...giveUp, node }).expectRefused({ refused: "not_withdrawable", node, why: "landing" });
      s.when({ ...revision, ...still, cancel: [node] }).expectRefused({ refused: "node_over", nodes: [node] });
    }
    s.when(lands("b")).expect(
      { type: "NodeLanded", node: "a" },
      { type: "NodeLanded", node: "b" },
      { type: "PlanFinished" },
    );
    s.when(takeBack("a")).expectRefused({ refused: "not_withdrawable", why: "not_handed_in" });
  });

  test("[S2] is not taken back by an older attempt, nor when it is not in the train", () => {
    standing().when(takeBack("a", 0)).expectRefused({ refused: "stale_lease", state: "submitted" });
    standing()
      .and(takeBack("a", 1))
      .when(takeBack("a", 1))
      .expectRefused({ refused: "not_withdrawable", why: "not_handed_in" });
  });

  test("is nobody's at a sync point", () => {
    const s = given({ type: "SubmitPlan", plan: plan("p", [sync("s", { gates: ["test"] })]) });
    s.when(takeBack("s")).expectRefused({ refused: "not_withdrawable", why: "nobodys" });
  });

  test("can be given up, which frees the node and keeps the work", () => {
    const s = standing().when({
      type: "GiveUpNode",
      plan: "p",
      node: "a",
      attempt: 1,
      reason: "wrong",
      retryable: true,
      parked: { ref: "refs/x", commit: "c" },
    });
    s.expect({ type: "NodeGivenUp", parked: { ref: "refs/x" } });
    expect([s.state("a"), next(s)]).toEqual(["ready", "build b"]);
    expect(s.workspace.slots.byName.get("s1")).toMatchObject({ is: "retiring", safe: "tree-a" });
  });

  test("settles what it settled before when it is handed in again", () => {
    const s = standing();
    const why = { reason: "conflict", conflicts: [] } as const;
    s.and({ type: "ReturnNode", plan: "p", node: "a", attempt: 1, why, base: "base", content: "merge" });
    s.when(submits("ada", "x")).expect({ type: "NodeSubmitted", settles: "merge" });
    s.and(takeBack("a", 1)).when(submits("ada", "x")).expect({ type: "NodeSubmitted", settles: "merge" });
  });
});
