import { describe, expect, test } from "vitest";
import type { PlanSpec } from "../../../src/core/plan/spec.ts";
import { plan, sync, work } from "../plans.ts";
import { given, request, type Scenario, submits } from "../scenario.ts";
import {
  completes,
  deadlinePasses,
  newestConflict,
  newestConvergence,
  opens,
  reports,
  resolves,
  says,
} from "./played-conflicts.ts";
import { publishes } from "./publishes.ts";
import { contract } from "./tracks.ts";

const revises = { type: "RevisePlan", plan: "p", add: [], change: [], cancel: [], retry: [] } as const;
const gaveUp = { ...revises, cancel: ["a", "b"], pause: false, resume: false, finish: true } as const;
const planLands = { type: "ReportPlanLanded", plan: "p", commit: "k" } as const;

function twoAtWork(more: readonly ReturnType<typeof work>[] = [], fields: Partial<PlanSpec> = {}): Scenario {
  const nodes = [work("a"), work("b"), ...more];
  return given({ type: "SubmitPlan", plan: plan("p", nodes, fields) }, request("ada"), request("bob"));
}

describe("of who was not asked yet", () => {
  test("[K5] those who published the contract in question are the experts, the newest first, and each once", () => {
    const s = twoAtWork().and(publishes("id", { agent: "old" }), publishes("id ip", { agent: "new" }));
    s.and(publishes("id ip at", { agent: "old" }), reports("ada", ["bob"], { artifacts: [contract] }));
    s.when(deadlinePasses).expect({ type: "ConvergenceEscalated", level: "expert", invited: ["old", "new"] });
  });

  test("[K5] so are those who worked on what its nodes stand on, or on what stands on them", () => {
    const s = given({ type: "SubmitPlan", plan: plan("p", [work("first"), work("a", { dependsOn: ["first"] })]) });
    s.and(request("eve"), submits("eve"));
    s.and(request("ada"), reports("ada", []));
    s.when(deadlinePasses).expect({ type: "ConvergenceEscalated", level: "expert", invited: ["eve"] });
  });

  test("[K5] the one who submitted the plan is an architect of it, and a role that nobody has had asks nobody", () => {
    const s = twoAtWork([sync("s", { dependsOn: ["a"], role: "architect" })], { by: "boss" });
    s.and(reports("ada", ["bob"], { artifacts: [{ kind: "contract", id: "NoSuchAPI" }] }));
    s.and({ type: "SubmitPlan", plan: plan("q", [work("x")], { by: "other" }) });
    s.when(deadlinePasses).expect({ type: "ConvergenceEscalated", level: "architect", invited: ["boss"] });
    expect(s.notices("boss").map(({ kind }) => kind)).toEqual(["converge"]);
  });

  test("[K5] somebody decides also about a plan that has landed meanwhile", () => {
    const s = twoAtWork([], { by: "boss" }).and(reports("ada", ["bob"]), gaveUp, planLands);
    s.when(deadlinePasses).expect({ type: "ConvergenceEscalated", level: "architect", invited: ["boss"] });
    s.when(completes("boss", ["all is said"])).expect({ type: "ConflictResolved" }, { type: "ConvergenceCompleted" });
  });

  test("[K5] nobody without a lease ends what waits for a person, and no date is promised", () => {
    const s = twoAtWork()
      .and(reports("ada", ["bob"], { severity: "critical" }))
      .and(deadlinePasses);
    s.when(completes("ada/"));
    expect(s.outcome).toEqual({
      refused: "convergence_pending",
      convergence: newestConvergence(s).id,
      pending: ["bob"],
    });
  });

  test("[K5] a person is needed only as long as what is critical is not settled", () => {
    const s = twoAtWork([], { by: "boss" }).and(reports("ada", ["bob"], { severity: "low" }));
    const low = newestConflict(s).id;
    s.and(resolves("operator", { strategy: "manual" }), reports("ada", ["bob"], { severity: "medium" }));
    const mild = newestConflict(s).id;
    s.when(opens("operator", [low, mild])).expectRefused({ refused: "conflict_over", conflict: low });
    s.and(reports("ada", ["bob"], { severity: "critical", type: "file" }), opens("operator", [mild]));
    expect([...s.workspace.speculation.convergences.values()].map(({ conflicts }) => conflicts.length)).toEqual([1, 1]);
    s.when(deadlinePasses).expect({ type: "ConflictResolved", conflict: mild }, {}, { type: "ConvergenceCompleted" });
  });
});

describe("what was asked for in a convergence", () => {
  const rework = { plan: "p", title: "Rename" } as const;

  test("[K6] and can no longer be done because the plan has landed keeps nobody waiting", () => {
    const s = twoAtWork().and(reports("ada", ["bob"]), says("ada/", "rename", rework), gaveUp, planLands);
    s.when(completes("operator", [], rework)).expectRefused({ refused: "plan_over", plan: "p" });
    s.when(deadlinePasses).expect({ type: "ConflictResolved", decision: "rename" }, { type: "ConvergenceCompleted" });
  });
});

test("[K2] a text that is too long for a notice is cut there, and only there", () => {
  const description = "x".repeat(700);
  const s = twoAtWork().and(reports("ada", ["bob"], { description, severity: "low" }));
  expect(s.notices("bob")).toMatchObject([{ kind: "conflict", facts: { description: `${"x".repeat(600)}…` } }]);
  expect(s.events()).toMatchObject([{ type: "ConflictOpened", description }]);
});
