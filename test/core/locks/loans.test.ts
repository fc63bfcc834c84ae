import { expect, test } from "vitest";
import type { WorkspaceCommand } from "../../../src/core/command.ts";
import { borrowable, gatesHeldUp, onBase } from "../../../src/core/locks/loans.ts";
import { namesHeld } from "../../../src/core/locks/locks.ts";
import { defaultSettings } from "../../../src/core/settings.ts";
import { fromSections, toSections } from "../../../src/core/snapshot.ts";
import { why } from "../../../src/core/why.ts";
import { dump } from "../dump.ts";
import { plan, work } from "../plans.ts";
import { claims, given, request, type Scenario, submits } from "../scenario.ts";

const settings = { ...defaultSettings, pools: { port: { from: 4100, to: 4101 }, build: { capacity: 1 } } };

/** Two candidates in the train, and two nodes that are worked on. */
function candidates(more: { readonly uses?: readonly string[] } = {}): Scenario {
  const nodes = [work("a", { gates: ["test"] }), work("b", { gates: ["test"] }), work("x", more), work("y")];
  return given(
    { type: "ConfigureWorkspace", settings },
    { type: "SubmitPlan", plan: plan("p", nodes) },
    ...["a", "b", "x", "y"].map((id) => request(`agent-${id}`)),
    submits("agent-a", "a.ts"),
    submits("agent-b", "b.ts"),
    builds("a", "base"),
    builds("b", "a"),
  );
}

function builds(node: string, onto: string): WorkspaceCommand {
  const about = { plan: "p", node, attempt: 1, candidate: node, onto };
  return { type: "ReportCandidate", ...about, tree: `tree-${node}`, paths: [`${node}.ts`] };
}

const asked = { plan: "p", gate: "test", process: "p1", ms: 60_000 };

function starts(node: string, uses: readonly string[], run = `run-${node}`): WorkspaceCommand {
  return { type: "StartGate", ...asked, node, candidate: node, weight: 1, alone: false, uses, run };
}

const repays = (node: string, run = `run-${node}`): WorkspaceCommand => ({ type: "RepayLoan", plan: "p", node, run });

const names = (s: Scenario) => gatesHeldUp(s.workspace).map(({ node, gate }) => `${node} ${gate}`);

test("[L6] gates and nodes get different values of a pool", () => {
  const s = candidates().and(claims("agent-x", "use port"));
  s.when(starts("a", ["port"])).expect(
    { type: "GateStarted" },
    { type: "GateLent", lent: [{ pattern: "port", value: 4101 }] },
  );
  expect(namesHeld(s.workspace.locks, "port").map(({ value }) => value)).toEqual([4100, 4101]);
  s.when(claims("agent-y", "use port")).expect({ type: "ClaimsQueued" });
  s.when(repays("a")).expect({ type: "GateRepaid" }, { type: "ClaimsGranted", claims: [{ value: 4101 }] });
});

test("[J4] a gate that cannot have all that it uses does not start, has nothing, and is said once to wait", () => {
  const s = candidates().and(claims("agent-x", "use build"));
  s.when(starts("a", ["port", "build"])).expect({ type: "GateHeldUp", uses: ["port", "build"] });
  s.when(starts("a", ["port", "build"])).expectRefused({ refused: "outdated" });
  expect(s.workspace.locks.loans.size).toBe(0);
  expect(names(s)).toEqual(["a test"]);
  s.and(submits("agent-x", "x.ts"));
  s.when(starts("a", ["port", "build"])).expect({ type: "GateStarted" }, { type: "GateLent" });
  expect(names(s)).toEqual([]);
});

test("[L6] what a run has stays with it while it is ending, though nobody wants its verdict", () => {
  const s = candidates().and(starts("a", ["build"]));
  s.and({ type: "DropGate", plan: "p", node: "a", candidate: "a", gate: "test", process: "p1" });
  s.when(starts("a", ["build"], "again")).expect({ type: "GateHeldUp" });
  s.and(repays("a"))
    .when(starts("a", ["build"], "again"))
    .expect({ type: "GateStarted" }, { type: "GateLent" });
  s.when(repays("a")).expectRefused({ refused: "outdated" });
});

test("[J4] a named thing is for one gate at a time, and for none while a node that has it is worked on", () => {
  const s = candidates().and(claims("agent-x", "name db:main"));
  s.when(starts("a", ["db:main"])).expect({ type: "GateHeldUp" });
  s.and(submits("agent-x", "x.ts"));
  s.when(starts("a", ["db:main"])).expect({ type: "GateStarted" }, { type: "GateLent" });
  s.when(starts("b", ["db:main"])).expect({ type: "GateHeldUp" });
  expect(borrowable(s.workspace, ["db:main"])).toMatchObject({ blockers: [{ by: { node: "a gate test" } }] });
  s.when(claims("agent-y", "name db:main")).expect({ type: "ClaimsQueued" });
});

test("[H2] a node that wants what a gate has is handed out once the gate gave it back", () => {
  const nodes = [work("a", { gates: ["test"] }), work("x", { uses: ["db:main"] }), work("z", { uses: ["build"] })];
  const s = given(
    { type: "ConfigureWorkspace", settings },
    { type: "SubmitPlan", plan: plan("p", nodes) },
    request("agent-a"),
    submits("agent-a", "a.ts"),
    builds("a", "base"),
    starts("a", ["db:main", "build"]),
  );
  s.when(request("agent-x")).expectRefused({ refused: "idle" });
  s.and(repays("a")).when(request("agent-x")).expect({ type: "NodeLeased", node: "x" });
  s.when(request("agent-z")).expect({ type: "NodeLeased", node: "z" });
});

test("[W1] why a gate waits is said with who has what it uses", () => {
  const s = candidates().and(claims("agent-x", "use build"), starts("a", ["build"]));
  const reasons = why(s.workspace, { plan: "p", node: "a" })[0]?.waitsFor;
  expect(reasons).toMatchObject([
    { kind: "gate", what: "test" },
    { kind: "pool", what: "write build (p/x)", who: "agent-x" },
  ]);
});

test("[L5] a ticket that waits for what lands after a gate, whose pool its node has, gives way", () => {
  const s = candidates().and(claims("agent-x", "use build"), starts("a", ["build"]));
  s.when(claims("agent-x", "write a.ts")).expect(
    { type: "ClaimsQueued" },
    { type: "TicketEnded", node: "x", why: "victim", cycle: [{ node: "a" }, { node: "x", holds: ["build"] }] },
  );
});

test("[L5] the same when the gate comes later, and when the path belongs to one behind it in the train", () => {
  const s = candidates().and(claims("agent-x", "use build"), claims("agent-x", "write b.ts"));
  s.when(starts("a", ["build"])).expect({ type: "GateHeldUp" }, { type: "TicketEnded", node: "x", why: "victim" });
});

test("[L5] who waits for somebody at work is left alone", () => {
  const s = candidates().and(claims("agent-y", "write y.ts"), claims("agent-x", "use build"));
  s.and(claims("agent-x", "write y.ts"));
  s.when(starts("a", ["build"])).expect({ type: "GateHeldUp" });
  expect(s.workspace.locks.queue).toHaveLength(1);
});

test("[D1] loans and gates that wait are in a snapshot", () => {
  const s = candidates().and(starts("a", ["build"]), starts("b", ["build"]));
  const restored = fromSections(toSections(s.workspace), s.workspace.position);
  expect(restored?.locks.loans.size).toBe(1);
  expect(restored && dump(restored)).toBe(dump(s.workspace));
});

test("what is run on the base borrows as gates do, while somebody wants to know", () => {
  const verdict = { name: "test", passed: false, exitCode: 1, outputTail: "", alsoFailsOnBase: false, seconds: 1 };
  const s = candidates().and(starts("a", []), {
    ...{ type: "ReportGate", plan: "p", node: "a", candidate: "a", process: "p1" },
    verdict,
  } as const);
  s.and(starts("b", ["build"]));
  const base: WorkspaceCommand = {
    ...asked,
    type: "StartBaseGate",
    node: "a",
    candidate: "a",
    tip: "base",
    weight: 1,
    alone: false,
    uses: ["build"],
    run: "r",
  };
  s.when(base).expect({ type: "GateHeldUp", gate: onBase("test") });
  expect(why(s.workspace, { plan: "p", node: "a" })[0]?.waitsFor).toMatchObject([
    { kind: "gate", what: onBase("test") },
    { kind: "pool", what: "write build (p/b gate test)" },
  ]);
  s.and(repays("b"))
    .when({ ...base, candidate: "old" })
    .expectRefused({ refused: "outdated" });
  s.when(base).expect({ type: "BaseGateStarted" }, { type: "GateLent", gate: onBase("test") });
});
