import { describe, expect, test } from "vitest";
import { evolve } from "../../src/core/evolve.ts";
import type { RequestMark } from "../../src/core/recorded.ts";
import { isRefusal } from "../../src/core/refusal.ts";
import { plan, work } from "./plans.ts";
import { given, request } from "./scenario.ts";

const mark: RequestMark = { scope: "request_next_node/ada", id: "r1", input: "digest" };
const two = plan("p", [work("a"), work("b")]);
const day = 24 * 3_600_000;

describe("[I1] a request id", () => {
  test("that comes again acts no second time, and tells what it did", () => {
    const s = given({ type: "SubmitPlan", plan: two }).when(request("ada"), mark);
    const first = s.events();
    s.when(request("ada"), mark);
    expect(s.outcome).toMatchObject({ repeated: true });
    expect(s.events()).toEqual(first);
    expect(s.workspace.slots.lastNumber).toBe(1);
  });

  test("cannot stand for something else", () => {
    const s = given({ type: "SubmitPlan", plan: two }).when(request("ada"), mark);
    s.when(request("ada"), { ...mark, input: "other" }).expectRefused({ refused: "request_id_reused" });
  });

  test("of another tool or agent is another one", () => {
    const s = given({ type: "SubmitPlan", plan: two }).when(request("ada"), mark);
    s.when(request("bob"), { ...mark, scope: "request_next_node/bob" }).expect({ node: "b" });
  });

  test("of a call that changed nothing is judged anew", () => {
    const s = given().when(request("ada"), mark).expectRefused({ refused: "idle" });
    s.and({ type: "SubmitPlan", plan: two }).when(request("ada"), mark).expect({ node: "a" });
  });

  test("is forgotten after a day", () => {
    const s = given({ type: "SubmitPlan", plan: two }).when(request("ada"), mark).later(day);
    s.when(request("bob"), mark).expect({ node: "b" });
    expect(s.workspace.requests.size).toBe(1);
  });

  test("is forgotten as soon as another one comes after that day, so that they do not pile up", () => {
    const s = given({ type: "SubmitPlan", plan: two })
      .when(request("ada"), mark)
      .later(day + 1);
    s.when(request("bob"), { ...mark, id: "r2" }).expect({ node: "b" });
    expect([...s.workspace.requests.values()].map(({ at }) => at)).toEqual([day + 1]);
  });

  test("of a plan with many nodes does not keep them all", () => {
    const many = plan(
      "p",
      Array.from({ length: 500 }, (_, i) => work(`n${i}`)),
    );
    const s = given().when({ type: "SubmitPlan", plan: many }, mark);
    s.when({ type: "SubmitPlan", plan: many }, mark);
    expect(s.outcome && !isRefusal(s.outcome) && s.outcome.events.length).toBe(100);
    expect(s.events()[0]).toMatchObject({ type: "PlanSubmitted" });
  });
});

test("[V4] time never goes back", () => {
  const s = given({ type: "SubmitPlan", plan: two }).later(1000).and(request("ada"));
  s.now = 10;
  s.when(request("bob"));
  expect(s.outcome).toMatchObject({ events: [{ at: 1000 }] });
});

test("[V4] nor does it for what a process with a slower clock wrote", () => {
  const s = given({ type: "SubmitPlan", plan: two });
  s.now = 1000;
  s.when(request("ada", [], "none")).expectRefused({ refused: "unknown_plan" });
  const event = { type: "PlanPaused", plan: "p", why: "asked" } as const;
  evolve(s.workspace, { position: s.workspace.position + 1, at: 400, event });
  expect(s.workspace.now).toBe(1000);
});

test("what nobody changed about the settings is not recorded", () => {
  const s = given();
  s.when({ type: "ConfigureWorkspace", settings: s.workspace.settings }).expect();
});
