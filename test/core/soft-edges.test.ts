import { describe, expect, test } from "vitest";
import { attemptOf } from "../../src/core/node/node.ts";
import { isInTheWay } from "../../src/core/train-order.ts";
import { assumed, back, backAsStale, builds, judges, lands, refills, steps, waitsOf } from "./early.ts";
import { plan, work } from "./plans.ts";
import { asks, fails, given, request, type Scenario, submits } from "./scenario.ts";
import { contractName, publishes } from "./speculation/publishes.ts";

const tracked = {
  type: "AssumptionTracked",
  agent: "bob",
  about: { kind: "node", id: "p/api" },
  from: { plan: "p", node: "page" },
};

/** An interface, and who begins on it before it has landed. */
function started(): Scenario {
  const nodes = [
    work("api", { writes: ["src/api/**"], gates: ["test"] }),
    work("page", {
      dependsOn: ["api"],
      soft: [{ node: "api", edge: "submit" }],
      writes: ["src/page/**", "src/api/client.ts"],
      gates: ["test"],
    }),
  ];
  return given({ type: "SubmitPlan", plan: plan("p", nodes) }, request("ann"));
}

/** The page is worked on while the interface is judged. */
function leaning(): Scenario {
  return started().and(submits("ann", "src/api/x.ts"), builds("api", "k1", "base"), request("bob"));
}

describe("a node that depends on what is only handed in", () => {
  test("is begun on its candidate, as soon as there is one", () => {
    const s = started().when(request("bob")).expectRefused({ refused: "idle" });
    s.and(submits("ann", "src/api/x.ts")).when(request("bob")).expectRefused({ refused: "idle" });
    s.and(builds("api", "k1", "base"))
      .when(request("bob"))
      .expect({ type: "NodeLeased", node: "page", base: "k1" }, tracked);
    expect(attemptOf(s.node("page"))?.grounds).toEqual([{ node: "api", edge: "submit", on: "commit-api" }]);
  });

  test("[L1] [L9] has claims of its own on paths that are changed there, which nobody else gets", () => {
    const s = leaning();
    s.and({ type: "SubmitPlan", plan: plan("q", [work("else", {})]) }, request("eve", [], "q"));
    s.when(asks("eve", "write src/api/client.ts")).expectRefused({ refused: "would_wait" });
    s.when(asks("bob", "write src/api/other.ts")).expect({ type: "ClaimsGranted", node: "page" });
  });

  test("[T3] [T12] lands with it or after it, never before", () => {
    const s = leaning().and(submits("bob", "src/page/a.ts"));
    expect(steps(s)).toEqual(["build page on k1", "gate api"]);
    s.and(builds("page", "k2", "k1"), ...judges("page", "k2", true));
    s.and(...lands("page", "k2"));
    expect([s.state("api"), s.state("page")]).toEqual(["landed", "landed"]);
  });

  test("[T12] is not built on anything else while that has not landed", () => {
    const s = leaning().and(submits("bob", "src/page/a.ts"), ...judges("api", "k1", false), back("api", "k1", "base"));
    expect(steps(s)).toEqual([]);
    expect(waitsOf(s, "page")).toEqual(["dependency api"]);
    s.and(builds("page", "k2", "base"));
    const candidate = { plan: "p", node: "page", candidate: "k2" };
    s.and(...judges("page", "k2", true)).when({ type: "IntendLanding", ...candidate });
    s.expectRefused({ refused: "outdated" });
  });
});

describe("when what it stands on comes back", () => {
  const cameBack = () => leaning().and(...judges("api", "k1", false), back("api", "k1", "base"));

  test("[T12] it is not landed as it is, but goes to its agent with what landed instead", () => {
    const s = cameBack().and(submits("bob", "src/page/a.ts"));
    s.and(
      submits("ann", "src/api/y.ts"),
      builds("api", "k3", "base"),
      ...judges("api", "k3", true),
      ...lands("api", "k3"),
    );
    expect(steps(s)).toEqual(["build page on k3"]);
    s.when(builds("page", "k4", "k3")).expectRefused({ refused: "outdated" });
    s.when(backAsStale("page", "k3")).expect(
      { type: "NodeReturned", why: { reason: "ground_changed", nodes: ["api"] } },
      { type: "ClaimsGranted" },
    );
    expect(s.node("page").state).toMatchObject({
      is: "rework",
      reason: "ground_changed",
      attempt: { agent: "bob", base: "k3" },
    });
    s.and({ type: "ReportSlot", plan: "p", node: "page", attempt: 1, slot: "s2" }, submits("bob", "src/page/a.ts"));
    s.and(builds("page", "k5", "k3"), ...judges("page", "k5", true), ...lands("page", "k5"));
    expect(s.state("page")).toBe("landed");
  });

  test("[T12] work that was kept is told of it once, whoever goes on with it", () => {
    const parked = { ref: "refs/parked", commit: "parked" };
    const s = leaning().and((of) => ({
      type: "GiveUpNode",
      ...of.attempt("bob"),
      reason: "no",
      retryable: true,
      parked,
    }));
    s.and(...judges("api", "k1", false), back("api", "k1", "base"), submits("ann", "src/api/y.ts"));
    s.and(builds("api", "k3", "base"), ...judges("api", "k3", true), ...lands("api", "k3"));
    s.and({ type: "RequestNode", agent: "cyd", process: "p1", capabilities: [], acceptParked: true });
    s.and(refills("page", 2), submits("cyd", "src/page/a.ts"));
    expect(steps(s)).toEqual(["build page on k3"]);
    s.and(
      backAsStale("page", "k3", 2),
      refills("page", 2),
      submits("cyd", "src/page/a.ts"),
      builds("page", "k4", "k3", 2),
    );
    s.and(...judges("page", "k4", true), ...lands("page", "k4"));
    expect(s.state("page")).toBe("landed");
  });

  test("[L9] what they both hold is given back by who came later", () => {
    const s = leaning()
      .and(...judges("api", "k1", false))
      .when(back("api", "k1", "base"));
    const released = { type: "ClaimsReleased", node: "page", patterns: ["src/api/client.ts"] };
    s.expect({ type: "NodeReturned", node: "api" }, { type: "AssumptionSettled", verdict: "invalidated" }, released);
  });

  test("nobody begins on it until it is handed in again", () => {
    const s = started().and(submits("ann", "src/api/x.ts"), builds("api", "k1", "base"));
    s.and(...judges("api", "k1", false), back("api", "k1", "base"))
      .when(request("bob"))
      .expectRefused({ refused: "idle" });
    s.and(submits("ann", "src/api/y.ts"), builds("api", "k3", "base")).when(request("bob"));
    s.expect({ type: "NodeLeased", node: "page", base: "k3" }, tracked);
  });

  test("its agent hears of it, and hears when it has held", () => {
    const s = cameBack();
    expect(s.notices("bob")).toMatchObject([
      { kind: "assumption", facts: { verdict: "invalidated", notes: "What was handed in for p/api came back." } },
    ]);
    const held = leaning().and(...judges("api", "k1", true), ...lands("api", "k1"));
    expect(held.notices("bob")).toMatchObject([{ kind: "assumption", facts: { verdict: "validated" } }]);
  });
});

describe("what who begins early takes for granted", () => {
  test("[A17] is an assumption, which is right when that lands as it was handed in", () => {
    const s = leaning();
    expect(assumed(s)).toEqual(["bob node:p/api active"]);
    expect(assumed(s.and(...judges("api", "k1", true), ...lands("api", "k1")))).toEqual(["bob node:p/api validated"]);
  });

  test("[A17] is wrong when it comes back or is taken back", () => {
    const s = leaning().and(...judges("api", "k1", false), back("api", "k1", "base"));
    expect(assumed(s)).toEqual(["bob node:p/api invalidated"]);
    expect(assumed(leaning().and({ type: "WithdrawNode", plan: "p", node: "api" }))).toEqual([
      "bob node:p/api invalidated",
    ]);
    const cancelled = { add: [], change: [], cancel: ["api"], retry: [], pause: false, resume: false, finish: false };
    expect(assumed(leaning().and({ type: "RevisePlan", plan: "p", ...cancelled }))).toEqual([
      "bob node:p/api invalidated",
    ]);
  });

  test("[A17] has nothing more to show when the attempt is over", () => {
    expect(assumed(leaning().and(fails("bob")))).toEqual(["bob node:p/api superseded"]);
  });
});

describe("a chain of what is begun early", () => {
  /** `page` stands on the contract of `api`, `shop` on what is handed in for `page`. */
  const chain = (urgent: 0 | 2 = 2) => {
    const speaks = { node: "api", edge: "contract", contract: contractName } as const;
    const nodes = [
      work("api", { edits: ["src/**"], gates: ["test"], priority: 1 }),
      work("page", { dependsOn: ["api"], soft: [speaks], priority: 1, gates: ["test"] }),
      work("shop", {
        dependsOn: ["page"],
        soft: [{ node: "page", edge: "submit" }],
        edits: ["src/shop.ts"],
        priority: urgent,
        gates: ["test"],
      }),
    ];
    const s = given({ type: "SubmitPlan", plan: plan("p", nodes) }, publishes("id"), request("ann"), request("bob"));
    s.and(submits("ann", "src/api.ts"), submits("bob", "src/page.ts"));
    s.and(builds("api", "k1", "base"), builds("page", "k2", "k1"), request("cyd"));
    expect(s.node("shop").state).toMatchObject({ is: "leased", attempt: { agent: "cyd" } });
    return s.and(...judges("api", "k1", false), back("api", "k1", "base"), refills("api"));
  };

  test("[L9] holds nothing that is needed by what has to land before all of it, and is in somebody's hands again", () => {
    const s = chain().and(submits("cyd", "src/shop.ts"));
    expect(s.workspace.locks.held.get("p/shop")).toBe(undefined);
    s.when(asks("ann", "write src/shop.ts")).expect({ type: "ClaimsGranted", node: "api" });
  });

  test("[T6] [T12] keeps nobody's gates waiting while its first part is judged, however urgent its last", () => {
    const s = chain(0).and(submits("cyd", "src/shop.ts"), submits("ann", "src/api.ts"));
    s.and(builds("api", "k3", "base"));
    const p = s.workspace.plans.get("p");
    expect(p?.train).toEqual(["page", "shop", "api"]);
    expect(p && isInTheWay(p, s.node("api"))).toBe(false);
  });
});
