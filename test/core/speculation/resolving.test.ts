import { describe, expect, test } from "vitest";
import type { NodeSpec } from "../../../src/core/plan/spec.ts";
import { suggestionsFor } from "../../../src/core/speculation/suggestions.ts";
import { plan, work } from "../plans.ts";
import { given, request, type Scenario, type Step, submits } from "../scenario.ts";
import { completes, newestConflict, newestConvergence, reports, resolves, says, votes } from "./played-conflicts.ts";

function atWork(a: Partial<NodeSpec> = {}, b: Partial<NodeSpec> = {}): Scenario {
  const nodes = [work("a", { writes: ["a.ts"], ...a }), work("b", { writes: ["b.ts"], estimateMinutes: 60, ...b })];
  return given({ type: "SubmitPlan", plan: plan("p", nodes) }, request("ada"), request("bob"));
}

/** `ada` works on `a`, `bob` on `b`. */
function reported(fields: Parameters<typeof reports>[2] = {}, ...specs: readonly Partial<NodeSpec>[]): Scenario {
  const s = atWork(...specs);
  const [first, second] = s.attempt("ada").node === "a" ? ["ada", "bob"] : ["bob", "ada"];
  return s.and(reports(first, [second], fields));
}

const unheardOf =
  (step: Step): Step =>
  (s) => {
    const command = typeof step === "function" ? step(s) : step;
    return command?.type === "SubmitNode" ? { ...command, unheard: true } : command;
  };

const agentOf = (s: Scenario, node: string) => (s.attempt("ada").node === node ? "ada" : "bob");

function lands(node: string) {
  const of = { plan: "p", node, candidate: `k${node}` };
  const built = { type: "ReportCandidate", ...of, attempt: 1, tree: "t", onto: "base", paths: [`${node}.ts`] } as const;
  return [built, { type: "IntendLanding", ...of }, { type: "ReportLanded", ...of }] as const;
}

describe("by priority", () => {
  test("the more urgent node is kept, and the other goes over its work again", () => {
    const s = reported({ severity: "low" }, { priority: 2 }, { priority: 1 });
    s.when(resolves("operator", { strategy: "priority", decision: "b is urgent" }));
    s.expect(
      { type: "ConflictResolved", keeps: [{ node: "b" }], yields: [{ node: "a" }], decision: "b is urgent" },
      { type: "ReworkOrdered", node: "a", estimateMinutes: 5, made: false },
    );
  });

  test("[K6] what of the other was handed in comes back, in its worktree, and lands after that", () => {
    const s = reported({}, { priority: 1 });
    const bob = agentOf(s, "b");
    s.and(submits(bob, "b.ts"));
    s.when(resolves("operator", { strategy: "priority" }));
    s.expect(
      { type: "ConflictResolved", keeps: [{ node: "a" }] },
      { type: "ReworkOrdered", node: "b", estimateMinutes: 15 },
      { type: "ConvergenceCompleted" },
      { type: "NodeWithdrawn", node: "b", by: "operator", because: "rework was ordered" },
    );
    expect(s.node("b").state).toMatchObject({ is: "rework", reason: "withdrawn" });
    s.and(submits(bob, "b.ts")).and(...lands("b"));
    expect(s.state("b")).toBe("landed");
  });

  test("[K6] what is handed in after its rework was ordered stays in the train", () => {
    const s = reported({}, { priority: 1 }).and(resolves("operator", { strategy: "priority" }));
    s.when(submits(agentOf(s, "b"), "b.ts")).expect({ type: "NodeSubmitted" });
  });

  test("needs two sides that can still change", () => {
    const s = given({ type: "SubmitPlan", plan: plan("p", [work("a")]) }, request("ada"), reports("ada", []));
    for (const strategy of ["priority", "merge", "first_completion"] as const)
      s.when(resolves("ada", { strategy })).expectRefused({ refused: "strategy_unfit", strategy, why: "one_side" });
  });

  test("[K6] what is handed in by an agent that was not told of its rework comes back, and not a second time", () => {
    for (const paths of [["b.ts"], []]) {
      const s = reported({}, { priority: 1 }).and(resolves("operator", { strategy: "priority" }));
      const unheard = unheardOf(submits(agentOf(s, "b"), ...paths));
      s.when(unheard).expect({ type: "NodeSubmitted", unheard: true }, { type: "NodeWithdrawn", node: "b" });
      s.and(unheard);
      expect(s.state("b")).toBe(paths.length > 0 ? "submitted" : "landed");
    }
  });
});

describe("by first completion", () => {
  test("what was handed in first is kept", () => {
    const s = reported();
    s.and(submits(agentOf(s, "b"), "b.ts"));
    s.when(resolves("operator", { strategy: "first_completion" }));
    s.expect(
      { type: "ConflictResolved", because: "first", keeps: [{ node: "b" }] },
      { type: "ReworkOrdered", node: "a" },
      {},
    );
  });

  test("it is settled by itself once somebody is first", () => {
    const s = reported();
    s.when(resolves("operator", { strategy: "first_completion" })).expect({ type: "FirstCompletionAwaited" });
    s.when(submits(agentOf(s, "a"), "a.ts"));
    s.expect(
      { type: "NodeSubmitted" },
      { type: "ConflictResolved", keeps: [{ node: "a" }] },
      { node: "b" },
      { type: "ConvergenceCompleted" },
    );
  });
});

describe("by merging", () => {
  test("[K6] all stays, and a node behind both brings them together", () => {
    const s = reported({}, { gates: ["lint"] }, { gates: ["test"] });
    s.when(resolves("operator", { strategy: "merge", decision: "both" }));
    s.expect(
      { type: "ConflictResolved", keeps: [{ node: "b" }, { node: "a" }], yields: [] },
      { type: "NodeAdded", node: { dependsOn: ["b", "a"], edits: ["b.ts", "a.ts"], gates: ["test", "lint"] } },
      { type: "ReworkOrdered", node: "bring-b-and-a-together", estimateMinutes: 15, made: true },
      { type: "ConvergenceCompleted" },
    );
    expect(newestConvergence(s).rework).toEqual([{ plan: "p", node: "bring-b-and-a-together" }]);
  });

  test("needs one plan that the node behind both can be in", () => {
    const s = given(
      { type: "SubmitPlan", plan: plan("p", [work("a")]) },
      { type: "SubmitPlan", plan: plan("q", [work("b")]) },
      request("ada"),
      request("bob"),
    );
    s.and(reports("ada", ["bob"]));
    s.when(resolves("operator", { strategy: "merge" })).expectRefused({ why: "several_plans" });
    expect(suggestionsFor(s.workspace, newestConflict(s)).map(({ strategy }) => strategy)).not.toContain("merge");
  });

  test("needs nodes that another can stand on: not several whose gates are expected to fail", () => {
    const red = { redGates: ["tdd"] };
    const both = reported({}, red, red).when(resolves("operator", { strategy: "merge" }));
    both.expectRefused({ refused: "strategy_unfit", why: "several_red" });
    expect(suggestionsFor(both.workspace, newestConflict(both)).map(({ strategy }) => strategy)).not.toContain("merge");
    reported({}, red)
      .when(resolves("operator", { strategy: "merge" }))
      .expect({ type: "ConflictResolved" }, { node: { dependsOn: ["b", "a"] } }, {}, {});
  });
});

describe("by vote", () => {
  test("needs something that is voted for", () => {
    reported()
      .when(resolves("operator", { strategy: "vote" }))
      .expectRefused({ refused: "strategy_unfit", strategy: "vote", why: "no_option" });
  });

  test("[K7] an agent has one vote, the last it gave, and evidence makes it heavier", () => {
    const s = reported({ agents: ["ada", "bob", "eve"] });
    s.when(votes("ada", "a")).expect({ type: "VoteCast", weight: 1 });
    s.when(votes("ada", "b", "the benchmark")).expect({ type: "VoteCast", weight: 1.5, evidence: ["the benchmark"] });
    expect(newestConflict(s).state).toMatchObject({ awaits: "vote", votes: [{ agent: "ada", option: "b" }] });
  });

  test("[K7] it is over when nobody can change it any more, and not before", () => {
    const s = reported({ agents: ["ada", "bob", "eve"] });
    s.when(votes("ada", "a")).expect({ type: "VoteCast" });
    s.when(votes("bob", "a")).expect(
      { type: "VoteCast" },
      {
        type: "ConflictResolved",
        because: "voted",
        decision: "a",
        keeps: [{ node: "a" }],
        tally: [{ option: "a", weight: 2, votes: 2 }],
      },
      { type: "ReworkOrdered", node: "b" },
      { type: "ConvergenceCompleted" },
    );
  });

  test("[K7] on a tie the next level is asked, whose votes weigh more", () => {
    const nodes = [work("a"), work("b"), work("c", { role: "architect" })];
    const s = given({ type: "SubmitPlan", plan: plan("p", nodes) }, request("ada"), request("bob"), request("arch"));
    s.and(reports("ada", ["bob"]), votes("ada", "a"));
    s.when(votes("bob", "b")).expect(
      { type: "VoteCast" },
      { type: "ConvergenceEscalated", because: "tied", level: "architect" },
    );
    s.when(votes("arch", "neither")).expect(
      { weight: 3 },
      { type: "ConflictResolved", decision: "neither", keeps: [] },
      {},
    );
  });

  test("[K7] a person's vote weighs most, and an agent with a lease has one only where it was asked", () => {
    const s = reported({ agents: ["ada", "bob", "eve", "fay"], severity: "low" });
    s.when(votes("operator", "a")).expect({ weight: 4 }, { type: "ConvergenceOpened" });
    const t = given({ type: "SubmitPlan", plan: plan("p", [work("a"), work("b")]) }, request("ada"), request("bob"));
    t.and(reports("ada", [], { severity: "low" }));
    t.when(votes("bob/", "a")).expectRefused({ refused: "not_concerned", agent: "bob" });
    t.when({
      type: "ResolveConflict",
      by: { agent: "bob" },
      conflict: "c0",
      strategy: "manual",
      decision: "",
      gates: {},
    });
    t.expectRefused({ refused: "unknown_conflict", conflict: "c0" });
  });

  test("[K5] it brings those concerned together, so that it ends", () => {
    const s = reported({ severity: "low" });
    s.when(votes("ada", "a")).expect({ type: "VoteCast" }, { type: "ConvergenceOpened" });
    s.later(600_000).when({ type: "MoveConvergenceOn", convergence: newestConvergence(s).id });
    s.expect(
      { type: "ConflictResolved", because: "voted", decision: "a" },
      { type: "ReworkOrdered" },
      { type: "ConvergenceCompleted" },
    );
  });
});

describe("rework", () => {
  test("[K6] of what has landed is a new node behind it, once however often it is asked for", () => {
    const s = reported({ severity: "low" }, { writes: ["a.ts"], gates: [], role: "backend" });
    s.and(submits(agentOf(s, "a"), "a.ts"), ...lands("a"));
    s.and({ ...openCommand(s) }, says("ada", "rename", { plan: "p", node: "a" }));
    s.when(completes("operator", [], { plan: "p", node: "a", estimateMinutes: 7 }, { plan: "p", title: "Rework A" }));
    s.expect(
      { type: "ConflictResolved" },
      {
        type: "NodeAdded",
        node: { id: "rework-a", dependsOn: ["a"], writes: ["a.ts"], role: "backend", estimateMinutes: 7 },
      },
      { type: "ReworkOrdered", node: "rework-a", made: true },
      { type: "NodeAdded", node: { id: "rework-a-2", dependsOn: [] } },
      { type: "ReworkOrdered", node: "rework-a-2", made: true },
      { type: "ConvergenceCompleted" },
    );
  });

  test("[K6] of what nobody can work on any more is refused", () => {
    const s = reported();
    s.and({
      type: "RevisePlan",
      plan: "p",
      add: [],
      change: [],
      cancel: ["b"],
      retry: [],
      pause: false,
      resume: false,
      finish: false,
    });
    s.when(completes("operator", [], { plan: "p", node: "b" })).expectRefused({ refused: "node_over", nodes: ["b"] });
    s.when(completes("operator", [], { plan: "p", node: "x" })).expectRefused({ refused: "unknown_node" });
    s.when(completes("operator", [], { plan: "q", title: "x" })).expectRefused({ refused: "unknown_plan" });
  });

  function openCommand(s: Scenario) {
    return {
      type: "OpenConvergence",
      by: { agent: "ada" },
      conflicts: [newestConflict(s).id],
      participants: [],
    } as const;
  }
});

describe("suggestions", () => {
  const told = (s: Scenario) =>
    suggestionsFor(s.workspace, newestConflict(s)).map(({ strategy, why, keeps }) => [
      strategy,
      why,
      ...keeps.map(({ node }) => node),
    ]);

  test("name who is ahead, and why", () => {
    expect(told(reported({}, { priority: 1 }))).toEqual([
      ["priority", "higher_priority", "a"],
      ["merge", "different_paths", "a", "b"],
      ["vote", "opinions"],
    ]);
    expect(
      told(reported({ type: "file" }, { writes: [], edits: ["x"] }, { writes: [], edits: ["x"], estimateMinutes: 10 })),
    ).toEqual([["priority", "older", "a"]]);
  });

  test("begin with what is handed in already", () => {
    const s = reported();
    s.and(submits(agentOf(s, "b"), "b.ts"));
    expect(told(s)[0]).toEqual(["first_completion", "handed_in_already", "b"]);
  });

  test("of a breach are the next version and the rework of all who stand on it", () => {
    const s = reported({ type: "contract_breach", artifacts: [{ kind: "contract", id: "Api" }] });
    expect(suggestionsFor(s.workspace, newestConflict(s))[0]).toMatchObject({
      strategy: "manual",
      why: "next_version",
      about: ["contract:Api"],
      rework: [
        { node: "b", estimateMinutes: 15 },
        { node: "a", estimateMinutes: 5 },
      ],
    });
  });
});
