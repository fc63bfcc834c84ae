import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dump } from "../dump.ts";
import { plan, work } from "../plans.ts";
import { restored } from "../restored.ts";
import { given, request, type Scenario, submits } from "../scenario.ts";
import { contractName, publishes } from "./publishes.ts";
import { requires, settles, tracks } from "./tracks.ts";

const has = (...fields: readonly string[]) => ({ is: "contract_has", contract: contractName, fields }) as const;
const covers = { is: "contract_covers", contract: contractName, requirement: "r1" } as const;
const exists = { is: "path_exists", path: "src/a.ts" } as const;
const onUi = { kind: "node", id: "p/ui" } as const;

const atWork = () =>
  given({ type: "SubmitPlan", plan: plan("p", [work("api"), work("ui")]) }, request("ada"), request("bob"));
const states = (s: Scenario) => [...s.workspace.speculation.assumptions.values()].map(({ state }) => state.is);
const conflicts = (s: Scenario) => [...s.workspace.speculation.conflicts.values()];
const told = (s: Scenario, agent: string) => s.notices(agent).filter(({ kind }) => kind === "assumption");
const lands = (node: string, path: string) => (s: Scenario) => {
  const k = { plan: "p", node, candidate: `k-${node}` };
  const onto = s.workspace.plans.get("p")?.tip ?? "";
  s.and({ type: "ReportCandidate", ...k, attempt: 1, tree: `t-${node}`, onto, paths: [path] });
  s.and({ type: "IntendLanding", ...k });
  return { type: "ReportLanded", ...k } as const;
};
const checks = (outcome: "holds" | "fails" | "open", tip?: string) => (s: Scenario) => {
  const found = [...s.workspace.speculation.assumptions.keys()].map((assumption) => ({ assumption, outcome }));
  return { type: "CheckAssumptions", plan: "p", tip: tip ?? s.workspace.plans.get("p")?.tip ?? "", found } as const;
};

describe("an assumption", () => {
  test("[A4] is settled once", () => {
    const s = given(tracks("ada"), settles("ada", "superseded"));
    for (const verdict of ["validated", "invalidated", "superseded"] as const)
      s.when(settles("bob", verdict)).expectRefused({ refused: "assumption_settled", status: "superseded" });
    given(tracks("ada"), settles("ada", "invalidated"))
      .when(settles("ada", "validated"))
      .expectRefused({ refused: "assumption_settled" });
  });

  test("[A4] that was validated can still turn out wrong", () => {
    const s = given(tracks("ada"), settles("ada", "validated")).when(settles("ada", "validated"));
    s.expectRefused({ refused: "assumption_settled", status: "validated" }).and(settles("ada", "invalidated"));
    expect(states(s)).toEqual(["invalidated"]);
  });

  test("[A4] is replaced by one that there is, and not by itself", () => {
    const s = given(tracks("ada"), tracks("bob"));
    s.when(settles("ada", "superseded", { supersededBy: "a9" })).expectRefused({
      refused: "unknown_assumption",
      assumption: "a9",
    });
    s.when(settles("ada", "superseded", { supersededBy: "a2" })).expectRefused({ refused: "unknown_assumption" });
    s.and(settles("ada", "superseded", { supersededBy: "a1" }));
    expect(s.workspace.speculation.assumptions.get("a2")?.state).toMatchObject({ is: "superseded", by: "a1" });
    s.when(settles("ada", "validated", { assumption: "a7" })).expectRefused({ refused: "unknown_assumption" });
  });

  test("[A5] whose check fails when it is tracked is wrong at once; one about what is not there yet is open", () => {
    const s = given(tracks("ada", { check: has("ip") }), publishes("id"), tracks("bob", { check: has("id", "ip") }));
    expect(states(s)).toEqual(["invalidated", "invalidated"]);
    expect(conflicts(s)).toMatchObject([]);
  });

  test("[A5] is invalidated by the version of a contract that lacks its fields, and by no draft of it", () => {
    const s = given(publishes("id ip"), tracks("ada", { check: has("ip") }), tracks("bob", { check: has("id") }));
    s.and(publishes("id", { change: "breaking" }));
    expect(states(s)).toEqual(["active", "active"]);
    s.and(publishes("id", { change: "breaking", action: "activate" }));
    expect(states(s)).toEqual(["invalidated", "active"]);
    expect(told(s, "ada")).toMatchObject([
      { facts: { verdict: "invalidated", notes: `Contract ${contractName} lacks ip.` } },
    ]);
    expect(told(s, "bob")).toEqual([]);
  });

  test("[A5] is judged by a look that missed none of its fields", () => {
    const s = given(publishes("id"));
    const blind = { contract: contractName, at: 0, asked: [], lacks: [] };
    s.and(tracks("ada", { check: has("id") })).when(publishes("id ip", { looked: blind }));
    s.expectRefused({ refused: "outdated" });
    const stale = { contract: contractName, at: 77, asked: ["id"], lacks: [] };
    s.when(tracks("ada", { check: has("id"), looked: stale })).expectRefused({ refused: "outdated" });
  });

  test("[A5] that a requirement is covered fails with the requirement that the contract does not meet", () => {
    const s = given(publishes("id"), tracks("ada", { check: covers }), requires(["id"]));
    expect(s.workspace.speculation.assumptions.values().next().value?.state).toEqual({ is: "active", held: true });
    s.and(requires(["id", "ip"]));
    expect(states(s)).toEqual(["invalidated"]);
  });

  test("[A5] without a check fails with a requirement only if it names both that and the contract", () => {
    const r1 = { kind: "requirement", id: "r1" } as const;
    const s = given(publishes("id"), tracks("ada", { depends: [r1] }), tracks("bob"), tracks("eve", { about: r1 }));
    s.and(requires(["ip"]));
    expect(states(s)).toEqual(["invalidated", "active", "active"]);
  });

  test("[A5] about files is judged on the tip as it is, not as it was", () => {
    const s = atWork().and(tracks("ada", { check: exists, plan: "p" }, "holds"));
    s.when(checks("fails", "another")).expectRefused({ refused: "outdated" });
    s.and(checks("fails"));
    expect(states(s)).toEqual(["invalidated"]);
  });

  test("[A5] that a path is there fails only once it was there", () => {
    const s = atWork().and(tracks("ada", { check: exists, plan: "p" }, "fails"));
    s.and(checks("fails"));
    expect(states(s)).toEqual(["active"]);
    s.and(checks("holds"), checks("fails"));
    expect(states(s)).toEqual(["invalidated"]);
  });

  test("[A5] that a file has a value fails whenever the file has another", () => {
    const check = { is: "json_equals", path: "a.json", pointer: "/x", value: 1 } as const;
    const s = atWork().and(tracks("ada", { check, plan: "p" }, "open"));
    s.and(checks("open"));
    expect(states(s)).toEqual(["active"]);
    s.and(checks("fails"));
    expect(states(s)).toEqual(["invalidated"]);
  });

  test("[A6] that was wrong is a conflict with the nodes that stand on it, and told to who works on them", () => {
    const s = atWork().and(tracks("eve", { depends: [onUi] }), settles("eve", "invalidated"));
    expect(conflicts(s)).toMatchObject([
      { type: "assumption_invalidation", severity: "high", nodes: [{ plan: "p", node: "ui" }], agents: ["bob", "eve"] },
    ]);
    expect(told(s, "bob")).toMatchObject([
      { from: "eve", facts: { notes: "now we know", assumption: "it is enough" } },
    ]);
    expect([told(s, "eve"), told(s, "ada")]).toEqual([[], []]);
  });

  test("[A6] that its maker finds wrong on its own node is its own affair; that another finds wrong is not", () => {
    const own = (s: Scenario) => ({ ...tracks("ada")(s), from: s.attempt("ada") });
    const mine = atWork().and(own, settles("ada", "invalidated"));
    expect([conflicts(mine), told(mine, "ada")]).toEqual([[], []]);
    const theirs = atWork().and(own, settles("bob", "invalidated"));
    expect(conflicts(theirs)).toMatchObject([{ nodes: [{ node: "api" }], agents: ["ada"] }]);
    expect(told(theirs, "ada")).toHaveLength(1);
  });

  test("[A7] whose check held is right once all that stands on it has landed, and not before", () => {
    const s = atWork();
    s.and(
      publishes("id"),
      tracks("ada", { check: has("id"), plan: "p", depends: [{ kind: "node", id: "p/api" }, onUi] }),
    );
    s.and(submits("ada", "x"), submits("bob", "y"), lands("api", "x"));
    s.when(checks("open")).expect();
    s.and(lands("ui", "y"), checks("open"));
    expect(states(s)).toEqual(["validated"]);
    expect(told(s, "ada")).toMatchObject([{ facts: { verdict: "validated" } }]);
  });

  test("[A7] also where the plan of what stands on it has landed as a whole, so that its nodes are known no more", () => {
    const s = atWork().and({ type: "SubmitPlan", plan: plan("q", [work("one")]) }, request("cyd"));
    s.and(publishes("id"), tracks("ada", { check: has("id"), plan: "p", depends: [{ kind: "node", id: "q/one" }] }));
    s.when(checks("open")).expect();
    s.and(submits("cyd"), { type: "ReportPlanLanded", plan: "q", commit: "base" });
    expect(s.workspace.plans.get("q")?.nodes.size).toBe(0);
    s.and(checks("open"));
    expect(states(s)).toEqual(["validated"]);
  });

  test("[A7] without a check, or for nobody, is right only when somebody says so", () => {
    const s = atWork().and(tracks("ada", { plan: "p", depends: [onUi] }), publishes("id"), submits("bob", "y"));
    s.and(tracks("eve", { check: has("id"), plan: "p" }), lands("ui", "y"), checks("holds"));
    expect(states(s)).toEqual(["active", "active"]);
  });

  test("[A5] says of files nothing without a plan, or about another tip than the plan's", () => {
    const s = atWork();
    s.when(tracks("ada", { check: exists })).expectRefused({ refused: "unknown_plan", plan: "" });
    s.when(tracks("ada", { check: exists, plan: "q" })).expectRefused({ refused: "unknown_plan", plan: "q" });
    const onTip = { tip: "another", outcome: "holds" } as const;
    s.when(tracks("ada", { check: exists, plan: "p", onTip })).expectRefused({ refused: "outdated" });
    const { onTip: _, ...unseen } = tracks("ada", { check: exists, plan: "p" })(s);
    s.when(unseen).expectRefused({ refused: "outdated" });
  });

  test("[A5] is not tracked by a look that missed its own fields", () => {
    const s = given(publishes("id"));
    const looked = { contract: contractName, at: s.workspace.position, asked: [], lacks: [] };
    s.when(tracks("ada", { check: has("ip"), looked })).expectRefused({ refused: "outdated" });
    s.when(tracks("ada", { check: has("id"), looked: { ...looked, contract: "Other" } }));
    s.expectRefused({ refused: "outdated" });
  });

  test("[A5] has to do with its own plan's files, and with its own contract, only", () => {
    const check = { is: "json_equals", path: "a.json", pointer: "", value: 1 } as const;
    const s = atWork().and({ type: "SubmitPlan", plan: plan("q", [work("x")]) });
    const other = { is: "contract_has", contract: "Other", fields: ["ip"] } as const;
    s.and(
      tracks("ada", { check, plan: "q" }),
      tracks("bob", { check: other, plan: "p" }),
      tracks("eve", { check, plan: "p" }),
    );
    s.and(publishes("id", { change: "breaking" }), checks("fails"));
    expect(states(s)).toEqual(["active", "active", "invalidated"]);
    expect(told(s, "eve")).toMatchObject([{ facts: { notes: "a.json does not have the value at its root." } }]);
  });

  test("[A5] that nobody looked at is not found out about", () => {
    const s = atWork().and(tracks("ada", { check: exists, plan: "p" }, "holds"));
    s.when({ type: "CheckAssumptions", plan: "p", tip: s.workspace.plans.get("p")?.tip ?? "", found: [] }).expect();
  });

  test("keeps how sure its maker is", () => {
    given()
      .when(tracks("ada", { confidence: 0.7 }))
      .expect({ type: "AssumptionTracked", confidence: 0.7 });
  });

  test("[A6] that was wrong is a milder conflict where nobody works on what stands on it", () => {
    const s = given({ type: "SubmitPlan", plan: plan("p", [work("ui")]) });
    s.and(tracks("eve", { depends: [onUi] }), settles("bob", "invalidated"));
    expect(conflicts(s)).toMatchObject([{ severity: "medium", nodes: [{ node: "ui" }], agents: ["eve"] }]);
  });

  test("[A7] made for a node is right once that has landed too; what else depends on it need not land", () => {
    const s = atWork().and(publishes("id"));
    const depends = [onUi, { kind: "contract", id: contractName }] as const;
    s.and({ ...tracks("ada", { check: has("id"), plan: "p", depends })(s), from: s.attempt("ada") });
    s.and(submits("ada", "x"), submits("bob", "y"), lands("ui", "y"));
    s.when(checks("open")).expect();
    s.and(lands("api", "x"), checks("open"));
    expect(states(s)).toEqual(["validated"]);
  });

  test("[D1] whatever happens to assumptions, a snapshot brings them back", () => {
    const step = fc.constantFrom("id", "id ip", "ip", "r id", "r ip", "t id", "t ip", "covers", "settle");
    fc.assert(
      fc.property(fc.array(step, { maxLength: 10 }), (steps) => {
        const s = atWork();
        for (const one of steps) {
          const [kind = "", ...fields] = one.split(" ");
          if (kind === "t") s.and(tracks("ada", { check: has(...fields), depends: [onUi] }));
          else if (kind === "covers") s.and(tracks("bob", { check: covers }));
          else if (kind === "r") s.and(requires(fields));
          else if (kind === "settle") s.when(settles("eve", "invalidated"));
          else s.and(publishes(one, { change: "breaking", action: "activate" }));
        }
        expect(dump(restored(s.workspace))).toBe(dump(s.workspace));
        const lacked = (text: string) =>
          steps.filter((one) => one === "id" || one === "ip" || one === "id ip").at(-1) === text;
        for (const { check, state } of s.workspace.speculation.assumptions.values())
          if (check?.is === "contract_has" && lacked("id") && check.fields.includes("ip"))
            expect(state.is).toBe("invalidated");
      }),
      { numRuns: 60 },
    );
  });
});
