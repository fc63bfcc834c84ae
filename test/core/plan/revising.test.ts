import { describe, expect, test } from "vitest";
import type { WorkspaceCommand } from "../../../src/core/command.ts";
import { planIdFor } from "../../../src/core/plan/planning.ts";
import { plan, work } from "../plans.ts";
import { fails, given, request, submits } from "../scenario.ts";

type Revision = WorkspaceCommand & { type: "RevisePlan" };

function revise(fields: Partial<Revision>): Revision {
  return {
    type: "RevisePlan",
    plan: "p",
    add: [],
    change: [],
    cancel: [],
    retry: [],
    pause: false,
    resume: false,
    finish: false,
    ...fields,
  };
}

function submit(...args: Parameters<typeof plan>): WorkspaceCommand {
  return { type: "SubmitPlan", plan: plan(...args) };
}

describe("submitting a plan", () => {
  test("again is refused with whether it is the same, whatever the case of its id", () => {
    const s = given(submit("p", [work("a")]));
    s.when(submit("p", [work("a")])).expectRefused({ refused: "plan_exists", same: true });
    s.when(submit("P", [work("b")])).expectRefused({ refused: "plan_exists", plan: "p", same: false });
    expect(planIdFor(s.workspace, "p", "other")).toBe("p-2");
    expect(planIdFor(s.workspace, "P", "digest of p")).toBe("p");
  });

  test("skips the nodes whose flag is not set", () => {
    const s = given(submit("p", [work("a", { when: "x" }), work("b", { when: "y" })], { flags: { x: true } }));
    expect([s.state("a"), s.state("b")]).toEqual(["ready", "skipped"]);
  });
});

describe("adding nodes", () => {
  test("to a running plan puts them where they belong", () => {
    const s = given(submit("p", [work("a"), work("b")]), request("ada"), submits("ada"));
    s.and(revise({ add: [work("c", { dependsOn: ["a"] }), work("d", { dependsOn: ["b"] })] }));
    expect([s.state("c"), s.state("d")]).toEqual(["ready", "pending"]);
  });

  test("to a finished plan opens it again", () => {
    const s = given(submit("p", [work("a")]), request("ada"), submits("ada"));
    expect(s.workspace.plans.get("p")?.status.is).toBe("finished");
    s.and(revise({ add: [work("b")] }), request("ada")).when(submits("ada"));
    s.expect({ type: "NodeLanded" }, { type: "PlanFinished" });
  });

  test("is refused where the id is in use, or something before it does not exist", () => {
    const s = given(submit("p", [work("a")]));
    s.when(revise({ add: [work("A")] })).expectRefused({ refused: "node_exists", nodes: ["A"] });
    s.when(revise({ add: [work("b", { dependsOn: ["c"] })] })).expectRefused({ refused: "unknown_node", node: "c" });
  });
});

describe("changing a node", () => {
  test("[T3] that somebody works on is limited to what it does not stand on", () => {
    const s = given(submit("p", [work("a")]), request("ada"));
    s.when(revise({ change: [{ id: "a", fields: { writes: ["x"] } }] })).expectRefused({
      refused: "node_live",
      nodes: ["a"],
    });
    s.when(revise({ change: [{ id: "a", fields: { title: "New", priority: 1, gates: ["test"] } }] })).expect({
      type: "NodeChanged",
    });
    expect(s.notices("ada")).toMatchObject([{ kind: "node_changed" }]);
  });

  test("[T3] that was skipped gives nobody new ground who went on without it", () => {
    const nodes = [work("a", { when: "extra" }), work("b", { dependsOn: ["a"] }), work("c")];
    const s = given(submit("p", nodes), request("ada"));
    expect(s.state("b")).toBe("leased");
    const onto = revise({ change: [{ id: "a", fields: { dependsOn: ["c"] } }] });
    s.when(onto).expectRefused({ refused: "node_live", nodes: ["a"] });
    s.and(submits("ada", "x"))
      .when(onto)
      .expectRefused({ refused: "node_live", nodes: ["a"] });
    expect(s.state("b")).toBe("submitted");
    given(submit("p", nodes)).when(onto).expect({ type: "NodeChanged" });
  });

  test("that has landed, or that does not exist, is refused", () => {
    const s = given(submit("p", [work("a"), work("b")]), request("ada"), submits("ada"));
    s.when(revise({ change: [{ id: "a", fields: { title: "x" } }] })).expectRefused({
      refused: "node_over",
      nodes: ["a"],
    });
    s.when(revise({ cancel: ["c"] })).expectRefused({ refused: "unknown_node", node: "c" });
  });

  test("[L5] so that nodes wait for each other is refused with the cycle", () => {
    const s = given(submit("p", [work("a"), work("b", { dependsOn: ["a"] })]));
    s.when(revise({ change: [{ id: "a", fields: { dependsOn: ["b"] } }] })).expectRefused({ refused: "cycle" });
    s.when(revise({ add: [work("c", { dependsOn: ["b"] })], change: [{ id: "a", fields: { dependsOn: ["c"] } }] }));
    s.expectRefused({ refused: "cycle" });
  });

  test("gives it a place in the order of its new rank and its new needs", () => {
    const s = given(submit("p", [work("a"), work("b")]), revise({ change: [{ id: "b", fields: { priority: 0 } }] }));
    s.when(request("ada")).expect({ node: "b" });
    s.and(revise({ change: [{ id: "a", fields: { requires: ["ui"] } }] }))
      .when(request("bob"))
      .expectRefused({ reason: "blocked" });
  });
});

describe("changing a plan", () => {
  test("gives it another policy, and leaves its flags as they are", () => {
    const policy = { mode: "sequential", maxParallel: 8, scope: "strict", onFailure: "continue" } as const;
    const s = given(submit("p", [work("a"), work("b")], { flags: { extra: true } }), request("ada"));
    s.when(revise({ policy })).expect({ type: "PlanChanged", policy });
    expect(s.workspace.plans.get("p")?.header).toMatchObject({ policy, flags: { extra: true } });
    s.when(request("bob")).expectRefused({ refused: "idle", reason: "at_capacity" });
  });

  test("gives a node other words", () => {
    const s = given(submit("p", [work("a")]), request("ada"));
    s.when(revise({ change: [{ id: "a", fields: { instructions: "Do less.", title: "Less" } }] }));
    s.expect({ type: "NodeChanged", change: { instructions: "Do less." } });
    expect(s.node("a")).toMatchObject({ textAt: s.workspace.position, spec: { title: "Less" } });
    expect(s.node("a").spec).not.toHaveProperty("instructions");
  });

  test("retries nothing that is alive, and finishes nothing twice", () => {
    const s = given(submit("p", [work("a")]), request("ada"));
    s.when(revise({ retry: ["a"] })).expectRefused({ refused: "node_live", nodes: ["a"] });
    s.and(submits("ada"))
      .when(revise({ finish: true }))
      .expect();
  });

  test("takes the integration branch only where it is not what the plan has already", () => {
    const s = given(submit("p", [work("a")]));
    s.when({ type: "AdoptIntegration", plan: "p", commit: "base" }).expect();
    s.when({ type: "AdoptIntegration", plan: "p", commit: "theirs" }).expect({ type: "IntegrationAdopted" });
  });
});

describe("cancelling", () => {
  test("ends the attempt, tells its agent, and puts its slot aside", () => {
    const s = given(submit("p", [work("a", { writes: ["x"] }), work("b", { writes: ["x"] })]), request("ada"));
    s.when(revise({ cancel: ["a"] })).expect({ type: "NodeCancelled", why: "asked" });
    expect(s.notices("ada")).toMatchObject([{ kind: "cancelled" }]);
    expect(s.workspace.slots.byName.get("s1")).toMatchObject({ is: "retiring" });
    s.when(request("bob")).expect({ node: "b" });
  });

  test("a node blocks what depends on it, until it is retried", () => {
    const s = given(submit("p", [work("a"), work("b", { dependsOn: ["a"] })]), revise({ cancel: ["a"] }));
    expect(s.state("b")).toBe("pending");
    s.and(revise({ retry: ["a"] }), request("ada"), submits("ada"));
    expect(s.state("b")).toBe("ready");
  });

  test("what is skipped or cancelled already changes nothing", () => {
    const s = given(
      submit("p", [work("a", { when: "x" }), work("b"), work("c", { dependsOn: ["a"] })]),
      revise({ cancel: ["b"] }),
    );
    s.when(revise({ cancel: ["a", "b"] })).expect();
    expect(s.state("c")).toBe("ready");
  });
});

describe("flags", () => {
  const conditional = [work("a"), work("x", { dependsOn: ["a"], when: "extra" }), work("b", { dependsOn: ["x"] })];

  test("that are set later let skipped nodes run, as long as nothing went on without them", () => {
    const s = given(submit("p", conditional), revise({ flags: { extra: true } }));
    expect(s.state("x")).toBe("pending");
    s.and(request("ada"), submits("ada"), request("ada"));
    expect([s.state("x"), s.state("b")]).toEqual(["leased", "pending"]);
    const late = given(
      submit("p", conditional),
      request("ada"),
      submits("ada"),
      request("ada"),
      revise({ flags: { extra: true } }),
    );
    expect([late.state("x"), late.state("b")]).toEqual(["skipped", "leased"]);
  });

  test("that are unset later skip what nobody has begun", () => {
    const s = given(submit("p", conditional, { flags: { extra: true } }), revise({ flags: { extra: false } }));
    expect(s.state("x")).toBe("skipped");
    s.and(request("ada"), submits("ada"));
    expect(s.state("b")).toBe("ready");
  });

  test("let a whole chain of skipped nodes run, unless something at its end went on", () => {
    const chain = [
      work("a", { when: "extra" }),
      work("b", { when: "extra", dependsOn: ["a"] }),
      work("c", { when: "extra", dependsOn: ["a", "b"] }),
      work("end", { dependsOn: ["c"] }),
    ];
    for (const nodes of [chain, chain.toReversed()]) {
      const early = given(submit("p", nodes), revise({ flags: { extra: true } }));
      expect(["a", "b", "c", "end"].map((id) => early.state(id))).toEqual(["ready", "pending", "pending", "pending"]);
      const late = given(submit("p", nodes), request("ada"), revise({ flags: { extra: true } }));
      expect(["a", "b", "c", "end"].map((id) => late.state(id))).toEqual(["skipped", "skipped", "skipped", "leased"]);
    }
  });

  test("count for a node whose condition is changed", () => {
    const s = given(submit("p", [work("a")]), revise({ change: [{ id: "a", fields: { when: "extra" } }] }));
    expect(s.state("a")).toBe("skipped");
  });
});

describe("pausing", () => {
  test("stops hand-outs until the plan is resumed, and tells those who work on it", () => {
    const s = given(submit("p", [work("a"), work("b")]), request("ada"), revise({ pause: true }));
    s.when(request("bob")).expectRefused({ refused: "idle" });
    s.and(revise({ resume: true }))
      .when(request("bob"))
      .expect({ node: "b" });
    expect(s.notices("ada").map(({ kind }) => kind)).toEqual(["plan_paused", "plan_resumed"]);
  });

  test("comes by itself when a node fails and the plan says so, once for each failure", () => {
    const policy = { mode: "parallel", maxParallel: 4, scope: "auto", onFailure: "stop" } as const;
    const s = given(submit("p", [work("a", { retries: 0 }), work("b")], { policy }), request("ada")).when(fails("ada"));
    s.expect({ type: "NodeGivenUp" }, { type: "NodeFailed" }, { type: "PlanPaused", why: "node_failed" });
    s.when(revise({ resume: true })).expect({ type: "PlanResumed" });
  });

  test("does not come a second time for what failed while the plan was paused", () => {
    const policy = { mode: "parallel", maxParallel: 4, scope: "auto", onFailure: "stop" } as const;
    const s = given(
      submit("p", [work("a", { retries: 0 }), work("b")], { policy }),
      request("ada"),
      revise({ pause: true }),
    );
    s.and(fails("ada"))
      .when(revise({ resume: true }))
      .expect({ type: "PlanResumed" });
  });
});

describe("finishing", () => {
  test("is refused while nodes are open, and names them", () => {
    const s = given(submit("p", [work("a"), work("b")]), request("ada"), submits("ada"));
    s.when(revise({ finish: true })).expectRefused({ refused: "unlanded_nodes", nodes: ["b"] });
    s.when(revise({ finish: true, cancel: ["b"] })).expect({ type: "NodeCancelled" }, { type: "PlanFinished" });
  });

  test("a plan with a failed node waits for somebody to say what becomes of it", () => {
    const s = given(submit("p", [work("a", { retries: 0 })]), request("ada"), fails("ada"));
    expect(s.workspace.plans.get("p")?.status.is).toBe("active");
    s.when(revise({ cancel: ["a"] })).expect({ type: "NodeCancelled" }, { type: "PlanFinished" });
  });

  test("a plan that was paused while its last node came in can land", () => {
    const land: WorkspaceCommand = { type: "ReportPlanLanded", plan: "p", commit: "m" };
    const s = given(submit("p", [work("a"), work("b")]), request("ada"), revise({ pause: true }));
    s.and(submits("ada")).when(land).expectRefused({ refused: "outdated" });
    s.and(revise({ cancel: ["b"] }))
      .when(land)
      .expect({ type: "PlanLanded" });
  });

  test("is before landing, after which nothing changes any more", () => {
    const s = given(submit("p", [work("a")]));
    const land: WorkspaceCommand = { type: "ReportPlanLanded", plan: "p", commit: "m" };
    s.when(land).expectRefused({ refused: "outdated" });
    s.and(request("ada"), submits("ada")).when(land).expect({ type: "PlanLanded" });
    s.when(land).expect();
    s.when(revise({ add: [work("b")] })).expectRefused({ refused: "plan_over" });
    s.when({ type: "AdoptIntegration", plan: "p", commit: "x" }).expectRefused({ refused: "plan_over" });
  });
});
