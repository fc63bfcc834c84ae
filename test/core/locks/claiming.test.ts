import { describe, expect, test } from "vitest";
import { modes } from "../../../src/core/locks/modes.ts";
import { defaultSettings } from "../../../src/core/settings.ts";
import { why } from "../../../src/core/why.ts";
import { plan, work } from "../plans.ts";
import { asks, claims, fails, given, gives, request, type Scenario, submits, withdraws } from "../scenario.ts";

/** Four agents, each with a node that wants nothing yet. */
function four(): Scenario {
  const nodes = ["a", "b", "c", "d"].map((id) => work(id));
  const agents = ["ada", "bob", "cyd", "dan"].map((agent) => request(agent));
  return given({ type: "SubmitPlan", plan: plan("p", nodes) }, ...agents);
}

describe("[L1] two nodes hold overlapping paths only in modes that go together", () => {
  const together = new Set(["read read", "edit edit", ...modes.flatMap((mode) => [`watch ${mode}`, `${mode} watch`])]);
  const pairs = modes.flatMap((a) => modes.map((b) => [a, b] as const));

  test.each(pairs)("%s beside %s", (a, b) => {
    const s = four().and(claims("ada", `${a} src/**`));
    s.when(asks("bob", `${b} src/x.ts`));
    if (together.has(`${a} ${b}`)) s.expect({ type: "ClaimsGranted", node: "b" });
    else s.expectRefused({ refused: "would_wait", blockers: [{ pattern: "src/**", mode: a, witness: "src/x.ts" }] });
  });

  test("what does not overlap is free in any mode", () => {
    four().and(claims("ada", "write src/a/**")).when(asks("bob", "write src/b/**")).expect({ type: "ClaimsGranted" });
  });

  test("a name belongs to one node at a time", () => {
    const s = four().and(claims("ada", "name db:main"));
    s.when(asks("bob", "name db:main")).expectRefused({ refused: "would_wait" });
    s.when(asks("bob", "name db:test")).expect({ type: "ClaimsGranted" });
  });

  test("where the file system ignores case, so do claims", () => {
    const settings = { ...defaultSettings, ignoreCase: true };
    const s = given(
      { type: "ConfigureWorkspace", settings },
      { type: "SubmitPlan", plan: plan("p", [work("a"), work("b")]) },
    );
    s.and(request("ada"), request("bob"), claims("ada", "write src/A.ts"));
    s.when(asks("bob", "write src/a.ts")).expectRefused({ refused: "would_wait" });
  });

  test("claims that are held are found again when case begins to count or stops counting", () => {
    const s = four().and(claims("ada", "write src/A.ts"), claims("bob", "name db"), claims("cyd", "write lib"));
    s.and({ type: "ConfigureWorkspace", settings: { ...defaultSettings, ignoreCase: true } });
    s.when(asks("dan", "write SRC/a.ts")).expectRefused({ refused: "would_wait" });
    s.and(gives("ada", "src/A.ts")).when(asks("dan", "write SRC/a.ts")).expect({ type: "ClaimsGranted" });
  });
});

describe("a request", () => {
  test("[L2] is granted wholly or not at all", () => {
    const s = four().and(claims("ada", "write src/x.ts"));
    s.when(claims("bob", "write lib", "write src/**")).expect({ type: "ClaimsQueued", node: "b" });
    s.when(asks("cyd", "read docs")).expect({ type: "ClaimsGranted" });
    expect(s.workspace.locks.held.has("p/b")).toBe(false);
    s.when(gives("ada", "src/x.ts"));
    s.expect(
      { type: "ClaimsReleased" },
      { type: "ClaimsGranted", node: "b", claims: [{ pattern: "lib" }, { pattern: "src/**" }] },
    );
  });

  test("[L3] is taken in one order, whatever order it is written in", () => {
    const s = four().when(claims("ada", "write b", "use build", "read a", "name z", "write b"));
    s.expect({
      claims: [
        { kind: "name" },
        { kind: "path", pattern: "a" },
        { kind: "path", pattern: "b" },
        { kind: "pool", value: 1 },
      ],
    });
  });

  test("for what is held already changes nothing", () => {
    four().and(claims("ada", "write src/**")).when(claims("ada", "write src/**")).expect();
  });

  test("for a pool that nobody configured is refused by name", () => {
    const wants = [{ kind: "pool", pattern: "gpu", mode: "write" }] as const;
    const s = four().when((one) => ({ type: "ClaimResources", ...one.attempt("ada"), wants, wait: true }));
    s.expectRefused({ refused: "unknown_pool", wish: { pattern: "gpu" } });
  });

  test("after the attempt is over is stale", () => {
    const s = four();
    const by = s.attempt("ada");
    s.and(fails("ada")).when({ type: "ClaimResources", ...by, wants: [], wait: true });
    s.expectRefused({ refused: "stale_lease", state: "ready" });
  });
});

describe("[L4] the queue", () => {
  test("a writer in it is not overtaken by later readers", () => {
    const s = four().and(claims("ada", "read src/**"), claims("bob", "write src/x.ts"));
    s.when(claims("cyd", "read src/x.ts")).expect({ type: "ClaimsQueued", node: "c", before: [] });
  });

  test("a reader goes on beside one who waits for the same and for more", () => {
    const s = four().and(claims("ada", "write lib"), claims("bob", "read docs", "write lib"));
    s.when(asks("cyd", "read docs")).expect({ type: "ClaimsGranted", node: "c" });
    s.when(asks("dan", "write docs")).expectRefused({ refused: "would_wait" });
  });

  test("a thing that somebody waits for goes to nobody else", () => {
    const s = four().and(claims("ada", "write lib"), claims("bob", "name db", "write lib"));
    s.when(asks("cyd", "name db")).expectRefused({
      refused: "would_wait",
      blockers: [{ pattern: "db", by: { node: "b" }, ticket: "t1" }],
    });
    s.when(asks("cyd", "name cache")).expect({ type: "ClaimsGranted" });
  });

  test("who got a place in a pool by one ticket keeps no second one from others with another", () => {
    const s = four().and(claims("ada", "use build", "write lib"), claims("bob", "use build"));
    s.and(claims("cyd", "use build"), claims("cyd", "use build", "write lib"), gives("bob", "build"));
    s.when(claims("dan", "use build")).expect({ type: "ClaimsQueued", node: "d" });
    s.when(gives("ada", "build")).expect({ type: "ClaimsReleased" }, { type: "ClaimsGranted", node: "d" });
  });

  test("what is kept in a pool for who waits longer is not all of it", () => {
    const s = four().and(claims("ada", "write lib"), claims("bob", "use build", "write lib"));
    s.when(asks("cyd", "use build")).expect({ type: "ClaimsGranted", claims: [{ value: 2 }] });
    s.when(asks("dan", "use build")).expectRefused({ refused: "would_wait" });
  });

  test("a ticket of which a part was given back can still be withdrawn for the rest", () => {
    const s = four().and(claims("ada", "write x"), claims("bob", "write x", "write y"), gives("ada", "x"));
    s.and(gives("bob", "x")).when(withdraws("bob", "t1"));
    s.expect({ type: "ClaimsReleased", patterns: ["y"] });
    s.when(withdraws("bob", "t1")).expectRefused({ refused: "unknown_ticket" });
  });

  test("who has a place in a pool and waits for more keeps no second one from others", () => {
    const s = four().and(
      claims("ada", "write lib"),
      claims("bob", "use build"),
      claims("bob", "use build", "write lib"),
    );
    s.when(asks("cyd", "use build")).expect({ type: "ClaimsGranted", claims: [{ value: 2 }] });
  });

  test("who is in the way of very much is named by twenty examples", () => {
    const s = four().and(claims("ada", ...Array.from({ length: 30 }, (_, i) => `write src/f${i}`)));
    s.when(asks("bob", "write src/**"));
    expect(s.outcome).toMatchObject({ refused: "would_wait", blockers: { length: 20 } });
  });

  test("later readers of something else go on", () => {
    const s = four().and(claims("ada", "read src/**"), claims("bob", "write src/x.ts"));
    s.when(claims("cyd", "read src/y.ts")).expect({ type: "ClaimsGranted", node: "c" });
  });

  test("readers that wait behind a writer get in together when it is done", () => {
    const s = four().and(claims("ada", "write src/x.ts"), claims("bob", "read src/**"), claims("cyd", "read src/x.ts"));
    s.when(submits("ada", "src/x.ts")).expect({ type: "NodeSubmitted" });
    s.when({
      type: "RevisePlan",
      plan: "p",
      add: [],
      change: [],
      cancel: ["a"],
      retry: [],
      pause: false,
      resume: false,
      finish: false,
    });
    s.expect({ type: "NodeCancelled" }, { type: "ClaimsGranted", node: "b" }, { type: "ClaimsGranted", node: "c" });
  });

  test("the oldest wait comes first, however late its turn comes", () => {
    const s = four().and(claims("ada", "write x"), claims("bob", "write x"), claims("cyd", "write x"));
    s.when(gives("ada", "x")).expect({ type: "ClaimsReleased" }, { type: "ClaimsGranted", node: "b", ticket: "t1" });
    s.when(gives("bob", "x")).expect({ type: "ClaimsReleased" }, { type: "ClaimsGranted", node: "c", ticket: "t2" });
  });

  test("a ticket that is withdrawn lets those behind it go on", () => {
    const s = four().and(claims("ada", "read x"), claims("bob", "write x"), claims("cyd", "read x"));
    s.when(withdraws("bob", "t1")).expect(
      { type: "TicketEnded", why: "withdrawn" },
      { type: "ClaimsGranted", node: "c" },
    );
    s.when(withdraws("bob", "t1")).expectRefused({ refused: "unknown_ticket" });
  });

  test("a ticket that was granted meanwhile gives its claims back", () => {
    const s = four().and(claims("ada", "write x"), claims("bob", "write x", "read y"), gives("ada", "x"));
    s.when(withdraws("bob", "t1")).expect({ type: "ClaimsReleased", patterns: ["x", "y"] });
    expect(s.workspace.locks.settled.size).toBe(0);
  });

  test("who waits for a pool is not overtaken, and nobody is granted a pool without a value", () => {
    const settings = { ...defaultSettings, pools: { build: { capacity: 1 } } };
    const s = four().and(
      { type: "ConfigureWorkspace", settings },
      claims("ada", "write x"),
      claims("bob", "write x", "use build"),
    );
    s.when(asks("cyd", "use build")).expectRefused({ refused: "would_wait", blockers: [{ ticket: "t1" }] });
  });

  test("what comes free in a pool is kept for who waited longer, also while that one still waits for more", () => {
    const settings = { ...defaultSettings, pools: { build: { capacity: 1 } } };
    const s = four().and(
      { type: "ConfigureWorkspace", settings },
      claims("ada", "write x"),
      claims("dan", "use build"),
    );
    s.and(claims("bob", "write x", "use build"), claims("cyd", "use build"));
    s.when(fails("dan")).expect({ type: "NodeGivenUp" });
    s.when(gives("ada", "x")).expect({ type: "ClaimsReleased" }, { type: "ClaimsGranted", node: "b" });
    s.when(fails("bob")).expect({ type: "NodeGivenUp" }, { type: "ClaimsGranted", node: "c" });
  });
});

describe("[L6] a pool", () => {
  test("lends each value once, the lowest first", () => {
    const s = four().and({
      type: "ConfigureWorkspace",
      settings: { ...defaultSettings, pools: { port: { from: 4100, to: 4101 } } },
    });
    s.when(claims("ada", "use port")).expect({ claims: [{ value: 4100 }] });
    s.when(claims("bob", "use port")).expect({ claims: [{ value: 4101 }] });
    s.when(claims("cyd", "use port")).expect({ type: "ClaimsQueued" });
    s.when(fails("ada")).expect(
      { type: "NodeGivenUp" },
      { type: "ClaimsGranted", node: "c", claims: [{ value: 4100 }] },
    );
  });

  test("that grows serves who waits", () => {
    const pools = (capacity: number) => ({ ...defaultSettings, pools: { build: { capacity } } });
    const s = four().and(
      { type: "ConfigureWorkspace", settings: pools(1) },
      claims("ada", "use build"),
      claims("bob", "use build"),
    );
    s.when({ type: "ConfigureWorkspace", settings: pools(2) });
    s.expect({ type: "WorkspaceConfigured" }, { type: "ClaimsGranted", node: "b", claims: [{ value: 2 }] });
  });

  test("[W1] that is empty is nobody's to wait for, and a node that uses it says so", () => {
    const settings = { ...defaultSettings, pools: { build: { capacity: 0 } } };
    const s = four().and({ type: "ConfigureWorkspace", settings });
    s.when(claims("ada", "use build")).expectRefused({ refused: "unknown_pool" });
    s.and({ type: "SubmitPlan", plan: plan("q", [work("a", { uses: ["build"] })]) });
    s.when(request("eve", [], "q")).expectRefused({ refused: "idle", reason: "blocked" });
    expect(why(s.workspace, { plan: "q" })).toMatchObject([{ node: "a", waitsFor: [{ kind: "pool", what: "build" }] }]);
  });

  test("that is taken away is waited for no longer", () => {
    const s = four().and(claims("ada", "use build"), claims("bob", "use build"), claims("cyd", "use build"));
    s.when({ type: "ConfigureWorkspace", settings: { ...defaultSettings, pools: {} } });
    s.expect({ type: "WorkspaceConfigured" }, { type: "TicketEnded", node: "c", why: "withdrawn" });
  });
});

describe("[L7] when work is handed in", () => {
  const all = ["write src/**", "edit lib", "read docs", "watch web", "use build", "name db"];

  test("read, watch and pool claims end, edit and write and names stay until it lands", () => {
    const s = four().and(claims("ada", ...all), submits("ada", "src/x.ts"));
    expect(
      s.workspace.locks.held
        .get("p/a")
        ?.map(({ pattern }) => pattern)
        .sort(),
    ).toEqual(["db", "lib", "src/**"]);
    s.and({
      type: "ReportCandidate",
      plan: "p",
      node: "a",
      attempt: 1,
      candidate: "k",
      tree: "t",
      onto: "base",
      paths: ["src/x.ts"],
    });
    s.and({ type: "IntendLanding", plan: "p", node: "a", candidate: "k" });
    s.when({ type: "ReportLanded", plan: "p", node: "a", candidate: "k" }).expect({ type: "NodeLanded" });
    expect(s.workspace.locks.held.size).toBe(0);
  });

  test("what waits for the attempt's claims goes on, and its own tickets are forgotten", () => {
    const s = four().and(
      claims("ada", "read docs"),
      claims("bob", "write docs"),
      claims("cyd", "write src"),
      claims("ada", "write src"),
    );
    s.when(submits("ada")).expect({ type: "NodeLanded" }, { type: "ClaimsGranted", node: "b" });
    expect(s.workspace.locks.queue).toEqual([]);
  });

  test("what others were granted by their tickets is still theirs to withdraw", () => {
    const s = four().and(claims("ada", "write x", "write y"), claims("bob", "write x"), claims("cyd", "write y"));
    s.when(gives("ada", "x", "y")).expect({ type: "ClaimsReleased" }, { node: "b" }, { node: "c" });
    s.and(submits("bob")).when(withdraws("cyd", "t2"));
    s.expect({ type: "ClaimsReleased", node: "c", patterns: ["y"] });
  });

  test("what the attempt still waited for is nobody's wish any more, also while it is in the train", () => {
    const s = four().and(claims("cyd", "write src"), claims("ada", "write src"), submits("ada", "x"));
    expect(s.workspace.locks.queue).toEqual([]);
    s.when(gives("cyd", "src")).expect({ type: "ClaimsReleased" });
    s.when(asks("bob", "write src")).expect({ type: "ClaimsGranted", node: "b" });
  });
});

describe("giving back", () => {
  test("what is not held is refused by name", () => {
    four()
      .when(gives("ada", "x"))
      .expectRefused({ refused: "unknown_claim", patterns: ["x"] });
  });

  test("[S1] what covers a change is refused, unless something else covers it too", () => {
    const s = four().and(claims("ada", "write src/**", "edit src/x.ts"));
    const release =
      (...patterns: string[]) =>
      (one: Scenario) =>
        ({ type: "ReleaseResources", ...one.attempt("ada"), patterns, changedPaths: ["src/x.ts"] }) as const;
    s.when(release("src/**", "src/x.ts")).expectRefused({ refused: "changed_path", paths: ["src/x.ts"] });
    s.when(release("src/**")).expect({ type: "ClaimsReleased" });
    s.when(release("src/x.ts")).expectRefused({ refused: "changed_path" });
  });
});
