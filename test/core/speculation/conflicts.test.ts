import { describe, expect, test } from "vitest";
import { evolve } from "../../../src/core/evolve.ts";
import { type ConflictFound, openConflict } from "../../../src/core/speculation/conflicts.ts";
import { dump } from "../dump.ts";
import { plan, work } from "../plans.ts";
import { restored } from "../restored.ts";
import { given, request, type Scenario } from "../scenario.ts";

const found: ConflictFound = {
  type: "contract_breach",
  severity: "low",
  description: "AlertsAPI lacks ip_address",
  artifacts: [{ kind: "contract", id: "AlertsAPI" }],
  nodes: [{ plan: "p", node: "a" }],
  agents: ["arch"],
  cause: "requirement:r1@2 contract:AlertsAPI",
};

function twoAtWork(): Scenario {
  return given({ type: "SubmitPlan", plan: plan("p", [work("a"), work("b")]) }, request("ada"), request("bob"));
}

/** Applies what another part of the core would decide. */
function opens(s: Scenario, more: Partial<ConflictFound> = {}): Scenario {
  for (const event of openConflict(s.workspace, { ...found, ...more }))
    evolve(s.workspace, { position: s.workspace.position + 1, at: s.now, event });
  return s;
}

const told = (s: Scenario, agent: string) => s.notices(agent).filter(({ kind }) => kind === "conflict");

describe("a conflict", () => {
  test("[K1] is opened once for its cause", () => {
    const s = opens(opens(twoAtWork()), { description: "again" });
    expect([...s.workspace.speculation.conflicts.values()]).toMatchObject([
      { type: "contract_breach", severity: "low", plans: ["p"], agents: ["arch", "ada"], state: { is: "open" } },
    ]);
    opens(s, { cause: "another" });
    expect([...s.workspace.speculation.conflicts.keys()]).toEqual(
      [1, 0].map((back) => `c${s.workspace.position - back}`),
    );
  });

  test("[K2] is told to who works on its nodes, and to who is named though they never had a node", () => {
    const s = opens(twoAtWork());
    const facts = { type: "contract_breach", severity: "low", description: "AlertsAPI lacks ip_address" };
    expect(told(s, "ada")).toMatchObject([{ about: `c${s.workspace.position}`, facts }]);
    expect(told(s, "arch")).toMatchObject([{ facts }]);
  });

  test("[K2] is told neither to anybody else nor to who reported it", () => {
    const s = opens(twoAtWork(), { by: "arch" });
    expect(told(s, "bob")).toEqual([]);
    expect(told(s, "arch")).toEqual([]);
    expect(told(s, "ada")).toMatchObject([{ from: "arch" }]);
  });

  test("[D1] is in a snapshot", () => {
    const s = opens(twoAtWork());
    expect(dump(restored(s.workspace))).toBe(dump(s.workspace));
  });
});
