import { describe, expect, test } from "vitest";
import type { WorkspaceCommand } from "../../../src/core/command.ts";
import { isAboutPlan } from "../../../src/core/plan/landed-plan.ts";
import { defaultSettings } from "../../../src/core/settings.ts";
import { plan, work } from "../plans.ts";
import { given, request } from "../scenario.ts";

const cancels = (...cancel: string[]): WorkspaceCommand => {
  const nothing = { add: [], change: [], retry: [], pause: false, resume: false, finish: true };
  return { type: "RevisePlan", plan: "p", ...nothing, cancel };
};
const lands = (commit: string): WorkspaceCommand => ({ type: "ReportPlanLanded", plan: "p", commit });

describe("a plan that has landed", () => {
  const s = given(
    { type: "SubmitPlan", plan: plan("p", [work("a"), work("b")]) },
    request("ann"),
    cancels("a", "b"),
    lands("k1"),
  );
  const status = () => s.workspace.plans.get("p")?.status;

  test("[D2] keeps how many nodes it had, and nothing else of them", () => {
    expect(s.workspace.plans.get("p")).toMatchObject({ nodes: new Map(), landings: [], train: [] });
    expect(status()).toMatchObject({ is: "landed", commit: "k1", nodes: { cancelled: 2 } });
  });

  test("[D2] that lands again, elsewhere, had as many nodes as before", () => {
    s.when(lands("k2"));
    expect(status()).toMatchObject({ is: "landed", commit: "k2", nodes: { cancelled: 2 } });
  });

  test("[S2] lets nobody act for its nodes any more, and knows them no longer", () => {
    const by = { plan: "p", node: "a", attempt: 1, process: "process" };
    s.when({ type: "ReportProgress", ...by }).expectRefused({ refused: "stale_lease", state: "landed" });
    s.when({ type: "WithdrawNode", plan: "p", node: "a" }).expectRefused({ refused: "plan_over" });
    s.when(cancels("b")).expectRefused({ refused: "plan_over" });
    s.when(request("ann", [], "p")).expectRefused({ refused: "idle", reason: "plan_finished" });
  });
});

test("[D2] events name the plan that they are about, each in its way", () => {
  const { nodes: _, ...header } = plan("p", []);
  expect(isAboutPlan({ type: "PlanSubmitted", plan: header }, "p")).toBe(true);
  expect(isAboutPlan({ type: "PlanFinished", plan: "p" }, "p")).toBe(true);
  expect(isAboutPlan({ type: "PlanFinished", plan: "q" }, "p")).toBe(false);
  expect(isAboutPlan({ type: "WorkspaceConfigured", settings: defaultSettings }, "p")).toBe(false);
});
