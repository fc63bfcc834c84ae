import { describe, expect, test } from "vitest";
import type { LandContractCommand } from "../../../src/core/speculation/contract-landings.ts";
import { dump } from "../dump.ts";
import { plan, work } from "../plans.ts";
import { restored } from "../restored.ts";
import { given, request, type Scenario, submits } from "../scenario.ts";
import { contractName, publishes } from "./publishes.ts";

const lands = (node: string, onto: string) => {
  const k = { plan: "p", node, candidate: `k-${node}` };
  const built = { type: "ReportCandidate", ...k, attempt: 1, tree: `t-${node}`, onto, paths: [node] } as const;
  return [built, { type: "IntendLanding", ...k }, { type: "ReportLanded", ...k }] as const;
};

/** Both nodes have landed, `api` first. */
const landed = () => {
  const s = given({ type: "SubmitPlan", plan: plan("p", [work("api"), work("ui")]) }, request("ada"), request("bob"));
  return s.and(submits("ada", "api"), submits("bob", "ui"), ...lands("api", "base"), ...lands("ui", "k-api"));
};

const landing =
  (node: string, text: string | undefined, more: Partial<LandContractCommand> = {}) =>
  (s: Scenario): LandContractCommand => ({
    type: "LandContract",
    contract: contractName,
    plan: "p",
    node,
    commit: `k-${node}`,
    after: undefined,
    agent: "ada",
    text: text === undefined ? { problem: "it is none" } : publishes(text, { agent: "ada", action: "activate" })(s),
    ...more,
  });

describe("a contract that is a file", () => {
  test("[A13] is published by its landing, in force, and once", () => {
    const s = landed().when(landing("api", "a"));
    s.expect(
      { type: "ContractLanded", node: "api", commit: "k-api", tells: [] },
      { type: "ContractPublished", version: "v0.1", status: "ACTIVE" },
    );
    s.when(landing("api", "a")).expectRefused({ refused: "outdated" });
    expect(dump(restored(s.workspace))).toBe(dump(s.workspace));
    s.when(landing("ui", "a", { after: "k-api" })).expect({ type: "ContractLanded", node: "ui" });
  });

  test("[A13] whose text is none tells who landed it, if anybody did, and stays as it was", () => {
    const s = landed().and(publishes("a")).when(landing("api", undefined));
    s.expect({ type: "ContractLanded", problem: "it is none", tells: ["ada"] });
    expect(s.notices("ada").at(-1)).toMatchObject({ kind: "contract", facts: { problem: "it is none" } });
    expect(s.workspace.speculation.contracts.get(contractName)?.versions).toHaveLength(1);
    const { agent: _, ...nobody } = landing("ui", undefined, { after: "k-api" })(s);
    s.when(nobody).expect({ type: "ContractLanded", tells: [] });
  });

  test("[A13] is not published by what did not land, nor judged by a look at another version", () => {
    const s = landed()
      .when(landing("ui", "a", { commit: "k-none" }))
      .expectRefused({ refused: "outdated" });
    const stale = landing("api", "b")(s);
    s.and(publishes("a")).when(stale).expectRefused({ refused: "outdated" });
  });

  test("[A13] of a plan that has landed on its target is not remembered any longer", () => {
    const s = landed().and(landing("api", "a"));
    s.and({ type: "ReportPlanLanded", plan: "p", commit: "k-ui" });
    expect([...s.workspace.speculation.landed]).toHaveLength(1);
    s.and({ type: "SubmitPlan", plan: plan("q", [work("more")]) }, request("cem"), submits("cem", "x"));
    const k = { plan: "q", node: "more", candidate: "k-more" };
    s.and({ type: "ReportCandidate", ...k, attempt: 1, tree: "t", onto: "base", paths: ["x"] });
    s.and({ type: "IntendLanding", ...k }, { type: "ReportLanded", ...k });
    s.and(landing("more", "a b", { plan: "q" }));
    expect([...s.workspace.speculation.landed]).toEqual([[`q/${contractName}`, "k-more"]]);
  });
});
