import { describe, expect, test } from "vitest";
import type { WorkspaceCommand } from "../../../src/core/command.ts";
import { why } from "../../../src/core/why.ts";
import { dump } from "../dump.ts";
import { plan, sync, work } from "../plans.ts";
import { restored } from "../restored.ts";
import { claims, fails, given, request, type Scenario, submits } from "../scenario.ts";
import {
  completes,
  deadlinePasses,
  joins,
  newestConflict,
  newestConvergence,
  opens,
  reports,
  resolves,
  says,
} from "./played-conflicts.ts";

function twoAtWork(...more: readonly ReturnType<typeof work>[]): Scenario {
  const nodes = [work("a", { writes: ["a.ts"] }), work("b", { writes: ["b.ts"] }), ...more];
  return given({ type: "SubmitPlan", plan: plan("p", nodes) }, request("ada"), request("bob"));
}

const candidate = (node: string, onto = "base", paths = [`${node}.ts`]) =>
  ({
    type: "ReportCandidate",
    plan: "p",
    node,
    attempt: 1,
    candidate: `k${node}`,
    tree: `t${node}`,
    onto,
    paths,
  }) as const satisfies WorkspaceCommand;

const intends = (node: string) => ({ type: "IntendLanding", plan: "p", node, candidate: `k${node}` }) as const;
const lands = (node: string) => ({ type: "ReportLanded", plan: "p", node, candidate: `k${node}` }) as const;

const news = (s: Scenario, agent: string) => s.notices(agent).map(({ kind }) => kind);

describe("a serious conflict", () => {
  test("[K3] brings those concerned together, and pauses their nodes", () => {
    const s = twoAtWork().when(reports("ada", ["bob"]));
    s.expect({ type: "ConflictOpened" }, { type: "ConvergenceOpened", level: "peer", due: 600_000 });
    expect(newestConvergence(s)).toMatchObject({
      conflicts: [newestConflict(s).id],
      nodes: [{ node: "a" }, { node: "b" }],
      state: { is: "open", participants: [{ agent: "ada" }, { agent: "bob" }] },
    });
    expect(news(s, "bob")).toEqual(["conflict", "converge"]);
  });

  test("[K1] is one conflict, however often it is reported", () => {
    const s = twoAtWork().and(reports("ada", ["bob"]));
    s.when(reports("ada", ["bob"], { description: "said otherwise" })).expect();
    s.when(reports("bob", ["ada"])).expect();
  });

  test("of low or medium severity pauses nobody until somebody asks for that", () => {
    const s = twoAtWork().when(reports("ada", ["bob"], { severity: "medium" }));
    s.expect({ type: "ConflictOpened" });
    s.when(opens("ada/", [newestConflict(s).id], ["eve"]));
    s.expect({
      type: "ConvergenceOpened",
      agent: "ada",
      participants: [{ agent: "ada" }, { agent: "bob" }, { agent: "eve" }],
    });
    s.when(opens("bob/", [newestConflict(s).id], ["fay", "bob", "eve"]));
    s.expect({ type: "ConvergenceJoined", agent: "bob", is: "joined" }, { agent: "fay", is: "invited" });
    expect(news(s, "fay")).toEqual(["converge"]);
  });
});

describe("while a convergence is open", () => {
  test("[K3] its nodes get no new claims, but keep what they have and their leases", () => {
    const s = twoAtWork().and(reports("ada", ["bob"]));
    s.when(claims("ada", "write c.ts")).expectRefused({ refused: "converging", convergence: newestConvergence(s).id });
    s.when(claims("ada", "write a.ts")).expect();
    s.later(9 * 60_000).when((it) => ({ type: "RenewLease", ...it.attempt("ada"), by: "call", process: "process" }));
    s.expect({ type: "LeaseRenewed" });
  });

  test("[K3] its nodes are not handed out, however they become ready", () => {
    const s = twoAtWork(work("c")).and(reports("ada", ["bob"], { artifacts: [{ kind: "node", id: "p/c" }] }));
    s.and(fails("bob"));
    s.when(request("eve")).expectRefused({ refused: "idle" });
    expect(why(s.workspace, { plan: "p", node: "c" })[0]?.waitsFor).toMatchObject([
      { kind: "convergence", who: "ada" },
    ]);
    s.and({ type: "SubmitPlan", plan: plan("q", [work("a")]) });
    s.when(request("eve")).expect({ type: "NodeLeased", plan: "q" });
    s.and(completes("operator"));
    s.when(request("bob")).expect({ type: "NodeLeased", node: "b" });
    s.when(request("fay")).expect({ type: "NodeLeased", node: "c" });
  });

  test("[K3] a point where streams meet does not come to its turn", () => {
    const s = twoAtWork(sync("s", { dependsOn: ["a"] }));
    s.and(reports("ada", ["bob"], { artifacts: [{ kind: "node", id: "p/s" }] }));
    s.when(completes("operator")).expect({ type: "ConflictResolved" }, { type: "ConvergenceCompleted" });
    const t = twoAtWork(sync("s", { dependsOn: ["b"] }));
    t.and(reports("ada", [], { artifacts: [{ kind: "node", id: "p/s" }] }), submits("bob"));
    expect(t.state("s")).toBe("ready");
    t.when(completes("operator"));
    t.expect({ type: "ConflictResolved" }, { type: "ConvergenceCompleted" }, { type: "NodeReached", node: "s" });
  });

  test("[K3] what was handed in waits, also what changed nothing, and goes on afterwards", () => {
    const s = twoAtWork().and(reports("ada", ["bob"]), submits("ada", "a.ts"), submits("bob"), candidate("a"));
    expect([s.state("a"), s.state("b")]).toEqual(["submitted", "submitted"]);
    s.when(intends("a")).expectRefused({ refused: "outdated" });
    expect(why(s.workspace, { plan: "p", node: "a" })[0]?.waitsFor).toMatchObject([{ kind: "convergence" }]);
    s.and(completes("operator")).and(intends("a"), lands("a"));
    expect(s.state("a")).toBe("landed");
  });

  test("[K3] what stands on one of its nodes does not take it along", () => {
    const s = twoAtWork(work("c", { writes: ["c.ts"] })).and(request("eve"));
    s.and(submits("ada", "a.ts"), submits("eve", "c.ts"), candidate("a"), candidate("c", "ka"));
    s.and(reports("bob", ["ada"]));
    s.when(intends("c")).expectRefused({ refused: "outdated" });
    s.and(candidate("c")).and(intends("c"), lands("c"));
    expect([s.state("a"), s.state("c")]).toEqual(["submitted", "landed"]);
  });

  test("[T5] what has begun to land lands", () => {
    const s = twoAtWork().and(submits("ada", "a.ts"), candidate("a"), intends("a"), reports("bob", ["ada"]));
    s.when(lands("a")).expect({ type: "NodeLanded" });
  });

  test("[D1] a snapshot has all of it", () => {
    const s = twoAtWork(work("c")).and(reports("ada", ["bob"], { artifacts: [{ kind: "node", id: "c" }] }));
    s.and(says("bob", "rename it", { plan: "p", title: "Rename" }));
    expect(dump(restored(s.workspace))).toBe(dump(s.workspace));
    s.and(submits("bob", "b.ts"), completes("operator", [], { plan: "p", node: "b" }));
    expect(dump(restored(s.workspace))).toBe(dump(s.workspace));
  });
});

describe("a convergence", () => {
  test("[K4] is completed by who shows a lease only once everybody was heard", () => {
    const s = twoAtWork().and(reports("ada", ["bob"]), says("ada/", "use uuids"));
    s.when(completes("ada/")).expectRefused({ refused: "convergence_pending", pending: ["bob"], due: 600_000 });
    s.and(says("bob/", "and write it down"));
    s.when(completes("bob/", ["done"])).expect(
      { type: "ConflictResolved", strategy: "manual", decision: "use uuids\nand write it down\ndone", agent: "bob" },
      { type: "ConvergenceCompleted", decisions: ["use uuids", "and write it down", "done"] },
    );
    expect(news(s, "ada")).toEqual(["conflict_resolved", "converged"]);
    s.when(says("ada/", "too late")).expectRefused({ refused: "convergence_over" });
  });

  test("[K4] is no business of who was not asked and did not join", () => {
    const s = twoAtWork(work("c")).and(request("eve"), reports("ada", ["bob"]));
    s.when(completes("eve/")).expectRefused({ refused: "not_concerned", agent: "eve" });
    s.when(resolves("eve/", { strategy: "manual", decision: "mine" })).expectRefused({ refused: "not_concerned" });
    s.and(joins("eve/")).when(joins("eve/")).expect();
    s.when(completes("ada/")).expectRefused({ refused: "convergence_pending", pending: ["bob", "eve"] });
  });

  test("[K4] is over once its last conflict is settled otherwise", () => {
    const s = twoAtWork().and(reports("ada", ["bob"]));
    s.when(resolves("ada/", { strategy: "manual", decision: "both stay" }));
    s.expect({ type: "ConflictResolved", decision: "both stay" }, { type: "ConvergenceCompleted" });
  });

  test("nobody acts in it with a lease that is not good any more", () => {
    const s = twoAtWork().and(reports("ada", ["bob"]));
    const old = { agent: "bob", attempt: s.attempt("bob") };
    s.and(fails("bob"));
    s.when({ type: "JoinConvergence", by: old, convergence: newestConvergence(s).id }).expectRefused({
      refused: "stale_lease",
    });
  });

  test("of conflicts and convergences that are not there is refused", () => {
    const s = twoAtWork().and(reports("ada", ["bob"]));
    const by = { agent: "ada" };
    s.when(opens("ada", ["c0"])).expectRefused({ refused: "unknown_conflict", conflict: "c0" });
    s.when({ type: "JoinConvergence", by, convergence: "v0" }).expectRefused({ refused: "unknown_convergence" });
    s.and(completes("operator"));
    s.when(opens("ada", [newestConflict(s).id])).expectRefused({ refused: "conflict_over" });
    s.when(resolves("ada", { strategy: "manual" })).expectRefused({ refused: "conflict_over" });
  });
});

describe("at a deadline", () => {
  const none = { add: [], change: [], retry: [], pause: false, resume: false, finish: false };
  const cancels = { type: "RevisePlan", plan: "p", ...none } as const;
  const roles = [work("top", { role: "Architect" }), work("c", { dependsOn: ["a"] })];

  test("[K5] those present decide", () => {
    const s = twoAtWork().and(reports("ada", ["bob"]), says("bob/", "use uuids"));
    s.when(deadlinePasses).expect(
      { type: "ConflictResolved", because: "overdue", decision: "use uuids" },
      { type: "ConvergenceCompleted" },
    );
  });

  test("[K5] of what is medium the rules decide: who is handed in stays, the other goes over its work again", () => {
    const s = twoAtWork().and(reports("ada", ["bob"], { severity: "medium" }), submits("bob", "b.ts"));
    s.and(opens("ada/", [newestConflict(s).id])).when(deadlinePasses);
    s.expect(
      { type: "ConflictResolved", strategy: "first_completion", keeps: [{ node: "b" }], yields: [{ node: "a" }] },
      { type: "ReworkOrdered", node: "a", made: false },
      { type: "ConvergenceCompleted" },
    );
    expect(news(s, "ada")).toContain("rework_ordered");
  });

  test("[K5] of what is high the next level is asked, and skipped where nobody is", () => {
    const s = twoAtWork(...roles).and(request("arch"), reports("ada", ["bob"]));
    s.when(deadlinePasses).expect({
      type: "ConvergenceEscalated",
      level: "architect",
      invited: ["arch"],
      due: 1_200_000,
    });
    expect(news(s, "arch")).toEqual(["converge"]);
    s.when(deadlinePasses).expect({ type: "ConvergenceEscalated", level: "human", invited: [] });
    s.when(deadlinePasses).expect(
      { type: "ConflictResolved", because: "overdue" },
      {},
      { type: "ConvergenceCompleted" },
    );
  });

  test("[K5] what is critical waits for a person, and says so", () => {
    const s = twoAtWork().and(reports("ada", ["bob"], { severity: "critical" }));
    s.when(deadlinePasses).expect({ type: "ConvergenceEscalated", level: "human" });
    s.later(3_600_000).when(deadlinePasses).expectRefused({ refused: "outdated" });
    expect(why(s.workspace, { plan: "p", node: "a" })[0]?.waitsFor[0]).toMatchObject({
      kind: "convergence",
      who: "operator",
    });
    s.when(completes("operator", ["go"])).expect({ type: "ConflictResolved" }, { type: "ConvergenceCompleted" });
  });

  test("[K5] rework that was asked for and cannot be done any more keeps nobody waiting", () => {
    const s = twoAtWork().and(reports("ada", ["bob"]), says("ada/", "rename", { plan: "p", node: "b" }));
    s.and({ ...cancels, cancel: ["b"] });
    s.when(deadlinePasses).expect({ type: "ConflictResolved" }, { type: "ConvergenceCompleted" });
  });

  test("[K5] of what is no clash of two nodes the rules take nobody's work back", () => {
    for (const [others, type] of [
      [["bob"], "contract_breach"],
      [[], "other"],
    ] as const) {
      const s = twoAtWork().and(reports("ada", others, { severity: "low", type }));
      s.and(opens("ada", [newestConflict(s).id])).when(deadlinePasses);
      s.expect(
        { type: "ConflictResolved", strategy: "manual", because: "overdue", keeps: [], yields: [] },
        { type: "ConvergenceCompleted" },
      );
    }
  });

  test("[K5] of any other clash of two nodes the rules keep the one that matters more", () => {
    const s = twoAtWork().and(reports("ada", ["bob"], { severity: "low", type: "other" }));
    s.and(opens("ada", [newestConflict(s).id])).when(deadlinePasses);
    s.expect(
      { type: "ConflictResolved", strategy: "priority", because: "overdue", keeps: [{ node: "a" }] },
      { type: "ReworkOrdered", node: "b" },
      { type: "ConvergenceCompleted" },
    );
  });

  test("[K5] nothing happens before it", () => {
    const s = twoAtWork()
      .and(reports("ada", ["bob"]), says("bob/", "use uuids"))
      .later(599_999);
    s.when({ type: "MoveConvergenceOn", convergence: newestConvergence(s).id }).expectRefused({ refused: "outdated" });
  });
});
