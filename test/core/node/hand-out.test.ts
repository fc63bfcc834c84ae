import { describe, expect, test } from "vitest";
import type { WorkspaceCommand } from "../../../src/core/command.ts";
import { freeName } from "../../../src/core/node/hand-out.ts";
import { defaultSettings } from "../../../src/core/settings.ts";
import { plan, sync, work } from "../plans.ts";
import { claims, fails, given, request, type Scenario, submits } from "../scenario.ts";

function submit(...args: Parameters<typeof plan>): WorkspaceCommand {
  return { type: "SubmitPlan", plan: plan(...args) };
}

describe("[H1] [N1] a node is handed out once", () => {
  test("and comes again only when its attempt is over, with the next epoch", () => {
    const s = given(submit("p", [work("a")]), request("ada"));
    s.when(request("bob")).expectRefused({ refused: "idle", reason: "all_leased", waiting: { worked_on: 1 } });
    s.and(fails("ada")).when(request("bob")).expect({ type: "NodeLeased", node: "a", attempt: 2 });
  });

  test("and who has one gets no other", () => {
    const s = given(submit("p", [work("a"), work("b")]), request("ada"));
    s.when(request("ada")).expectRefused({ refused: "holds_node", node: "a" });
  });

  test("and what was handed in does not count as held", () => {
    const s = given(submit("p", [work("a"), work("b")]), request("ada"), submits("ada", "x"));
    s.when(request("ada")).expect({ type: "NodeLeased", node: "b" });
  });
});

describe("[H2] a node is handed out", () => {
  test("not beside a pool that has nothing left, for whichever of many nodes it is", () => {
    const settings = { ...defaultSettings, pools: { port: { capacity: 1 } } };
    const users = ["a", "b", "c"].map((id) => work(id, { uses: ["port"] }));
    const s = given({ type: "ConfigureWorkspace", settings }, submit("p", users), request("ada"));
    s.when(request("bob")).expectRefused({ refused: "idle", reason: "blocked" });
    s.and({ type: "DropStarvation", plan: "p", node: "b" });
    s.and(submits("ada"))
      .when(request("bob"))
      .expect({ type: "NodeLeased", node: "b", claims: [{ value: 1 }] });
  });

  test("[W2] when all that it depends on has landed, and not before", () => {
    const s = given(submit("p", [work("a"), work("b", { dependsOn: ["a"] })]), request("ada"));
    s.when(request("bob")).expectRefused({ refused: "idle", waiting: { pending: 1 } });
    s.and(submits("ada")).when(request("bob")).expect({ type: "NodeLeased", node: "b" });
  });

  test("with all its claims at once, or another one is", () => {
    const s = given(submit("p", [work("a", { writes: ["x"] }), work("b", { writes: ["x"], reads: ["y"] }), work("c")]));
    s.when(request("ada")).expect({ node: "a", claims: [{ pattern: "x", mode: "write" }] });
    s.when(request("bob")).expect({ node: "c", passedOver: [{ node: "b" }] });
    s.when(request("cyd")).expectRefused({ reason: "blocked" });
    s.and(submits("ada")).when(request("cyd")).expect({ node: "b" });
  });

  test("with the named things that it uses, each for one node at a time", () => {
    const users = ["a", "b"].map((id) => work(id, { uses: ["db:main"] }));
    const s = given(submit("p", users)).when(request("ada"));
    s.expect({ node: "a", claims: [{ kind: "name", pattern: "db:main", mode: "write" }] });
    s.when(request("bob")).expectRefused({ refused: "idle", reason: "blocked" });
  });

  test("across plans that want the same", () => {
    const s = given(
      submit("p", [work("a", { writes: ["x"] })]),
      submit("q", [work("a", { edits: ["x"] })]),
      request("ada"),
    );
    s.when(request("bob", [], "q")).expectRefused({ reason: "blocked" });
    s.when(request("bob", [], "nowhere")).expectRefused({ refused: "unknown_plan" });
  });

  test("not before what a skipped node stands on", () => {
    const s = given(
      submit("p", [work("a"), work("b", { dependsOn: ["a"], when: "extra" }), work("c", { dependsOn: ["b"] })]),
    );
    expect([s.state("b"), s.state("c")]).toEqual(["skipped", "pending"]);
    s.and(request("ada"), submits("ada"));
    expect(s.state("c")).toBe("ready");
  });

  test("never if something before it was cancelled or failed", () => {
    const s = given(
      submit("p", [work("a", { retries: 0 }), work("b", { dependsOn: ["a"] })]),
      request("ada"),
      fails("ada"),
    );
    expect([s.state("a"), s.state("b")]).toEqual(["failed", "pending"]);
    s.when(request("bob")).expectRefused({ reason: "nothing_ready" });
  });
});

describe("[H3] who is handed out first", () => {
  test.each([
    ["the priority class", { priority: 3 }, { priority: 1 }],
    ["what is to drop everything for", { priority: 1, estimateMinutes: 50 }, { priority: 0 }],
    ["then the longest chain behind it", { estimateMinutes: 5 }, { estimateMinutes: 50 }],
  ] as const)("%s", (_, first, second) => {
    given(submit("p", [work("a", first), work("b", second)]))
      .when(request("ada"))
      .expect({ node: "b" });
  });

  test("then age, also across plans", () => {
    const s = given(submit("p", [work("a"), work("b")]), submit("q", [work("a", { priority: 1 })]));
    s.when(request("ada")).expect({ plan: "q" }).when(request("bob")).expect({ plan: "p", node: "a" });
  });

  test("a chain counts what depends on a node, but not what is skipped", () => {
    const nodes = [
      work("a", { estimateMinutes: 10 }),
      work("a2", { dependsOn: ["a"], estimateMinutes: 90, when: "no" }),
      work("b", { estimateMinutes: 10 }),
      work("b2", { dependsOn: ["b"], estimateMinutes: 20 }),
    ];
    given(submit("p", nodes)).when(request("ada")).expect({ node: "b" });
  });

  test("only what the agent is capable of", () => {
    const s = given(submit("p", [work("a", { requires: ["ui", "db"] })]));
    s.when(request("ada", ["ui"])).expectRefused({ refused: "idle", reason: "blocked" });
    s.when(request("ada", ["db", "ui"])).expect({ node: "a" });
  });

  test("only while the plan has room for another agent", () => {
    const policy = { mode: "parallel", maxParallel: 1, scope: "auto", onFailure: "continue" } as const;
    const s = given(submit("p", [work("a"), work("b")], { policy }), request("ada"));
    s.when(request("bob")).expectRefused({ reason: "at_capacity" });
    s.and(submits("ada", "x")).when(request("bob")).expect({ node: "b" });
  });

  test("a sequential plan has room for one", () => {
    const policy = { mode: "sequential", maxParallel: 4, scope: "auto", onFailure: "continue" } as const;
    given(submit("p", [work("a"), work("b")], { policy }), request("ada"))
      .when(request("bob"))
      .expectRefused({ reason: "at_capacity" });
  });

  test("a changed node stands where it belongs at once", () => {
    const s = given(
      submit("p", [work("a"), work("b", { writes: ["x"] }), work("c", { writes: ["x"] })]),
      request("ada"),
    );
    s.and(request("bob"));
    s.when(request("cyd")).expectRefused({ reason: "blocked" });
    s.and({ ...revision, change: [{ id: "c", fields: { writes: ["y"] } }] });
    s.when(request("cyd")).expect({ node: "c" });
  });
});

test("[H2] what case keeps from a node is given to it when case counts", () => {
  const nodes = [work("a", { writes: ["src/A.ts"] }), work("b", { writes: ["src/a.ts"] })];
  const s = given(
    { type: "ConfigureWorkspace", settings: { ...defaultSettings, ignoreCase: true } },
    submit("p", nodes),
    request("ada"),
  );
  s.when(request("bob")).expectRefused({ reason: "blocked" });
  s.and({ type: "ConfigureWorkspace", settings: defaultSettings }).when(request("bob")).expect({ node: "b" });
});

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

describe("[H4] a node that was passed over three times", () => {
  /** `big` wants what `holder` has, and three others were handed out before it. */
  function starved(): Scenario {
    const small = ["s1", "s2", "s3", "s4"].map((id) => work(id, { writes: [`src/${id}`], priority: 3 }));
    const s = given(
      submit("p", [
        work("holder", { writes: ["src/h"], priority: 0 }),
        work("big", { writes: ["src/**"], priority: 1 }),
        ...small,
      ]),
    );
    return s.and(request("ada"), request("b1"), request("b2"));
  }

  test("gets a place in the queue, so that no more is handed out past it", () => {
    const s = starved().when(request("b3"));
    s.expect({ type: "NodeLeased", node: "s3" }, { type: "ClaimsQueued", node: "big", attempt: 0, ticket: "t1" });
    s.when(request("b4")).expectRefused({ reason: "blocked" });
  });

  test("is handed out when those before it are done, and its place is gone", () => {
    const s = starved().and(request("b3"), submits("ada"), submits("b1"), submits("b2"), submits("b3"));
    s.when(request("ada")).expect({ type: "NodeLeased", node: "big" });
    expect(s.workspace.locks.queue).toEqual([]);
  });

  test("loses the place when nobody comes for it, or when it changes, or when it has to wait again", () => {
    const dropped = starved().and(request("b3")).when({ type: "DropStarvation", plan: "p", node: "big" });
    dropped.expect({ type: "TicketEnded", attempt: 0 });
    dropped.when(request("b4")).expect({ node: "s4" });
    const changed = starved().and(request("b3"), { ...revision, change: [{ id: "big", fields: { writes: ["lib"] } }] });
    expect(changed.workspace.locks.queue).toEqual([]);
    const waiting = starved().and(request("b3"), {
      ...revision,
      change: [{ id: "big", fields: { dependsOn: ["holder"] } }],
    });
    expect(waiting.workspace.locks.queue).toEqual([]);
  });

  test("keeps nobody waiting while its plan is paused", () => {
    const s = starved().and(request("b3"), { ...revision, pause: true });
    expect(s.workspace.locks.queue).toEqual([]);
    expect(s.node("big").passedOver).toBe(0);
  });

  test("is looked at again when one of those before it is done, and still keeps its place", () => {
    const s = starved().and(request("b3"), submits("ada"));
    s.when(request("b4")).expectRefused({ reason: "blocked" });
    s.and(submits("b1")).when(request("b4")).expectRefused({ reason: "blocked" });
    expect(s.workspace.locks.queue.map(({ by }) => by.node)).toEqual(["big"]);
  });

  test("[W2] is found as soon as the last of the pools that it waits for has a place, or when it gives its own place up", () => {
    const settings = { ...defaultSettings, pools: { port: { capacity: 1 }, cache: { capacity: 1 } } };
    const small = ["s1", "s2", "s3", "s4", "s5"].map((id) => work(id, { priority: 3 }));
    const nodes = [
      work("h1", { uses: ["port"], priority: 0 }),
      work("h2", { uses: ["cache"], priority: 0 }),
      work("big", { uses: ["port", "cache"], priority: 1 }),
    ];
    const waiting = () => {
      const s = given({ type: "ConfigureWorkspace", settings }, submit("p", [...nodes, ...small]));
      s.and(request("a1"), request("a2"), request("b1"), request("b2")).when(request("b3"));
      s.expect({ type: "NodeLeased", node: "s3" }, { type: "ClaimsQueued", node: "big" });
      return s.and(submits("a1")).when(request("b4")).expect({ node: "s4" });
    };
    waiting().and(submits("a2")).when(request("b5")).expect({ node: "big" });
    const dropped = waiting().and({ type: "DropStarvation", plan: "p", node: "big" }, submits("a2"));
    dropped.when(request("b5")).expect({ node: "big" });
  });

  test("waits for a place in a pool under its own name, and is found again when that is given up", () => {
    const settings = { ...defaultSettings, pools: { port: { capacity: 1 } } };
    const small = ["s1", "s2", "s3", "s4"].map((id) => work(id, { priority: 3 }));
    const nodes = [work("holder", { uses: ["port"], priority: 0 }), work("big", { uses: ["port"], priority: 1 })];
    const s = given({ type: "ConfigureWorkspace", settings }, submit("p", [...nodes, ...small]));
    s.and(request("ada"), request("b1"), request("b2")).when(request("b3"));
    s.expect({ type: "NodeLeased", node: "s3" }, { type: "ClaimsQueued", node: "big" });
    s.when(request("b4")).expect({ node: "s4" });
    s.when(request("b5")).expectRefused({ reason: "blocked" });
    s.when({ type: "DropStarvation", plan: "p", node: "big" }).expect({ type: "TicketEnded" });
    s.when({ type: "DropStarvation", plan: "p", node: "big" }).expect();
    s.when(request("b5")).expectRefused({ reason: "blocked" });
    s.and(submits("ada")).when(request("b5")).expect({ node: "big" });
  });

  test("does not lose its place because another plan is paused, nor anybody else's wait", () => {
    const s = starved().and(request("b3"), submit("q", [work("z")]), request("zoe", [], "q"));
    s.and(claims("zoe", "write src/h"), { ...revision, plan: "q", pause: true });
    expect(s.workspace.locks.queue.map(({ by }) => by.node)).toEqual(["big", "z"]);
  });

  test("is not held up by who came to wait after it", () => {
    const s = starved().and(request("b3"));
    s.and(
      { type: "SubmitPlan", plan: plan("q", [work("z", { priority: 0 })]) },
      request("zoe", [], "q"),
      claims("zoe", "read src/any"),
    );
    s.and(submits("ada"), submits("b1"), submits("b2"), submits("b3"));
    s.when(request("ada")).expect({ type: "NodeLeased", node: "big" });
  });

  test("an agent that the place stands in the way of can still get what it is waited for", () => {
    const s = starved().and(request("b3"));
    s.when(claims("ada", "write src/more")).expect({ type: "ClaimsGranted", node: "holder" });
  });
});

describe("a node that lands by itself", () => {
  test("[W2] a sync point joins the train when all before it have landed, and nobody is asked", () => {
    const s = given(submit("p", [work("a"), sync("s", { dependsOn: ["a"], gates: ["test"] })]), request("ada"));
    s.when(submits("ada")).expect({ type: "NodeLanded" }, { type: "NodeReached", node: "s" });
    expect(s.state("s")).toBe("submitted");
  });

  test("a sync point that fails is not reached a second time", () => {
    const s = given(submit("p", [sync("s")]));
    s.when({
      type: "ReturnNode",
      plan: "p",
      node: "s",
      attempt: 0,
      why: { reason: "gate_failed", gates: [] },
      base: "base",
      content: "k",
    });
    s.expect({ type: "NodeReturned" }, { type: "NodeFailed", why: "gate_failed" });
    expect([s.state("s"), s.workspace.plans.get("p")?.status.is]).toEqual(["failed", "active"]);
    s.when({ ...revision, retry: ["s"] }).expect({ type: "NodeRetried" }, { type: "NodeReached" });
  });
});

describe("an agent that asks again", () => {
  const resume = (process: string, deadProcesses: readonly string[] = [], acceptParked = false): WorkspaceCommand => ({
    type: "ResumeNode",
    agent: "ada",
    process,
    acceptParked,
    deadProcesses,
  });

  test("gets its node back, with a fresh lease", () => {
    const s = given(submit("p", [work("a")]), request("ada")).later(1000);
    s.when(resume("process")).expect({ type: "LeaseRenewed", until: 601_000 });
  });

  test("from another process only if the first one is dead", () => {
    const s = given(submit("p", [work("a")]), request("ada"));
    s.when(resume("other")).expectRefused({ refused: "agent_name_taken", freeName: "ada-2" });
    s.when(resume("other", ["process"])).expect({ type: "LeaseRenewed", process: "other" });
    given(submit("p", [work("a")]))
      .when(resume("process"))
      .expectRefused({ refused: "outdated" });
  });

  test("[X3] can have parked work put into its worktree after all, and hands nothing in until it is there whole", () => {
    const parked = { ref: "refs/interlock/parked/p/a/1", commit: "kept" };
    const s = given(submit("p", [work("a")]), request("bob"));
    s.and(
      (one) => ({ type: "GiveUpNode", ...one.attempt("bob"), reason: "r", retryable: true, parked }),
      request("ada"),
    );
    s.when(resume("process", [], true)).expect({ type: "LeaseRenewed" }, { type: "ParkedAccepted", parked });
    expect(s.node("a").state).toMatchObject({ attempt: { content: "kept", slotReady: false } });
    s.when(submits("ada", "a.ts")).expectRefused({ refused: "outdated" });
  });

  test("[X3] cannot have parked work any more once it has handed in: that would undo what landed since", () => {
    const parked = { ref: "refs/interlock/parked/p/a/1", commit: "kept" };
    const s = given(submit("p", [work("a")]), request("bob"));
    s.and((one) => ({ type: "GiveUpNode", ...one.attempt("bob"), reason: "r", retryable: true, parked }));
    s.and(request("ada"), submits("ada", "a.ts"));
    const why = { reason: "conflict", conflicts: [] } as const;
    s.and({ type: "ReturnNode", plan: "p", node: "a", attempt: 2, why, base: "base", content: "merged" });
    s.when(resume("process", [], true)).expect({ type: "LeaseRenewed" });
    expect(s.events()).toHaveLength(1);
    expect(s.node("a").state).toMatchObject({ is: "rework", attempt: { content: "merged" } });
  });

  test("a free name is one that nobody uses", () => {
    const s = given(submit("p", [work("a"), work("b")]), request("ada"), request("ada-2"));
    expect(freeName(s.workspace.agents, "ada")).toBe("ada-3");
  });
});

describe("nothing to hand out", () => {
  test("says whether there is no plan, whether it is finished, or whether it is paused", () => {
    given().when(request("ada")).expectRefused({ reason: "no_plan" });
    given(submit("p", [work("a")]), request("ada"), submits("ada"))
      .when(request("ada"))
      .expectRefused({ reason: "plan_finished" });
    given(submit("p", [work("a")]), { ...revision, pause: true })
      .when(request("ada"))
      .expectRefused({ reason: "blocked" });
  });
});
