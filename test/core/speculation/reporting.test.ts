import { describe, expect, test } from "vitest";
import type { ArtifactRef } from "../../../src/core/speculation/artifact.ts";
import { plan, work } from "../plans.ts";
import { given, request, type Scenario, submits } from "../scenario.ts";
import { newestConflict, reports } from "./played-conflicts.ts";
import { publishes } from "./publishes.ts";
import { contract } from "./tracks.ts";

const nodes = [
  work("a", { writes: ["src/a/**"] }),
  work("b", { edits: ["src/b/**"] }),
  work("c", { writes: ["src/c/**"] }),
];

/** `ada` works on `a` and `bob` on `b`; nobody on `c`. */
const atWork = () => given({ type: "SubmitPlan", plan: plan("p", nodes) }, request("ada"), request("bob"));

/** Somebody without a lease reports something mild. */
const says = (agent: string, artifacts: readonly ArtifactRef[], agents: readonly string[] = [], description = "no") => {
  const reported = { type: "other", severity: "low", description, artifacts, agents } as const;
  return { type: "ReportConflict", by: { agent }, reported } as const;
};

const found = (s: Scenario) => newestConflict(s).nodes.map(({ plan: of, node }) => `${of}/${node}`);
const named = (s: Scenario, kind: ArtifactRef["kind"], id: string) => found(s.and(says("operator", [{ kind, id }])));

describe("a report concerns", () => {
  test("who works on the files that are named, and nobody who has not begun or is done", () => {
    expect(named(atWork(), "code", "src/a/x.ts")).toEqual(["p/a"]);
    expect(named(atWork(), "test", "src/**")).toEqual(["p/a", "p/b"]);
    expect(named(atWork().and(submits("ada")), "code", "src/**")).toEqual(["p/b"]);
  });

  test("nobody more where what is named is no path of ours, or nothing that somebody holds", () => {
    expect(named(atWork(), "code", "../elsewhere")).toEqual([]);
    expect(named(atWork(), "design", "src/a")).toEqual([]);
    expect(named(atWork(), "contract", "NoSuchAPI")).toEqual([]);
  });

  test("those who rely on a contract that is named, nodes and agents", () => {
    const s = atWork().and(publishes("id", { consumers: { agents: ["eve"], nodes: [{ plan: "p", node: "c" }] } }));
    s.and(says("operator", [contract]));
    expect(newestConflict(s)).toMatchObject({ nodes: [{ node: "c" }], agents: ["operator", "eve"] });
    const byName = atWork().and(publishes("id", { consumers: { agents: ["bob"], nodes: [] } }));
    expect(named(byName, "contract", contract.id)).toEqual(["p/b"]);
  });

  test("a node by its name alone where that says which: the one beside that of who reports, or the only one", () => {
    const twice = () => atWork().and({ type: "SubmitPlan", plan: plan("q", [work("a"), work("d")]) });
    expect(named(twice(), "node", "q/a")).toEqual(["q/a"]);
    expect(named(twice(), "node", "d")).toEqual(["q/d"]);
    expect(named(twice(), "node", "a")).toEqual([]);
    const bobs = twice().and(reports("bob", [], { artifacts: [{ kind: "node", id: "a" }] }));
    expect(found(bobs)).toEqual(["p/b", "p/a"]);
  });
});

describe("a report is known again", () => {
  const count = (s: Scenario) => s.workspace.speculation.conflicts.size;

  test("[K1] whichever side makes it, whether it names the other by its agent or by its node", () => {
    const s = atWork().and(reports("ada", ["bob"]), reports("bob", ["ada"]));
    s.and(reports("ada", [], { artifacts: [{ kind: "node", id: "p/b" }] }));
    s.and(reports("bob", [], { artifacts: [{ kind: "node", id: "a" }] }));
    expect(count(s)).toBe(1);
  });

  test("[K1] and is as severe as the most severe of them: its nodes are paused then, and the others are told", () => {
    const s = atWork().and(reports("ada", ["bob"], { severity: "low" }));
    s.when(reports("bob", ["ada"], { severity: "high", description: "it loses data" })).expect(
      { type: "ConflictRaised", severity: "high", description: "it loses data", agent: "bob" },
      { type: "ConvergenceOpened", nodes: [{ node: "a" }, { node: "b" }] },
    );
    expect(newestConflict(s)).toMatchObject({ severity: "high" });
    expect(s.notices("ada").findLast(({ kind }) => kind === "conflict")?.facts).toMatchObject({ severity: "high" });
    for (const severity of ["high", "medium"] as const) s.when(reports("ada", ["bob"], { severity })).expect();
    expect(count(s)).toBe(1);
  });

  test("[K1] and is another one about something else, with somebody else or of another type", () => {
    const s = atWork().and(
      reports("ada", ["bob"]),
      reports("ada", ["bob", "eve"]),
      reports("ada", ["bob"], { type: "file" }),
    );
    s.and(
      reports("ada", ["bob"], { artifacts: [contract] }),
      reports("ada", ["bob"], { artifacts: [{ kind: "node", id: "gone" }] }),
    );
    expect(count(s)).toBe(5);
  });

  test("[K1] by its words where it names nothing", () => {
    const s = atWork().and(says("operator", [], [], "too slow"), says("boss", [], [], "too slow"));
    expect(count(s)).toBe(1);
    s.and(says("operator", [], [], "too big"));
    expect(count(s)).toBe(2);
  });
});
