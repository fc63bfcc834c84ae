import { describe, expect, test } from "vitest";
import type { WorkspaceCommand } from "../../src/core/command.ts";
import { dueAttempts, fenceReason } from "../../src/core/lease-keeping.ts";
import { attemptOf } from "../../src/core/node/node.ts";
import { plan, work } from "./plans.ts";
import { given, request, type Scenario, submits } from "./scenario.ts";

const minute = 60_000;

function leased(): Scenario {
  return given({ type: "SubmitPlan", plan: plan("p", [work("a")]) }, request("ada"));
}

function until(s: Scenario): number | undefined {
  return attemptOf(s.node("a"))?.until;
}

function fence(s: Scenario, judgedUntil = until(s) ?? 0): WorkspaceCommand {
  return { type: "FenceAttempt", plan: "p", node: "a", attempt: 1, judgedUntil, leftOut: [] };
}

function renewal(by: "call" | "files" | "client"): WorkspaceCommand {
  return { type: "RenewLease", plan: "p", node: "a", attempt: 1, by };
}

describe("[V1] a lease", () => {
  test.each([
    ["is not over within its ten minutes", 10 * minute],
    ["nor within the grace after them", 20 * minute],
  ])("%s", (_, after) => {
    const s = leased().later(after);
    s.when(fence(s)).expectRefused({ refused: "outdated" });
    expect(s.state("a")).toBe("leased");
  });

  test("is over past its grace: the node is ready again, and the work is offered to the next", () => {
    const s = leased().later(20 * minute + 1);
    const parked = { ref: "refs/interlock/parked/p/a/1", commit: "kept" };
    s.when({ ...fence(s), parked } as WorkspaceCommand).expect(
      { type: "WorkParked" },
      { type: "AttemptFenced", why: "silent", parked },
    );
    expect(s.notices("ada")).toMatchObject([{ kind: "fenced" }]);
    s.and(request("bob"));
    expect(attemptOf(s.node("a"))).toMatchObject({ attempt: 2, agent: "bob", offered: parked, slot: "s2" });
  });

  test("that was renewed since it was judged is not over", () => {
    const s = leased()
      .later(9 * minute)
      .and(renewal("files"))
      .later(12 * minute);
    s.when(fence(s, 10 * minute)).expectRefused({ refused: "outdated" });
  });

  test("that was renewed since it was judged is judged anew, for what its agent did since is not parked yet", () => {
    const s = leased()
      .later(9 * minute)
      .and(renewal("files"))
      .later(21 * minute);
    s.when(fence(s, 10 * minute)).expectRefused({ refused: "outdated" });
    s.when(fence(s)).expect({ type: "AttemptFenced" });
  });

  test("is not renewed at every call, but when a quarter of it is used up", () => {
    const s = leased().later(2 * minute);
    s.when(renewal("call")).expect();
    s.later(minute)
      .when(renewal("call"))
      .expect({ type: "LeaseRenewed", until: 13 * minute });
  });

  test("is renewed at once when the agent speaks from another process", () => {
    leased()
      .when({ ...renewal("call"), process: "other" } as WorkspaceCommand)
      .expect({ type: "LeaseRenewed", process: "other" });
  });

  test("that is over, or of a node that is not there, is not renewed", () => {
    const s = leased()
      .when({ ...renewal("call"), attempt: 2 } as WorkspaceCommand)
      .expect();
    s.when({ ...renewal("call"), node: "z" } as WorkspaceCommand).expect();
  });

  test("is kept by a client that merely runs for at most an hour", () => {
    const s = leased();
    for (let quarter = 1; quarter < 12; quarter += 1)
      s.later(5 * minute)
        .when(renewal("client"))
        .expect({ type: "LeaseRenewed" });
    s.later(5 * minute)
      .when(renewal("client"))
      .expect();
  });

  test("does not run while the work is in the train", () => {
    const s = leased()
      .and(submits("ada", "x"))
      .later(100 * minute);
    expect([...dueAttempts(s.workspace)]).toEqual([]);
    s.when(fence(s)).expectRefused({ refused: "outdated" });
  });

  test("comes back with the rework, which is kept for its agent for one lease", () => {
    const s = leased()
      .and(submits("ada", "x"))
      .later(30 * minute);
    s.and({
      type: "ReturnNode",
      plan: "p",
      node: "a",
      attempt: 1,
      why: { reason: "conflict", conflicts: [] },
      base: "base",
      content: "k",
    });
    expect(until(s)).toBe(40 * minute);
    s.later(4 * minute)
      .when(renewal("client"))
      .expect();
    s.later(6 * minute + 1);
    expect(fenceReason(s.node("a"), s.workspace)).toBe("unreserved");
    s.when(fence(s)).expect({ type: "AttemptFenced", why: "unreserved" });
  });

  test("[X3] of rework that nobody came for ends with a slot that stands on what was handed in", () => {
    const s = leased()
      .and(submits("ada", "x"))
      .later(30 * minute);
    const why = { reason: "conflict", conflicts: [] } as const;
    s.and({ type: "AdoptIntegration", plan: "p", commit: "newer" });
    s.and({ type: "ReturnNode", plan: "p", node: "a", attempt: 1, why, base: "newer", content: "k" });
    s.later(20 * minute).and(fence(s));
    // Seen as changes of the newer base, the old files would undo what has landed since.
    expect(s.workspace.slots.byName.get("s1")).toMatchObject({ is: "retiring", base: "base", safe: "tree-a" });
    expect(s.node("a").late?.attempt.base).toBe("base");
  });

  test("[X3] of an attempt whose slot was never filled leaves nothing in it that counts as work", () => {
    const s = leased().later(30 * minute);
    s.and(fence(s));
    expect(s.workspace.slots.byName.get("s1")).toMatchObject({ is: "retiring", unfilled: true });
    const filled = leased().and({ type: "ReportSlot", plan: "p", node: "a", attempt: 1, slot: "s1" });
    filled.later(30 * minute).and(fence(filled));
    expect(filled.workspace.slots.byName.get("s1")).not.toHaveProperty("unfilled");
  });

  test("of rework that its agent began is as long as any other, however early that was", () => {
    const s = leased().and(submits("ada", "x"));
    s.and({
      type: "ReturnNode",
      plan: "p",
      node: "a",
      attempt: 1,
      why: { reason: "conflict", conflicts: [] },
      base: "base",
      content: "k",
    });
    s.later(minute)
      .when(renewal("call"))
      .expect({ type: "LeaseRenewed", until: 11 * minute });
    s.later(11 * minute);
    expect(fenceReason(s.node("a"), s.workspace)).toBeUndefined();
  });

  test("that is nearly over is shown to whoever looks after it", () => {
    const s = leased().later(2 * minute);
    expect([...dueAttempts(s.workspace)]).toEqual([]);
    expect([...dueAttempts(s.later(minute).workspace)]).toMatchObject([{ node: { id: "a" }, clientMayExtend: true }]);
  });
});

test("[V2] after a silence everybody gets a fresh lease before anyone is judged", () => {
  const s = leased()
    .later(100 * minute)
    .when({ type: "RefreshLeases" });
  s.expect({ type: "LeasesRefreshed", until: 110 * minute });
  expect(until(s)).toBe(110 * minute);
  s.when(fence(s)).expectRefused({ refused: "outdated" });
});

test("[V2] where nobody works there is nothing to refresh", () => {
  given().when({ type: "RefreshLeases" }).expect();
});
