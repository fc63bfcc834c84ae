import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { freeVersion, inForce } from "../../../src/core/speculation/contracts.ts";
import type { PublishCommand } from "../../../src/core/speculation/publishing.ts";
import { dump } from "../dump.ts";
import { plan, work } from "../plans.ts";
import { restored } from "../restored.ts";
import { given, request, type Scenario, submits } from "../scenario.ts";
import { contractName as name, publishes } from "./publishes.ts";

const finding = { change: "breaking", rule: "removed", where: "/id", say: "id was removed" } as const;

const atWork = () =>
  given({ type: "SubmitPlan", plan: plan("p", [work("api"), work("ui")]) }, request("ada"), request("bob"));
const byNode = { agents: ["eve"], nodes: [{ plan: "p", node: "ui" }] };
const breaks = { change: "breaking", findings: [finding] } as const;

function versions(s: Scenario): readonly string[] {
  const contract = s.workspace.speculation.contracts.get(name);
  return contract?.versions.map(({ version, status, change }) => `${version} ${status} ${change}`) ?? [];
}

const told = (s: Scenario, agent: string) => s.notices(agent).filter(({ kind }) => kind === "contract");
const conflicts = (s: Scenario) => [...s.workspace.speculation.conflicts.values()];

describe("a contract", () => {
  test("[A1] has one version in force: a new one takes the place of the one before it", () => {
    const s = given(publishes("a"), publishes("a b"));
    expect(versions(s)).toEqual(["v0.1 SUPERSEDED initial", "v0.2 ACTIVE compatible"]);
  });

  test("[A1] is not published again with the same text, and a version never gets another text", () => {
    const s = given(publishes("a")).when(publishes("a")).expect();
    s.when(publishes("other", { version: "v0.1" })).expectRefused({ refused: "version_exists", free: "v0.2" });
    s.when(publishes("a", { version: "v0.1", action: "activate" })).expect();
    expect(versions(s)).toEqual(["v0.1 ACTIVE initial"]);
  });

  test("[A1] has a name that no other has in another case", () => {
    const called = (contract: string) =>
      publishes("a", { contract, against: 0, looked: { contract, at: 0, asked: [], lacks: [] } });
    const s = given(called(name)).when(called(name.toLowerCase())).expectRefused({ refused: "outdated" });
    s.and(called(`${name}2`));
    expect([...s.workspace.speculation.contracts.keys()]).toEqual([name, `${name}2`]);
  });

  test("[A1] that was deprecated is in force until another version is", () => {
    const s = given(publishes("a")).when(publishes("", { action: "deprecate", until: "2026-12-31", ...noText }));
    s.expect({ type: "ContractDeprecated", version: "v0.1", until: "2026-12-31" });
    expect(inForce(s.workspace.speculation.contracts.get(name))).toMatchObject({
      version: "v0.1",
      until: "2026-12-31",
    });
    s.when(publishes("", { action: "deprecate", ...noText })).expect();
    s.when(publishes("", { action: "deprecate", until: "2026-12-31", ...noText })).expect();
    s.when(publishes("", { action: "deprecate", until: "2027-01-31", ...noText }));
    s.expect({ type: "ContractDeprecated", version: "v0.1", until: "2027-01-31" }).and(publishes("b"));
    expect(versions(s)).toEqual(["v0.1 SUPERSEDED initial", "v0.2 ACTIVE compatible"]);
  });

  test("[A1] goes back to an earlier version when somebody says so", () => {
    const s = given(publishes("a"), publishes("a b"));
    s.and(publishes("", { version: "v0.1", action: "activate", ...noText, ...breaks }));
    expect(versions(s)).toEqual(["v0.1 ACTIVE breaking", "v0.2 SUPERSEDED compatible"]);
  });

  test("[A1] whatever is published and in whatever order, at most one version is in force, and what was published stays as it was", () => {
    const action = fc.constantFrom("draft", "activate", "deprecate", undefined);
    const change = fc.constantFrom("compatible", "breaking", "unknown");
    const version = fc.constantFrom("v0.1", "v0.2", "v0.3", undefined);
    const step = fc.record({ text: fc.constantFrom("a", "b", "c", undefined), action, change, version });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const s = given();
        const texts = new Map<string, string>();
        for (const { text = "", ...more } of steps) {
          s.when(publishes(text, { ...defined(more), ...(text === "" ? noText : {}) }));
          const all = s.workspace.speculation.contracts.get(name)?.versions ?? [];
          expect(all.filter(({ status }) => status === "ACTIVE" || status === "DEPRECATED").length).toBeLessThan(2);
          for (const { version: known, digest } of all) {
            expect(texts.get(known) ?? digest).toBe(digest);
            texts.set(known, digest);
          }
        }
        expect(dump(restored(s.workspace))).toBe(dump(s.workspace));
      }),
    );
  });

  test("[A2] comes into force by itself when it hurts nobody, and otherwise stays a draft", () => {
    const s = given(publishes("a"), publishes("b", breaks), publishes("?", { change: "unknown" }), publishes("a b"));
    expect(versions(s)).toEqual([
      "v0.1 SUPERSEDED initial",
      "v0.2 DRAFT breaking",
      "v0.3 DRAFT unknown",
      "v0.4 ACTIVE compatible",
    ]);
    s.and(publishes("a b c", { action: "draft" }));
    expect(versions(s).at(-1)).toBe("v0.5 DRAFT compatible");
  });

  test("[A2] that breaks others is a conflict with them when it comes into force, and not before", () => {
    const s = atWork().and(publishes("a", { consumers: byNode }), publishes("b", breaks));
    expect(conflicts(s)).toEqual([]);
    s.when(publishes("b", { action: "activate", ...breaks }));
    s.expect(
      { type: "ContractActivated", version: "v0.2", change: "breaking" },
      { type: "ConflictOpened" },
      { type: "ConvergenceOpened" },
    );
    expect(conflicts(s)).toMatchObject([
      {
        type: "contract_breach",
        severity: "high",
        nodes: [{ plan: "p", node: "ui" }],
        agents: ["eve", "bob", "arch"],
        artifacts: [{ kind: "contract", id: name }],
      },
    ]);
  });

  test("[A2] that may break others is one too, but a milder one", () => {
    const s = given(publishes("a", { consumers: byNode2 }), publishes("?", { change: "unknown", action: "activate" }));
    expect(conflicts(s)).toMatchObject([{ type: "contract_breach", severity: "medium" }]);
  });

  test("[A2] is no conflict with the node that publishes it, nor with one that was given up", () => {
    const s = atWork().and({ type: "SubmitPlan", plan: plan("q", [work("x"), work("y")]) });
    const nothing = { add: [], change: [], retry: [], pause: false, resume: false, finish: false } as const;
    s.and({ type: "RevisePlan", plan: "q", ...nothing, cancel: ["x"] });
    const refs = [
      { plan: "p", node: "api" },
      { plan: "q", node: "x" },
      { plan: "q", node: "y" },
    ];
    s.and(publishes("a", { consumers: { agents: [], nodes: refs } }));
    s.and(publishes("b", { agent: "ada", from: s.attempt("ada"), action: "activate", ...breaks }));
    expect(conflicts(s)).toMatchObject([{ nodes: [{ plan: "q", node: "y" }], agents: ["ada"] }]);
  });

  test("[A2] that nobody relies on hurts nobody", () => {
    const s = atWork().and(publishes("a", { consumers: { agents: ["arch"], nodes: [] } }));
    s.and(publishes("b", { action: "activate", ...breaks }));
    expect(conflicts(s)).toEqual([]);
  });

  test("[A2] is judged against the version in force: who compared with another has to compare again", () => {
    const s = given(publishes("a"), publishes("b", { action: "activate" }));
    s.when(publishes("c", { against: 1 })).expectRefused({ refused: "outdated" });
  });

  test("[A3] is told to who relies on it and to who works on what does, but not to who published it or to others", () => {
    const s = atWork().and(publishes("a", { agent: "eve", consumers: byNode }));
    expect(told(s, "bob")).toMatchObject([
      { about: name, from: "eve", facts: { version: "v0.1", status: "ACTIVE", change: "initial" } },
    ]);
    expect([told(s, "eve"), told(s, "ada")]).toEqual([[], []]);
    s.and(publishes("b", breaks));
    expect(told(s, "eve")).toMatchObject([{ facts: { status: "DRAFT", finding: "id was removed" } }]);
    s.and(publishes("", { action: "deprecate", ...noText }));
    expect(told(s, "bob")).toMatchObject([{ facts: { version: "v0.1", status: "DEPRECATED" } }]);
  });

  test("[A3] is told to who worked on what relies on it, when nobody does any more", () => {
    const s = atWork().and(publishes("a", { consumers: byNode }), submits("bob"));
    s.and(publishes("a b"));
    expect(told(s, "bob")).toMatchObject([{ facts: { version: "v0.2" } }]);
  });

  test("gets consumers without a new version", () => {
    const s = given(publishes("a")).when(publishes("a", { consumers: { agents: ["eve"], nodes: [] } }));
    s.expect({ type: "ConsumersNamed" }).when(publishes("a", { consumers: { agents: ["eve"], nodes: [] } }));
    s.expect().when(publishes("a", { consumers: { agents: [], nodes: [{ plan: "p", node: "none" }] } }));
    s.expectRefused({ refused: "unknown_node", node: "none" });
  });

  test("that nobody published is unknown, and so is a version", () => {
    given().when(publishes("", noText)).expectRefused({ refused: "unknown_contract", contract: name });
    given(publishes("a", { action: "draft" }))
      .when(publishes("", { action: "deprecate", ...noText }))
      .expectRefused({ refused: "unknown_contract" })
      .when(publishes("", { version: "v9", action: "activate", ...noText }))
      .expectRefused({ refused: "unknown_contract", version: "v9" });
  });

  test("[N2] is not published in the name of an attempt that is over", () => {
    const s = atWork();
    const from = s.attempt("ada");
    s.and(publishes("a", { from }), submits("ada"));
    s.when(publishes("b", { from })).expectRefused({ refused: "stale_lease" });
  });
});

test("versions count on from whatever there is", () => {
  const free = (...versions: readonly string[]) => freeVersion(versions.map((version) => ({ version })));
  expect([free(), free("v0.9"), free("1.2.3"), free("beta")]).toEqual(["v0.1", "v0.10", "1.2.4", "beta-2"]);
  expect(free("v0.2", "v0.1")).toBe("v0.3");
});

const byNode2 = { agents: ["eve"], nodes: [] };

/** A command without a text: `exactOptionalPropertyTypes` knows no undefined. */
const noText = { text: undefined } as unknown as Partial<PublishCommand>;

function defined(fields: object): Partial<PublishCommand> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
