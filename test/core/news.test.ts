import { describe, expect, test } from "vitest";
import { addNotice, type Notice, noticesFrom, unread } from "../../src/core/notices.ts";
import { plan, sync, work } from "./plans.ts";
import { claims, given, request, type Scenario, submits } from "./scenario.ts";

function kinds(s: Scenario, agent: string): readonly string[] {
  return s.notices(agent).map(({ kind }) => kind);
}

describe("news", () => {
  test("of what landed comes to those who watch it, but not to who landed it", () => {
    const nodes = [
      work("a", { watches: ["src/**"] }),
      work("b", { watches: ["src/x.ts"] }),
      work("c", { watches: ["lib"] }),
    ];
    const s = given(
      { type: "SubmitPlan", plan: plan("p", nodes) },
      request("ada"),
      request("bob"),
      request("cyd"),
      submits("ada", "src/x.ts"),
    );
    s.and({
      type: "ReportCandidate",
      plan: "p",
      node: "a",
      attempt: 1,
      candidate: "k",
      tree: "t",
      onto: "base",
      paths: ["src/x.ts"],
    });
    s.and(
      { type: "IntendLanding", plan: "p", node: "a", candidate: "k" },
      { type: "ReportLanded", plan: "p", node: "a", candidate: "k" },
    );
    expect([kinds(s, "ada"), kinds(s, "bob"), kinds(s, "cyd")]).toEqual([["landed"], ["watched_path_landed"], []]);
    expect(s.notices("bob")[0]).toMatchObject({ about: "src/x.ts", facts: { by: "p/a" } });
  });

  test("of one landing comes once to who watches it twice over", () => {
    const s = given(
      { type: "SubmitPlan", plan: plan("p", [work("a"), work("b", { watches: ["src/**", "src/x.ts"] })]) },
      request("ada"),
      request("bob"),
      submits("ada", "src/x.ts"),
    );
    const k = { plan: "p", node: "a", candidate: "k" };
    s.and({ type: "ReportCandidate", ...k, attempt: 1, tree: "t", onto: "base", paths: ["src/x.ts"] });
    s.and({ type: "IntendLanding", ...k }, { type: "ReportLanded", ...k });
    expect(kinds(s, "bob")).toEqual(["watched_path_landed"]);
  });

  test("[W2] of claims comes to who waited for them, but not to who got them at once", () => {
    const s = given({ type: "SubmitPlan", plan: plan("p", [work("a"), work("b")]) }, request("ada"), request("bob"));
    s.and(claims("ada", "write x"), claims("bob", "write x"), submits("ada"));
    expect([kinds(s, "ada"), kinds(s, "bob")]).toEqual([[], ["claims_granted"]]);
  });

  test("of a sync point that failed comes to those whose work met there", () => {
    const s = given(
      { type: "SubmitPlan", plan: plan("p", [work("a"), sync("s", { dependsOn: ["a"] })]) },
      request("ada"),
      submits("ada"),
    );
    s.and({
      type: "ReturnNode",
      plan: "p",
      node: "s",
      attempt: 0,
      why: { reason: "gate_failed", gates: [] },
      base: "base",
      content: "k",
    });
    expect(kinds(s, "ada")).toEqual(["sync_failed"]);
  });
});

describe("notices", () => {
  const notice = (position: number, about: string): Notice => ({
    id: `n${position}`,
    kind: "landed",
    at: 0,
    about,
    facts: {},
  });

  test("[M7] of one kind about one thing replace each other", () => {
    const notices = noticesFrom([notice(1, "a"), notice(2, "b")]);
    addNotice(notices, notice(3, "a"));
    expect(unread(notices, 0).map(({ id }) => id)).toEqual(["n2", "n3"]);
    expect(unread(notices, 2).map(({ id }) => id)).toEqual(["n3"]);
  });

  test("[M7] do not grow without end for an agent that never reads", () => {
    const notices = noticesFrom([]);
    for (let i = 1; i <= 300; i += 1) addNotice(notices, notice(i, `${i}`));
    expect(unread(notices, 0).map(({ id }) => id)).toEqual(Array.from({ length: 100 }, (_, i) => `n${i + 201}`));
  });
});
