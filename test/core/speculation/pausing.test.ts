import { describe, expect, test } from "vitest";
import { plan, work } from "../plans.ts";
import { claims, given, request, type Scenario } from "../scenario.ts";
import { completes, newestConflict, opens, reports } from "./played-conflicts.ts";

function twoAtWork(...more: readonly ReturnType<typeof work>[]): Scenario {
  const nodes = [work("a", { writes: ["a.ts"] }), work("b", { writes: ["b.ts"] }), ...more];
  return given({ type: "SubmitPlan", plan: plan("p", nodes) }, request("ada"), request("bob"));
}

const finish = (by: string, convergence: string) =>
  ({
    type: "CompleteConvergence",
    by: { agent: by },
    convergence,
    decisions: ["done"],
    rework: [],
    gates: {},
  }) as const;

describe("a node", () => {
  test("[K3] that several convergences are about goes on when the last of them is over", () => {
    const s = twoAtWork().and(reports("ada", ["bob"]));
    s.and(reports("ada", [], { type: "file" }));
    const [first = "", second = ""] = s.workspace.speculation.convergences.keys();
    expect([s.node("a").pausedBy, s.node("b").pausedBy]).toEqual([[first, second], [first]]);
    s.and(finish("operator", first));
    expect([s.node("a").pausedBy, s.node("b").pausedBy]).toEqual([[second], undefined]);
    s.when(claims("ada", "write c.ts")).expectRefused({ refused: "converging", convergence: second });
    s.and(claims("bob", "write d.ts"), finish("operator", second), claims("ada", "write c.ts"));
    expect(s.node("a").pausedBy).toBeUndefined();
  });

  test("[K3] that is not there any more pauses nobody, and is nobody's when it is decided", () => {
    const s = twoAtWork().and(reports("ada", ["bob"], { severity: "low" }));
    const nothing = { add: [], change: [], retry: [], pause: false, resume: false } as const;
    s.and({ type: "RevisePlan", plan: "p", ...nothing, cancel: ["a", "b"], finish: true });
    s.and({ type: "ReportPlanLanded", plan: "p", commit: "k" });
    s.when(opens("ada", [newestConflict(s).id])).expect({ type: "ConvergenceOpened", participants: [{}, {}] });
    s.when(completes("operator", ["enough"])).expect({ type: "ConflictResolved" }, { type: "ConvergenceCompleted" });
  });

  test("[K3] that waits in line leaves it, while others stay in theirs", () => {
    const small = ["s1", "s2", "s3"].map((id) => work(id, { priority: 3 }));
    const nodes = [
      work("holder", { writes: ["lib"], priority: 0 }),
      work("big", { writes: ["lib"], priority: 1 }),
      ...small,
    ];
    const s = given({ type: "SubmitPlan", plan: plan("p", nodes) }, request("ada"), request("b1"));
    s.and(claims("b1", "write lib"), request("b2"), request("b3"));
    const waiting = () => s.workspace.locks.queue.map(({ by }) => `${by.node} ${by.attempt}`);
    expect(waiting()).toEqual(["s1 1", "big 0"]);
    s.and(reports("b2", [], { artifacts: [{ kind: "node", id: "p/big" }] }));
    expect(waiting()).toEqual(["s1 1"]);
  });
});
