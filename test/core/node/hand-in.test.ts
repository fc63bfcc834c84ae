import { describe, expect, test } from "vitest";
import type { WorkspaceCommand } from "../../../src/core/command.ts";
import { attemptOf } from "../../../src/core/node/node.ts";
import { plan, work } from "../plans.ts";
import { asks, claims, fails, given, request, type Scenario, submits } from "../scenario.ts";

const strict = { policy: { mode: "parallel", maxParallel: 8, scope: "strict", onFailure: "continue" } } as const;

function leased(fields: Parameters<typeof plan>[2] = {}): Scenario {
  const nodes = [
    work("a", { writes: ["src/**"] }),
    work("b", { writes: ["lib/**"] }),
    work("c", { writes: ["src/**"] }),
  ];
  return given({ type: "SubmitPlan", plan: plan("p", nodes, fields) }, request("ada"), request("bob"));
}

const minute = 60_000;

function fence(agent: string) {
  return (s: Scenario): WorkspaceCommand => {
    const by = s.attempt(agent);
    const judgedUntil = attemptOf(s.node(by.node, by.plan))?.until ?? 0;
    const parked = { ref: `refs/interlock/parked/p/${by.node}/${by.attempt}`, commit: "parked" };
    return { type: "FenceAttempt", ...by, judgedUntil, parked, leftOut: [] };
  };
}

function submission(node: string, attempt: number, ...paths: readonly string[]): WorkspaceCommand {
  return {
    type: "SubmitNode",
    plan: "p",
    node,
    attempt,
    commit: "late",
    tree: "tree",
    base: "base",
    paths,
    summary: "late",
  };
}

describe("[S1] what is handed in changes", () => {
  test("only what the attempt may write: the rest is refused with its holders", () => {
    leased()
      .when(submits("ada", "src/x.ts", "lib/y.ts"))
      .expectRefused({
        refused: "out_of_claim",
        paths: [{ path: "lib/y.ts", heldBy: "bob on p/b" }],
      });
  });

  test("with what its agent says of it, for those who build on it", () => {
    const said = { outputs: { url: "/alerts" }, tokens: 1200 };
    const s = leased().when(
      (one) => ({ ...submission("a", one.attempt("ada").attempt, "src/x.ts"), ...said }) as WorkspaceCommand,
    );
    s.expect({ type: "NodeSubmitted", summary: "late", ...said });
    expect(attemptOf(s.node("a"))?.tokens).toBe(1200);
  });

  test("nothing that waits in the train with another's work", () => {
    const other = plan("q", [work("z", { writes: ["docs/**"] })]);
    const s = leased().and({ type: "SubmitPlan", plan: other }, request("zoe", [], "q"), submits("zoe", "docs/z.md"));
    s.when(submits("ada", "docs/z.md")).expectRefused({ paths: [{ path: "docs/z.md", heldBy: "zoe on q/z" }] });
  });

  test("what nobody holds is claimed at once with scope auto", () => {
    leased()
      .when(submits("ada", "src/x.ts", "docs/new[1].md"))
      .expect(
        { type: "ClaimsGranted", claims: [{ pattern: "docs/new[[]1].md", mode: "write" }] },
        { type: "NodeSubmitted", paths: ["src/x.ts", "docs/new[1].md"] },
      );
  });

  test("with scope strict nothing but its claims", () => {
    const s = leased(strict);
    s.when(submits("ada", "docs/x.md")).expectRefused({ refused: "out_of_claim", paths: [{ path: "docs/x.md" }] });
    s.and(claims("ada", "edit docs/**")).when(submits("ada", "docs/x.md")).expect({ type: "NodeSubmitted" });
  });

  test("no more than a reader may, which is nothing", () => {
    const s = leased(strict).and(claims("ada", "read docs/**"));
    s.when(submits("ada", "docs/x.md")).expectRefused({ refused: "out_of_claim" });
  });

  test("also what somebody only waits for: who waits has nothing to lose yet", () => {
    const s = leased().and(claims("bob", "write docs/y.md"));
    s.and({ type: "SubmitPlan", plan: plan("q", [work("d")]) }, request("dan"), claims("dan", "write docs/**"));
    s.when(submits("ada", "docs/x.md")).expect({ claims: [{ pattern: "docs/x.md" }] }, { type: "NodeSubmitted" });
  });

  test("nothing: then the node lands without train and gates", () => {
    const s = leased().when(submits("ada")).expect({ type: "NodeLanded", commit: "base", paths: [] });
    expect(s.workspace.plans.get("p")?.landings).toEqual([]);
  });
});

describe("[S2] [N2] an attempt that is over", () => {
  test("hands nothing in when another base counts by now, or it did already", () => {
    const s = leased();
    s.when({ ...submission("a", 1), base: "other" } as WorkspaceCommand).expectRefused({ refused: "outdated" });
    s.and(submits("ada", "src/x.ts")).when(submission("a", 1)).expectRefused({ refused: "outdated" });
  });

  test("does nothing after it was given up, nor gives it up again", () => {
    const s = leased().and(fails("ada"));
    s.when(submission("a", 1)).expectRefused({ refused: "stale_lease", state: "ready" });
    s.when({ type: "GiveUpNode", plan: "p", node: "a", attempt: 1, reason: "r", retryable: true });
    s.expectRefused({ refused: "stale_lease", state: "ready" });
  });

  test("does nothing after it was given up, and names the parked work", () => {
    const parked = { ref: "refs/interlock/parked/p/a/1", commit: "kept" };
    const s = leased().and((one) => ({
      type: "GiveUpNode",
      ...one.attempt("ada"),
      reason: "r",
      retryable: true,
      parked,
    }));
    s.when(submission("a", 1)).expectRefused({ refused: "stale_lease", parkedRef: parked.ref });
    s.when({ type: "ReportProgress", plan: "p", node: "a", attempt: 1, process: "x" }).expectRefused({
      refused: "stale_lease",
    });
    s.when({ type: "ReportSlot", plan: "p", node: "a", attempt: 1, slot: "s1" }).expectRefused({ refused: "outdated" });
  });

  test("can still hand in after it was fenced, while nobody has taken the node", () => {
    const s = leased()
      .later(21 * minute)
      .and(fence("ada"));
    expect(s.workspace.slots.byName.get("s1")?.is).toBe("retiring");
    s.when(submission("a", 1, "src/x.ts"));
    s.expect(
      { type: "ClaimsGranted", claims: [{ pattern: "src/**", mode: "write" }] },
      { type: "NodeSubmitted", attempt: 1 },
    );
    s.when(request("cyd")).expectRefused({ refused: "idle" });
  });

  test("lands at once if it changed nothing", () => {
    leased()
      .later(21 * minute)
      .and(fence("ada"))
      .when(submission("a", 1))
      .expect({ type: "ClaimsGranted" }, { type: "NodeLanded" });
  });

  test("gets what it had claimed beyond its node, too, if that is still free", () => {
    const s = leased(strict)
      .and(claims("ada", "edit docs/**", "read web", "use build"))
      .later(21 * minute)
      .and(fence("ada"));
    s.when(submission("a", 1, "docs/x.md")).expect(
      { claims: [{ pattern: "docs/**" }, { pattern: "src/**" }] },
      { type: "NodeSubmitted" },
    );
  });

  test("is not taken for the one that was fenced after it", () => {
    const s = leased()
      .later(21 * minute)
      .and(fence("ada"), request("cyd"))
      .later(21 * minute)
      .and(fence("cyd"));
    s.when(submission("a", 1, "src/x.ts")).expectRefused({ refused: "stale_lease" });
    s.when(submission("a", 2, "src/x.ts")).expect({ type: "ClaimsGranted" }, { type: "NodeSubmitted", attempt: 2 });
  });

  test("is refused after somebody has taken the node and given it up again", () => {
    const s = leased()
      .later(21 * minute)
      .and(fence("ada"), request("cyd"), fails("cyd"));
    s.when(submission("a", 1, "src/x.ts")).expectRefused({ refused: "stale_lease", state: "ready" });
  });

  test("is refused while somebody has what it needs, also where nothing of it was kept", () => {
    const s = leased().later(21 * minute);
    s.and({ type: "FenceAttempt", ...s.attempt("ada"), judgedUntil: 10 * minute, leftOut: [] });
    s.and({ type: "SubmitPlan", plan: plan("q", [work("z", { writes: ["src/**"] })]) }, request("zoe", [], "q"));
    s.when(submission("a", 1, "src/x.ts"));
    expect(s.outcome).toEqual({ refused: "stale_lease", state: "ready" });
  });

  test("is refused once somebody has taken the node, or what it needs", () => {
    const taken = leased()
      .later(21 * minute)
      .and(fence("ada"), request("cyd"));
    taken
      .when(submission("a", 1, "src/x.ts"))
      .expectRefused({ refused: "stale_lease", parkedRef: "refs/interlock/parked/p/a/1" });
    const blocked = leased()
      .later(21 * minute)
      .and(fence("ada"), claims("bob", "read src/y.ts"));
    blocked.when(submission("a", 1, "src/x.ts")).expectRefused({ refused: "stale_lease" });
    expect(blocked.state("a")).toBe("ready");
  });

  test("that came back after a late hand-in gets another slot, and the old one stays put aside", () => {
    const s = leased()
      .later(21 * minute)
      .and(fence("ada"), submission("a", 1, "src/x.ts"));
    s.when({
      type: "ReturnNode",
      plan: "p",
      node: "a",
      attempt: 1,
      why: { reason: "conflict", conflicts: [] },
      base: "base",
      content: "k",
    });
    s.expect({ type: "NodeReturned" }, { type: "SlotReplaced", slot: "s3", broken: "s1" });
    expect(s.workspace.slots.byName.get("s1")).toMatchObject({ is: "quarantined" });
    s.when({ type: "ReportSlot", plan: "p", node: "a", attempt: 1, slot: "s3" }).expect({ type: "SlotPrepared" });
  });

  test("leaves work in its slot that comes too late for the next attempt", () => {
    const s = leased()
      .later(21 * minute)
      .and(fence("ada"), request("cyd"));
    s.and((one) => ({
      type: "GiveUpNode",
      ...one.attempt("cyd"),
      reason: "r",
      retryable: true,
      parked: { ref: "second", commit: "2" },
    }));
    const old = { ref: "first", commit: "1", plan: "p", node: "a", attempt: 1 };
    s.when({ type: "RetireSlot", slot: "s1", parked: old, leftOut: [] }).expect(
      { type: "WorkParked" },
      { type: "SlotQuarantined" },
    );
    expect(s.node("a").parked?.ref).toBe("second");
  });
});

describe("giving up", () => {
  test("leaves the node to others until its retries are used up", () => {
    const s = given({ type: "SubmitPlan", plan: plan("p", [work("a", { retries: 1 })]) });
    s.and(request("ada")).when(fails("ada")).expect({ type: "NodeGivenUp" });
    s.and(request("ada")).when(fails("ada")).expect({ type: "NodeGivenUp" }, { type: "NodeFailed", why: "cannot" });
    expect(s.workspace.plans.get("p")).toMatchObject({ open: 0, failed: 1, status: { is: "active" } });
  });

  test("for good fails the node at once", () => {
    leased().when(fails("ada", false)).expect({ type: "NodeGivenUp" }, { type: "NodeFailed" });
  });

  test("passes on what the next agent should know", () => {
    const hint = "The port is taken.";
    leased()
      .when((s) => ({ type: "GiveUpNode", ...s.attempt("ada"), reason: "r", retryable: true, hint }))
      .expect({ type: "NodeGivenUp", hint });
  });

  test("without blame uses no retry up", () => {
    const s = given({ type: "SubmitPlan", plan: plan("p", [work("a", { retries: 0 })]) }, request("ada"));
    s.when((one) => ({ type: "GiveUpNode", ...one.attempt("ada"), reason: "r", retryable: true, blameless: true }));
    s.expect({ type: "NodeGivenUp" });
    expect(s.state("a")).toBe("ready");
  });

  test("frees what it held, and those who waited go on", () => {
    const s = leased().and(claims("bob", "write src/x.ts"));
    s.when(fails("ada")).expect({ type: "NodeGivenUp" }, { type: "ClaimsGranted", node: "b" });
    s.when(asks("bob", "write src/y.ts")).expect({ type: "ClaimsGranted" });
  });
});
