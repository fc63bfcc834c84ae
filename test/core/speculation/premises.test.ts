import { describe, expect, test } from "vitest";
import type { CheckOutcome } from "../../../src/core/speculation/assumptions.ts";
import { plan, work } from "../plans.ts";
import { given, request, type Scenario, submits } from "../scenario.ts";
import { settles, tracks } from "./tracks.ts";

const port = { is: "json_equals", path: "conf.json", pointer: "/port", value: 1 } as const;
const helper = { is: "exports", path: "src/a.ts", name: "help" } as const;
const onUi = { kind: "node", id: "p/ui" } as const;

/** Both nodes wait in the train, `ui` on the candidate of `api`. */
const inTrain = (check: typeof port | typeof helper, outcome: CheckOutcome = "holds") => {
  const s = given({ type: "SubmitPlan", plan: plan("p", [work("api"), work("ui")]) }, request("ada"), request("bob"));
  const onTip = { tip: "base", outcome };
  s.and(tracks("eve", { check, plan: "p", depends: [onUi], onTip }), submits("ada", "api"), submits("bob", "ui"));
  return s.and(builds("api", "base"), builds("ui", "k-api"));
};
const builds = (node: string, onto: string) => {
  const k = { plan: "p", node, candidate: `k-${node}` };
  return { type: "ReportCandidate", ...k, attempt: 1, tree: `t-${node}`, onto, paths: [node] } as const;
};
const intends = (node: string, outcome?: CheckOutcome) => (s: Scenario) => {
  const [assumption = ""] = [...s.workspace.speculation.assumptions.keys()];
  const seen = outcome === undefined ? {} : { seen: [{ assumption, outcome }] };
  return { type: "IntendLanding", plan: "p", node, candidate: `k-${node}`, ...seen } as const;
};
const states = (s: Scenario) => [...s.workspace.speculation.assumptions.values()].map(({ state }) => state.is);

describe("a node that is about to land", () => {
  test("[A14] does so where its tree keeps what it stands on, or where it cannot be told", () => {
    for (const outcome of ["holds", "open"] as const)
      inTrain(port)
        .when(intends("ui", outcome))
        .expect({ type: "LandingIntended", node: "ui", carries: ["api"] });
  });

  test("[A14] does not where nobody has looked, though what stands on nothing does", () => {
    inTrain(port).when(intends("ui")).expectRefused({ refused: "outdated" });
    inTrain(port).when(intends("api")).expect({ type: "LandingIntended", node: "api" });
  });

  test("[A14] does not where its tree breaks what it stands on: that is wrong, and a conflict", () => {
    const s = inTrain(port).when(intends("ui", "fails"));
    s.expect(
      { type: "AssumptionSettled", verdict: "invalidated", notes: "conf.json does not have the value at /port." },
      { type: "ConflictOpened", severity: "high" },
      { type: "ConvergenceOpened", nodes: [{ node: "ui" }] },
    );
    expect(states(s)).toEqual(["invalidated"]);
    expect(s.state("ui")).toBe("submitted");
    s.when(intends("ui")).expectRefused({ refused: "outdated" });
    s.when(intends("api")).expect({ type: "LandingIntended", node: "api" });
  });

  test("[A14] stands on what was assumed for it, but not on what was assumed for another node or is settled", () => {
    const own = { check: port, plan: "p", onTip: { tip: "base", outcome: "holds" } } as const;
    const forNode = (node: string) =>
      given({ type: "SubmitPlan", plan: plan("p", [work("api"), work("ui")]) }, request("ada"), request("bob")).and(
        tracks("bob", { ...own, from: { plan: "p", node, attempt: 1 } }),
        submits("ada", "api"),
        submits("bob", "ui"),
        builds("ui", "base"),
      );
    forNode("ui").when(intends("ui")).expectRefused({ refused: "outdated" });
    forNode("api").when(intends("ui")).expect({ type: "LandingIntended", node: "ui" });
    const s = forNode("ui").and(settles("ada", "validated"));
    s.when(intends("ui")).expect({ type: "LandingIntended", node: "ui" });
  });

  test("[A14] may land before what was never there, which may still come", () => {
    const s = inTrain(helper, "fails");
    expect(states(s)).toEqual(["active"]);
    s.when(intends("ui", "fails")).expect({ type: "LandingIntended", node: "ui" });
    inTrain(helper)
      .when(intends("ui", "fails"))
      .expect(
        { type: "AssumptionSettled", notes: "src/a.ts no longer exports help." },
        { type: "ConflictOpened" },
        { type: "ConvergenceOpened" },
      );
  });
});
