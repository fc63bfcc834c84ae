import { describe, expect, test } from "vitest";
import { suggestionsFor } from "../../../src/core/speculation/suggestions.ts";
import { plan, work } from "../plans.ts";
import { given, request, type Scenario, submits } from "../scenario.ts";
import { newestConflict, reports, resolves } from "./played-conflicts.ts";
import { settles, tracks } from "./tracks.ts";

const told = (s: Scenario) =>
  suggestionsFor(s.workspace, newestConflict(s)).map(({ strategy, why, keeps }) => [
    strategy,
    why,
    ...keeps.map(({ node }) => node),
  ]);

function twoAtWork(...more: readonly ReturnType<typeof work>[]): Scenario {
  return given(
    { type: "SubmitPlan", plan: plan("p", [work("a"), work("b"), ...more]) },
    request("ada"),
    request("bob"),
  );
}

describe("what is suggested", () => {
  test("begins with what has landed already", () => {
    const of = { plan: "p", node: "b", candidate: "k" };
    const s = twoAtWork().and(reports("ada", ["bob"], { severity: "low" }), submits("bob", "b.ts"));
    s.and({ type: "ReportCandidate", ...of, attempt: 1, tree: "t", onto: "base", paths: ["b.ts"] });
    s.and({ type: "IntendLanding", ...of }, { type: "ReportLanded", ...of });
    expect(told(s)).toEqual([
      ["first_completion", "landed_already", "b"],
      ["priority", "older", "a"],
      ["vote", "opinions"],
    ]);
  });

  test("keeps the node that most waits behind, though it is the younger one", () => {
    const s = twoAtWork(work("c", { dependsOn: ["b"] }), work("d", { dependsOn: ["c"] })).and(reports("ada", ["bob"]));
    expect(told(s)[0]).toEqual(["priority", "more_waits_behind", "b"]);
  });

  test("for what stood on an assumption that was wrong is that it is gone over again", () => {
    const s = twoAtWork().and(tracks("ada", { depends: [{ kind: "node", id: "p/b" }] }), settles("ada", "invalidated"));
    expect(suggestionsFor(s.workspace, newestConflict(s))[0]).toMatchObject({
      strategy: "manual",
      why: "premise_gone",
      rework: [{ plan: "p", node: "b", estimateMinutes: 5 }],
    });
  });

  test("is nothing about nodes that are not there any more", () => {
    const s = twoAtWork().and(reports("ada", ["bob"], { severity: "low" }));
    const nothing = { add: [], change: [], retry: [], pause: false, resume: false } as const;
    s.and({ type: "RevisePlan", plan: "p", ...nothing, cancel: ["a", "b"], finish: true });
    expect(told(s)).toEqual([["vote", "opinions"]]);
    s.and({ type: "ReportPlanLanded", plan: "p", commit: "k" });
    expect(told(s)).toEqual([["vote", "opinions"]]);
    s.when(resolves("operator", { strategy: "priority" })).expectRefused({
      refused: "strategy_unfit",
      why: "one_side",
    });
  });
});
