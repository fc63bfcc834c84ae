import { describe, expect, test } from "vitest";
import type { WorkspaceCommand } from "../../src/core/command.ts";
import { attemptOf } from "../../src/core/node/node.ts";
import { plan, work } from "./plans.ts";
import { given, request, type Scenario, submits } from "./scenario.ts";

const minute = 60_000;

function leased(): Scenario {
  return given({ type: "SubmitPlan", plan: plan("p", [work("a"), work("b")]) }, request("ada"));
}

function report(fields: object = {}): WorkspaceCommand {
  return { type: "ReportProgress", plan: "p", node: "a", attempt: 1, process: "process", ...fields };
}

describe("a report of progress", () => {
  test("is kept, and what it leaves out stays as it was", () => {
    const s = leased().when(report({ percent: 40, note: "half of it", tokens: 900 }));
    s.expect({ type: "ProgressReported", percent: 40, note: "half of it", tokens: 900 });
    const noteAt = s.workspace.position;
    s.when(report()).expect({ type: "ProgressReported", plan: "p", node: "a", attempt: 1 });
    expect(attemptOf(s.node("a"))).toMatchObject({ percent: 40, noteAt, tokens: 900 });
  });

  test("[V1] is a sign of life", () => {
    const s = leased().later(5 * minute);
    s.when(report({ percent: 50 })).expect({ type: "ProgressReported" }, { type: "LeaseRenewed", until: 15 * minute });
    expect(attemptOf(s.node("a"))).toMatchObject({ lastSeen: 5 * minute });
  });

  test("[N2] of an attempt that is over, or whose work is in the train, is refused", () => {
    const s = leased()
      .when(report({ attempt: 2 }))
      .expectRefused({ refused: "stale_lease" });
    s.and(submits("ada", "x"))
      .when(report())
      .expectRefused({ refused: "stale_lease", state: "submitted", handedIn: true });
  });

  test("on what is not there is refused by name", () => {
    leased()
      .when(report({ plan: "q" }))
      .expectRefused({ refused: "unknown_plan", plan: "q" });
    leased()
      .when(report({ node: "z" }))
      .expectRefused({ refused: "unknown_node", plan: "p", node: "z" });
  });
});

test("what agents tell each other is kept with who said it, and from which node", () => {
  const told = {
    type: "ShareKnowledge",
    agent: "ada",
    topic: "api",
    text: "It pages.",
    paths: ["src/api.ts"],
  } as const;
  const s = leased().and(told, { ...told, from: { plan: "p", node: "a" } });
  expect(s.workspace.knowledge).toMatchObject([
    { agent: "ada", topic: "api", paths: ["src/api.ts"] },
    { from: { plan: "p", node: "a" } },
  ]);
  expect(s.workspace.knowledge[0]).not.toHaveProperty("from");
});
