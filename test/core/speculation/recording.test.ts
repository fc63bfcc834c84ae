import { describe, expect, test } from "vitest";
import { concernedBy, impactOf } from "../../../src/core/speculation/impact.ts";
import { dump } from "../dump.ts";
import { plan, work } from "../plans.ts";
import { restored } from "../restored.ts";
import { fails, given, request, type Scenario } from "../scenario.ts";
import { contractName, publishes } from "./publishes.ts";
import { contract, requires, settles, tracks } from "./tracks.ts";

const nodes = [work("api", { writes: ["src/api/**"] }), work("ui"), work("docs", { dependsOn: ["ui"] })];
const atWork = () => given({ type: "SubmitPlan", plan: plan("p", nodes) }, request("ada"), request("bob"));
const rely = { agents: ["eve"], nodes: [{ plan: "p", node: "ui" }] };
const conflicts = (s: Scenario) => [...s.workspace.speculation.conflicts.values()];
const versions = (s: Scenario) =>
  [...s.workspace.speculation.artifacts.values()].flatMap((one) => one.versions.map(({ version }) => version));

describe("an artifact", () => {
  test("[A8] gets a version for each thing recorded, and none for the same again", () => {
    const s = given(requires([], { content: "a" }), requires([], { content: "b" })).when(
      requires([], { content: "b" }),
    );
    s.expect();
    expect(versions(s)).toEqual(["1", "2"]);
    s.and(requires([], { content: "c", version: "v7" })).when(requires([], { content: "d", version: "1" }));
    s.expectRefused({ refused: "version_exists", id: "r1", free: "v8" });
    s.when(requires([], { content: "d", version: "v7" })).expectRefused({ refused: "version_exists" });
    s.when(requires([], { content: "e", after: 1 })).expectRefused({ refused: "outdated" });
    expect(versions(s)).toEqual(["1", "2", "v7"]);
    expect(dump(restored(s.workspace))).toBe(dump(s.workspace));
  });

  test("[A8] that is recorded again under its own version stays as it is, and says what it went back to", () => {
    const s = given(requires([], { content: "a", version: "1" })).when(requires([], { content: "a", version: "1" }));
    s.expect().and(requires([], { content: "b" }));
    s.when(requires([], { content: "a", back: "1" })).expect({ type: "ArtifactRecorded", version: "3", back: "1" });
  });

  test("[A8] tells who takes something for granted about it that only they can check", () => {
    const r1 = { kind: "requirement", id: "r1" } as const;
    const s = given(tracks("eve", { about: r1 }), requires([], { content: "a" }));
    expect(s.notices("eve")).toEqual([]);
    s.and(requires([], { content: "b" }));
    expect(s.notices("eve")).toMatchObject([{ kind: "artifact", about: "requirement:r1", facts: { version: "2" } }]);
  });
});

describe("a requirement", () => {
  test("[A9] [K2] that asks for what the contract in force lacks is a conflict with all who rely on it, and with nobody else", () => {
    const s = atWork().and(publishes("id", { consumers: rely }), requires(["id"]));
    expect(conflicts(s)).toEqual([]);
    s.and(requires(["id", "ip"]));
    expect(conflicts(s)).toMatchObject([
      {
        type: "contract_breach",
        severity: "high",
        artifacts: [contract, { kind: "requirement", id: "r1" }],
        nodes: [{ plan: "p", node: "ui" }],
        agents: ["eve", "ada", "arch"],
      },
    ]);
    expect(s.notices("ada").map(({ kind }) => kind)).toEqual(["contract", "conflict", "converge"]);
    expect(s.notices("ana")).toEqual([]);
    const event = s.events().find(({ type }) => type === "ConflictOpened");
    expect(event).toMatchObject({ description: `Requirement r1 asks for ip, which contract ${contractName} lacks.` });
  });

  test("[A9] concerns what an agent who relies on the contract is at work on", () => {
    const s = atWork().and(publishes("id", { consumers: { agents: ["bob"], nodes: [] } }), requires(["ip"]));
    expect(conflicts(s)).toMatchObject([{ nodes: [{ plan: "p", node: "api" }], agents: ["bob", "arch"] }]);
    const hit = impactOf(s.workspace, [contract]).find(({ id }) => id === "p/api");
    expect(hit).toMatchObject({
      agent: "bob",
      via: [`bob, at work on node:p/api, relies on contract:${contractName}`],
    });
  });

  test("[A9] that was there first is a conflict with the version that does not meet it", () => {
    const s = atWork().and(requires(["ip"]));
    expect(conflicts(s)).toEqual([]);
    s.and(publishes("id", { consumers: rely }));
    expect(conflicts(s)).toMatchObject([{ type: "contract_breach", nodes: [{ node: "ui" }] }]);
  });

  test("[A9] and what it makes wrong are one conflict, with who stands on that too", () => {
    const covers = { is: "contract_covers", contract: contractName, requirement: "r1" } as const;
    const s = atWork().and(
      publishes("id"),
      tracks("arch", { check: covers, depends: [{ kind: "node", id: "p/api" }] }),
    );
    s.and(requires(["ip"]));
    const types = s.events().map(({ type }) => type);
    expect(types.slice(0, 3)).toEqual(["ArtifactRecorded", "AssumptionSettled", "ConflictOpened"]);
    expect(conflicts(s)).toMatchObject([{ nodes: [{ node: "api" }], agents: ["arch", "bob"] }]);
    expect(types.filter((type) => type === "ConflictOpened")).toHaveLength(1);
  });

  test("[A9] is told to who worked on what relies on the contract, though nobody does any more", () => {
    const s = atWork().and(publishes("id", { consumers: rely }), fails("ada", false), requires(["ip"]));
    expect(conflicts(s)).toMatchObject([{ agents: ["eve", "ada", "arch"] }]);
  });

  test("[A9] is one of the contracts it names, of requirements only, and of nodes that nobody has had yet too", () => {
    const s = given({ type: "SubmitPlan", plan: plan("p", nodes) });
    s.and(publishes("id", { consumers: { agents: [], nodes: [{ plan: "p", node: "ui" }] } }));
    const asks = [{ contract: contractName, fields: ["ip"] }];
    s.and(requires([], { artifact: { kind: "design", id: "d1" }, requires: asks }));
    s.and(requires([], { requires: [{ contract: "Other", fields: ["ip"] }] }));
    expect(conflicts(s)).toEqual([]);
    s.and(publishes("id at"));
    expect(conflicts(s)).toEqual([]);
    s.and(requires([], { requires: [{ contract: "Other", fields: ["ip"] }, ...asks] }));
    expect(conflicts(s)).toMatchObject([{ nodes: [{ node: "ui" }], agents: ["arch"] }]);
  });

  test("[A9] is judged by a look at the version in force", () => {
    const s = given(publishes("id"));
    s.when(requires(["ip"], { looked: [] })).expectRefused({ refused: "outdated" });
    const stale = { contract: contractName, at: 99, asked: ["ip"], lacks: [] };
    s.when(requires(["ip"], { looked: [stale] })).expectRefused({ refused: "outdated" });
    s.when(requires(["ip"], { looked: [{ ...stale, at: 1, asked: [] }] })).expectRefused({ refused: "outdated" });
  });
});

describe("impact", () => {
  const spread = () => {
    const s = atWork().and(
      publishes("id", { consumers: rely }),
      tracks("arch", { depends: [{ kind: "node", id: "p/api" }] }),
    );
    s.and(
      requires(["id"]),
      requires([], { artifact: { kind: "test", id: "t1" }, links: [{ type: "tests", ...contract }] }),
    );
    return s.and(requires([], { artifact: { kind: "code", id: "server" }, path: "src/**" }));
  };
  const keys = (s: Scenario, kind: "requirement" | "contract" | "code", id: string, depth?: number) =>
    impactOf(s.workspace, [{ kind, id }], depth).map((one) => `${one.kind}:${one.id} ${one.depth}`);

  test("[A10] goes from a requirement over contracts to whoever relies on them, and on to what depends on those", () => {
    expect(keys(spread(), "requirement", "r1")).toEqual([
      `contract:${contractName} 1`,
      "test:t1 2",
      "assumption:a9 2",
      "node:p/ui 2",
      "agent:eve 2",
      "node:p/api 3",
      "agent:arch 3",
      "node:p/docs 3",
    ]);
  });

  test("[A10] gives the way, and who is there", () => {
    const s = spread();
    const docs = impactOf(s.workspace, [{ kind: "requirement", id: "r1" }]).find(({ id }) => id === "p/docs");
    expect(docs?.via).toEqual([
      `requirement:r1 asks for fields of contract:${contractName}`,
      `node:p/ui relies on contract:${contractName}`,
      "node:p/docs depends on node:p/ui",
    ]);
    const [ui] = impactOf(s.workspace, [contract]).filter(({ id }) => id === "p/ui");
    expect(ui).toMatchObject({ node: { plan: "p", node: "ui" }, agent: "ada" });
    const { agents } = concernedBy(s.workspace, impactOf(s.workspace, [contract]));
    expect([...agents].sort()).toEqual(["ada", "arch", "bob", "eve"]);
  });

  test("[A10] finds who claims the files that code is, and stops where it is told to", () => {
    const s = spread();
    expect(keys(s, "code", "server")).toEqual(["node:p/api 1"]);
    expect(keys(s, "requirement", "r1", 1)).toEqual([`contract:${contractName} 1`]);
  });

  test("[A10] ends where things hang on each other", () => {
    const link = (id: string) => [{ type: "refines", kind: "design", id }] as const;
    const s = given(requires([], { artifact: { kind: "design", id: "x" }, links: link("y") }));
    s.and(requires([], { artifact: { kind: "design", id: "y" }, links: link("x") }));
    expect(impactOf(s.workspace, [{ kind: "design", id: "x" }]).map(({ id }) => id)).toEqual(["y"]);
  });

  test("[A10] goes on from what nobody has published, and ends at what nobody knows", () => {
    const s = given(requires([], { requires: [{ contract: "Other", fields: ["ip"] }] }));
    s.and(requires([], { artifact: { kind: "code", id: "server" }, path: "../elsewhere" }));
    expect(keys(s, "requirement", "r1")).toEqual(["contract:Other 1"]);
    expect(keys(s, "code", "server")).toEqual([]);
    expect(impactOf(s.workspace, [{ kind: "node", id: "p/none" }])).toEqual([]);
  });

  test("[A10] leaves out what no longer counts, as nodes that are over, whatever they claimed", () => {
    const s = spread().and(settles("arch", "validated"));
    expect(keys(s, "contract", contractName)).not.toContain("assumption:a9 1");
    const nothing = { add: [], change: [], retry: [], pause: false, resume: false, finish: false } as const;
    s.and({ type: "RevisePlan", plan: "p", ...nothing, cancel: ["api"] });
    expect(keys(s, "code", "server")).toEqual([]);
  });
});
