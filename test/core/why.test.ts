import { describe, expect, test } from "vitest";
import type { WorkspaceCommand } from "../../src/core/command.ts";
import { defaultSettings } from "../../src/core/settings.ts";
import { why } from "../../src/core/why.ts";
import { plan, sync, work } from "./plans.ts";
import { claims, fails, given, request, type Scenario, submits } from "./scenario.ts";

function submit(...args: Parameters<typeof plan>): WorkspaceCommand {
  return { type: "SubmitPlan", plan: plan(...args) };
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

/** Kinds and facts of what one node waits for. */
function reasons(s: Scenario, node: string): readonly object[] {
  return why(s.workspace, { plan: "p", node })[0]?.waitsFor ?? [];
}

describe("[W1] every node that can still land says what it waits for", () => {
  test("those before it, with who is at it; and those that failed, however far a skipped one reaches", () => {
    const nodes = [
      work("a", { retries: 0 }),
      work("b"),
      work("s", { dependsOn: ["a", "b"], when: "x" }),
      work("c", { dependsOn: ["s"] }),
    ];
    const s = given(submit("p", nodes), request("ada"), request("bob"), fails("ada"));
    expect(reasons(s, "c")).toMatchObject([
      { kind: "failed_dependency", what: "a failed" },
      { kind: "dependency", what: "b", who: "bob" },
    ]);
    expect(reasons(s, "a")).toMatchObject([{ kind: "failed", what: "cannot" }]);
    expect(reasons(s, "s")).toEqual([]);
  });

  test("no more of those before it than have not landed, and each once", () => {
    const nodes = [
      work("a"),
      work("b"),
      work("s", { dependsOn: ["b"], when: "x" }),
      work("c", { dependsOn: ["a", "b", "s"] }),
    ];
    const s = given(submit("p", nodes), request("ada"), submits("ada"));
    expect(reasons(s, "c")).toMatchObject([{ kind: "dependency", what: "b" }]);
    expect(why(s.workspace, { node: "nobody" })).toEqual([]);
  });

  test("somebody to ask for it, with what it requires", () => {
    const s = given(submit("p", [work("a"), work("b", { requires: ["ui"] })]));
    expect(reasons(s, "a")).toMatchObject([{ kind: "agent" }]);
    expect(reasons(s, "b")).toMatchObject([{ kind: "capability", what: "ui" }]);
  });

  test("claims of others, those who waited longer, and pools", () => {
    const settings = { ...defaultSettings, pools: { build: { capacity: 1 } } };
    const nodes = [
      work("a", { writes: ["src/**"], uses: ["build"] }),
      work("b"),
      work("c", { reads: ["src/x"], uses: ["build"] }),
    ];
    const s = given(
      { type: "ConfigureWorkspace", settings },
      submit("p", nodes),
      request("ada"),
      request("bob"),
      claims("bob", "write src/x"),
    );
    expect(reasons(s, "c")).toMatchObject([
      { kind: "claim", what: "write src/** (p/a)", who: "ada" },
      { kind: "older_wait", what: "write src/x (p/b)", who: "bob" },
      { kind: "pool", what: "write build (p/a)", who: "ada" },
    ]);
    expect(reasons(s, "b")).toMatchObject([
      { kind: "claim", who: "ada" },
      { kind: "worktree" },
      { kind: "work", who: "bob" },
    ]);
  });

  test("room in the plan, or the plan to go on", () => {
    const policy = { mode: "sequential", maxParallel: 4, scope: "auto", onFailure: "continue" } as const;
    const s = given(submit("p", [work("a"), work("b"), work("c", { dependsOn: ["b"] })], { policy }), request("ada"), {
      ...revision,
      pause: true,
    });
    expect(reasons(s, "a")).toMatchObject([{ kind: "plan_paused" }, { kind: "max_parallel" }]);
    expect(reasons(s, "c")).toMatchObject([{ kind: "plan_paused" }, { kind: "dependency" }]);
  });

  test("its agent, and that it has not been heard of", () => {
    const s = given(submit("p", [work("a")]), request("ada"), {
      type: "ReportSlot",
      plan: "p",
      node: "a",
      attempt: 1,
      slot: "s1",
    });
    expect(reasons(s, "a")).toMatchObject([{ kind: "work", who: "ada" }]);
    s.later(601_000);
    expect(reasons(s, "a")).toMatchObject([{ kind: "suspect_lease", who: "ada", since: 600_000 }, { kind: "work" }]);
  });

  test("those before it in the train, its candidate, gates and landing, and its rework", () => {
    const s = given(
      submit("p", [work("a", { gates: ["test"] }), work("b")]),
      request("ada"),
      request("bob"),
      submits("ada", "x"),
      submits("bob", "y"),
    );
    expect(reasons(s, "b")).toMatchObject([{ kind: "train", what: "a" }]);
    expect(reasons(s, "a")).toMatchObject([{ kind: "candidate" }]);
    s.and({
      type: "ReportCandidate",
      plan: "p",
      node: "a",
      attempt: 1,
      candidate: "k",
      tree: "t",
      onto: "base",
      paths: ["x"],
    });
    expect(reasons(s, "a")).toMatchObject([{ kind: "gate", what: "test" }]);
    s.and({
      type: "ReturnNode",
      plan: "p",
      node: "a",
      attempt: 1,
      why: { reason: "conflict", conflicts: [] },
      base: "base",
      content: "k",
    });
    expect(reasons(s, "a")).toMatchObject([
      { kind: "worktree" },
      { kind: "rework_agent", what: "conflict", who: "ada" },
    ]);
    s.and({
      type: "ReportCandidate",
      plan: "p",
      node: "b",
      attempt: 1,
      candidate: "l",
      tree: "t",
      onto: "base",
      paths: ["y"],
    });
    expect(reasons(s, "b")).toMatchObject([{ kind: "landing" }]);
  });

  test("the plan, where a sync point stands first in a train that is paused", () => {
    const s = given(submit("p", [sync("s")]), { ...revision, pause: true });
    expect(reasons(s, "s")).toMatchObject([{ kind: "plan_paused" }, { kind: "train" }]);
  });
});

test("so many nodes are explained at most, of one plan or all", () => {
  const many = Array.from({ length: 50 }, (_, i) => work(`n${i}`));
  const s = given(submit("p", many), submit("q", many));
  expect(why(s.workspace).length).toBe(100);
  expect(why(s.workspace, { limit: 7 }).length).toBe(7);
  expect(why(s.workspace, { plan: "q", limit: 70 }).map(({ plan: of }) => of)).toEqual(many.map(() => "q"));
});
