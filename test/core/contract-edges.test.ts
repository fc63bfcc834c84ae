import { describe, expect, test } from "vitest";
import { attemptOf } from "../../src/core/node/node.ts";
import type { PublishCommand } from "../../src/core/speculation/publishing.ts";
import { assumed, backAsStale, builds, intends, judges, lands, refills, steps, waitsOf } from "./early.ts";
import { plan, sync, work } from "./plans.ts";
import { fails, given, request, type Scenario, submits } from "./scenario.ts";
import { completes } from "./speculation/played-conflicts.ts";
import { contractName, publishes } from "./speculation/publishes.ts";

const edge = { node: "api", edge: "contract", contract: contractName } as const;
const nodes = [
  work("api", { writes: ["src/api/**"], gates: ["test"] }),
  work("page", { dependsOn: ["api"], soft: [edge], writes: ["src/page/**"], gates: ["test"] }),
];

/** An interface that somebody works on, a page that waits for its contract. */
function started(): Scenario {
  return given({ type: "SubmitPlan", plan: plan("p", nodes) }, request("ann"));
}

/** Both are worked on. */
function begun(): Scenario {
  return started().and(publishes("id"), request("bob"));
}

function breaks(text = "name", more: Partial<PublishCommand> = {}) {
  return publishes(text, { change: "breaking", action: "activate", ...more });
}

/** The page is handed in, the contract breaks, and people have decided that this is how it is. */
function brokenAfterHandIn(): Scenario {
  return begun().and(submits("bob", "src/page/a.ts"), breaks(), completes("operator", ["so be it"]));
}

describe("a node with a contract edge", () => {
  test("[H2] begins once the contract is ACTIVE, on the tip", () => {
    const s = started().when(request("bob")).expectRefused({ refused: "idle" });
    expect(waitsOf(s, "page")).toEqual([`contract ${contractName}`]);
    s.and(publishes("id", { action: "draft" }))
      .when(request("bob"))
      .expectRefused({ refused: "idle" });
    s.and(publishes("id", { action: "activate" })).when(request("bob"));
    s.expect({ type: "NodeLeased", node: "page", base: "base" }, { type: "AssumptionTracked" });
    expect(attemptOf(s.node("page"))?.grounds).toEqual([{ ...edge, version: "v0.1" }]);
  });

  test("[H2] does not begin on a version that is on its way out", () => {
    const gone = publishes("", { action: "deprecate" });
    const deprecated = (s: Scenario) => {
      const { text: _text, looked: _looked, ...command } = gone(s);
      return command;
    };
    const s = started().and(publishes("id"), deprecated).when(request("bob")).expectRefused({ refused: "idle" });
    s.and(publishes("id name")).when(request("bob")).expect({ type: "NodeLeased" }, { type: "AssumptionTracked" });
    // Who has begun need not stop for it, and hears of it.
    s.and(deprecated, submits("bob", "src/page/a.ts"));
    expect(waitsOf(s, "page")).toEqual(["dependency api"]);
    // What takes its place is something else, compatible or not.
    s.and(publishes("id name more"));
    expect(steps(s)).toEqual(["build page on base"]);
  });

  test("[H2] [W1] waits for a version that stands once nobody works on it any more", () => {
    const deprecated = (s: Scenario) => {
      const { text: _text, looked: _looked, ...command } = publishes("", { action: "deprecate" })(s);
      return command;
    };
    const s = begun().and(deprecated, fails("bob"));
    expect([s.node("page").unmet, waitsOf(s, "page")]).toEqual([1, [`contract ${contractName}`]]);
    s.when(request("bob")).expectRefused({ refused: "idle" });
  });

  test("[W1] [T12] lands together with what it depends on also where that changes nothing, so that both stand on the tip", () => {
    const speaks = { ...edge, node: "all" };
    const nodes = [
      work("api"),
      sync("all", { dependsOn: ["api"], priority: 1 }),
      work("page", { dependsOn: ["all"], soft: [speaks] }),
    ];
    const s = given({ type: "SubmitPlan", plan: plan("p", nodes) }, request("ann"), publishes("id"), request("bob"));
    s.and(
      submits("bob", "src/page.ts"),
      submits("ann", "src/api.ts"),
      builds("api", "k1", "base"),
      ...lands("api", "k1"),
    );
    s.and(builds("all", "k1", "k1", 0), builds("page", "k2", "k1"));
    expect(waitsOf(s, "page")).toEqual(["landing k2"]);
    s.and(...lands("page", "k2"));
    expect([s.state("all"), s.state("page")]).toEqual(["landed", "landed"]);
  });

  test("[H2] waits for what failed, contract or not", () => {
    const s = started().and(publishes("id"), fails("ann", false)).when(request("bob"));
    s.expectRefused({ refused: "idle" });
    expect(waitsOf(s, "page")).toEqual(["failed_dependency api failed"]);
  });

  test("relies on the contract by itself", () => {
    const s = started().and(publishes("id")).when(breaks());
    s.expect({ type: "ContractPublished" }, { type: "ConflictOpened", nodes: [{ plan: "p", node: "page" }] }, {});
  });

  test("[T12] hands in before the other, and lands after it", () => {
    const s = begun().and(submits("bob", "src/page/a.ts"));
    expect([steps(s), waitsOf(s, "page")]).toEqual([[], ["dependency api"]]);
    s.and(builds("page", "k0", "base"), ...judges("page", "k0")).when(intends("page", "k0"));
    s.expectRefused({ refused: "outdated" });
    s.and(submits("ann", "src/api/x.ts"));
    expect(steps(s)).toEqual(["build api on base"]);
    s.and(builds("api", "k1", "base"), ...judges("api", "k1"), ...lands("api", "k1"));
    expect(steps(s)).toEqual(["build page on k1"]);
    s.and(builds("page", "k2", "k1"), ...judges("page", "k2"), ...lands("page", "k2"));
    expect([s.state("page"), assumed(s)]).toEqual(["landed", [`bob contract:${contractName} validated`]]);
  });

  test("[T12] with nothing changed lands no sooner", () => {
    const s = begun().and(submits("bob"));
    expect(s.state("page")).toBe("submitted");
  });

  test("[L9] gives its claims up when it is handed in before the other, which may need them", () => {
    const s = begun().and(submits("bob", "src/page/a.ts"));
    expect(s.workspace.locks.held.get("p/page")).toBe(undefined);
  });
});

describe("a contract that breaks", () => {
  test("[A17] [T12] while its consumer works: what is handed in next comes back once, and then counts", () => {
    const s = begun().when(breaks());
    s.expect(
      { type: "ContractPublished", version: "v0.2" },
      { type: "AssumptionSettled", verdict: "invalidated", tells: ["bob"] },
      { type: "ConflictOpened" },
      { type: "ConvergenceOpened" },
    );
    s.and(completes("operator", ["so be it"]), submits("bob", "src/page/a.ts"));
    expect(steps(s)).toEqual(["build page on base"]);
    s.when(backAsStale("page", "base"));
    const why = { reason: "ground_changed", contracts: [{ contract: contractName, from: "v0.1", to: "v0.2" }] };
    s.expect({ type: "NodeReturned", why }, { type: "AssumptionTracked", agent: "bob" }, { type: "ClaimsGranted" });
    expect(attemptOf(s.node("page"))?.grounds).toEqual([{ ...edge, version: "v0.2" }]);
    s.and(refills("page"), submits("bob", "src/page/a.ts"), submits("ann", "src/api/x.ts"));
    s.and(builds("api", "k1", "base"), ...judges("api", "k1"), ...lands("api", "k1"));
    s.and(builds("page", "k2", "k1"), ...judges("page", "k2"), ...lands("page", "k2"));
    expect(assumed(s)).toEqual([`bob contract:${contractName} invalidated`, `bob contract:${contractName} validated`]);
  });

  test("[T12] [K3] while its consumer waits in the train: it goes back when people have decided", () => {
    const s = begun().and(submits("bob", "src/page/a.ts"), breaks());
    expect(steps(s)).toEqual([]);
    s.when(backAsStale("page", "base")).expectRefused({ refused: "outdated" });
    s.and(completes("operator", ["so be it"]));
    expect([steps(s), waitsOf(s, "page")]).toEqual([
      ["build page on base"],
      ["candidate it goes back: what it was begun on has changed"],
    ]);
    s.and(backAsStale("page", "base"));
    expect(s.node("page").state).toMatchObject({ is: "rework", reason: "ground_changed" });
  });

  test("[T12] while its consumer's candidate is judged, or has passed: it does not land", () => {
    const s = begun().and(submits("ann", "src/api/x.ts"), submits("bob", "src/page/a.ts"));
    s.and(builds("api", "k1", "base"), ...judges("api", "k1"), ...lands("api", "k1"), builds("page", "k2", "k1"));
    s.and(...judges("page", "k2"), breaks(), completes("operator", ["so be it"]));
    s.when(intends("page", "k2")).expectRefused({ refused: "outdated" });
    expect(steps(s)).toEqual(["build page on k1"]);
    expect(assumed(s)).toEqual([`bob contract:${contractName} invalidated`]);
  });

  test("[T12] when its consumer has begun to land: that is not taken back", () => {
    const s = begun().and(submits("ann", "src/api/x.ts"), submits("bob", "src/page/a.ts"));
    s.and(builds("api", "k1", "base"), builds("page", "k2", "k1"), ...judges("page", "k2"), intends("page", "k2"));
    s.and(breaks()).and({ type: "ReportLanded", plan: "p", node: "page", candidate: "k2" });
    expect([s.state("api"), s.state("page")]).toEqual(["landed", "landed"]);
  });

  test("[T12] and a batch in which it is: what stands before it lands without it", () => {
    const s = begun().and(submits("ann", "src/api/x.ts"), submits("bob", "src/page/a.ts"));
    s.and(builds("api", "k1", "base"), builds("page", "k2", "k1"), ...judges("page", "k2"), breaks());
    s.and(completes("operator", ["so be it"]))
      .when(intends("page", "k2"))
      .expectRefused({ refused: "outdated" });
    expect(steps(s)).toEqual(["build page on base", "gate api"]);
  });

  test("[T12] for a fenced attempt: what it hands in late comes back", () => {
    const s = begun();
    const by = s.attempt("bob");
    s.later(1_300_000).and({ type: "FenceAttempt", ...by, judgedUntil: 600_000, leftOut: [] });
    s.and(breaks(), completes("operator", ["so be it"]));
    const handsIn = { commit: "late", tree: "late", base: "base", paths: ["src/page/a.ts"], summary: "late" };
    s.and({ type: "SubmitNode", ...by, ...handsIn });
    expect(steps(s)).toEqual(["build page on base"]);
  });

  test("[T12] and work that was kept: who goes on with it gets it back once", () => {
    const parked = { ref: "refs/parked", commit: "parked" };
    const s = begun();
    s.and({ type: "GiveUpNode", ...s.attempt("bob"), reason: "cannot", retryable: true, parked });
    s.and(breaks(), completes("operator", ["so be it"]));
    s.and({ type: "RequestNode", agent: "cyd", process: "p1", capabilities: [], acceptParked: true });
    s.and(refills("page", 2), submits("cyd", "src/page/a.ts"));
    expect(steps(s)).toEqual(["build page on base"]);
    const fresh = begun().and((of) => ({
      type: "GiveUpNode",
      ...of.attempt("bob"),
      reason: "cannot",
      retryable: true,
      parked,
    }));
    fresh.and(breaks(), completes("operator", ["so be it"]), request("cyd"), submits("cyd", "src/page/a.ts"));
    expect(steps(fresh)).toEqual([]);
  });

  test("[T12] before somebody accepts kept work in the middle of the next attempt", () => {
    const parked = { ref: "refs/parked", commit: "parked" };
    const s = begun().and((of) => ({
      type: "GiveUpNode",
      ...of.attempt("bob"),
      reason: "cannot",
      retryable: true,
      parked,
    }));
    s.and(breaks(), completes("operator", ["so be it"]), request("cyd"));
    s.and({ type: "ResumeNode", agent: "cyd", process: "process", acceptParked: true, deadProcesses: [] });
    s.and(refills("page", 2), submits("cyd", "src/page/a.ts"));
    expect(steps(s)).toEqual(["build page on base"]);
  });

  test("[T12] priority 0 takes it past nothing that it stands on", () => {
    const urgent = nodes.map((node) => (node.id === "page" ? { ...node, priority: 0 as const } : node));
    const s = given({ type: "SubmitPlan", plan: plan("p", urgent) }, request("ann"), publishes("id"), request("bob"));
    s.and(submits("bob", "src/page/a.ts"), submits("ann", "src/api/x.ts"));
    expect(steps(s)).toEqual(["build api on base"]);
  });

  test("[T12] a revision takes the ground from nobody who has begun", () => {
    const change = [{ id: "page", fields: { dependsOn: ["api"], soft: [] } }];
    const revision = { add: [], change, cancel: [], retry: [], pause: false, resume: false, finish: false };
    const s = brokenAfterHandIn().when({ type: "RevisePlan", plan: "p", ...revision });
    s.expectRefused({ refused: "node_live" });
    // Given up it may change, and then it waits like any other.
    const free = begun().and(fails("bob"), { type: "RevisePlan", plan: "p", ...revision });
    free.when(request("bob")).expectRefused({ refused: "idle" });
  });

  test("[T12] compatible versions do not matter", () => {
    const s = begun().and(submits("bob", "src/page/a.ts"), publishes("id name"));
    expect([steps(s), assumed(s)]).toEqual([[], [`bob contract:${contractName} active`]]);
  });

  test("[T12] while the other is being landed: who stands on the version is told all the same", () => {
    const s = begun().and(submits("ann", "src/api/x.ts"), builds("api", "k1", "base"), ...judges("api", "k1"));
    s.and(intends("api", "k1"), breaks(), { type: "ReportLanded", plan: "p", node: "api", candidate: "k1" });
    s.and(completes("operator", ["so be it"]), submits("bob", "src/page/a.ts"));
    expect(steps(s)).toEqual(["build page on k1"]);
    s.and(backAsStale("page", "k1"), refills("page"), submits("bob", "src/page/a.ts"));
    expect(steps(s)).toEqual(["build page on k1"]);
    s.and(builds("page", "k3", "k1"), ...judges("page", "k3"), ...lands("page", "k3"));
    expect(s.state("page")).toBe("landed");
  });
});
