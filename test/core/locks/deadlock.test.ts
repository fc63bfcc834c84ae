import { describe, expect, test } from "vitest";
import type { Priority } from "../../../src/core/plan/spec.ts";
import { defaultSettings } from "../../../src/core/settings.ts";
import { plan, work } from "../plans.ts";
import { claims, given, gives, request, type Scenario, submits, withdraws } from "../scenario.ts";

function agents(priorities: Readonly<Record<string, Priority>>): Scenario {
  const nodes = Object.entries(priorities).map(([agent, priority]) =>
    work(`for-${agent}`, { requires: [agent], priority }),
  );
  const requests = Object.keys(priorities).map((agent) => request(agent, [agent]));
  return given({ type: "SubmitPlan", plan: plan("p", nodes) }, ...requests);
}

const equals = () => agents({ ada: 2, bob: 2, cyd: 2, dan: 2 });

describe("[L5] a cycle of waits", () => {
  test("is refused to whoever closes it, spelled out link by link", () => {
    const s = equals().and(claims("ada", "write a"), claims("bob", "write b"), claims("ada", "write b"));
    s.when(claims("bob", "write a")).expectRefused({
      refused: "deadlock",
      cycle: [
        { agent: "bob", node: "for-bob", holds: ["b"], wants: ["a"] },
        { agent: "ada", node: "for-ada", holds: ["a"], wants: ["b"] },
      ],
    });
  });

  test("of three is found as well", () => {
    const s = equals().and(claims("ada", "write a"), claims("bob", "write b"), claims("cyd", "write c"));
    s.and(claims("ada", "write b"), claims("bob", "write c"));
    s.when(claims("cyd", "write a/x")).expectRefused({
      refused: "deadlock",
      cycle: [{ agent: "cyd" }, { agent: "ada" }, { agent: "bob" }],
    });
  });

  test("does not come of a reader who wants to write beside another reader: it waits", () => {
    const s = equals().and(claims("ada", "read x"), claims("bob", "read x"));
    s.when(claims("ada", "write x")).expect({ type: "ClaimsQueued" });
    s.when(gives("bob", "x")).expect({ type: "ClaimsReleased" }, { type: "ClaimsGranted", node: "for-ada" });
  });

  test("comes of two readers who both want to write", () => {
    const s = equals().and(claims("ada", "read x"), claims("bob", "read x"), claims("ada", "write x"));
    s.when(claims("bob", "write x")).expectRefused({
      refused: "deadlock",
      cycle: [{ agent: "bob" }, { agent: "ada" }],
    });
  });

  test("is ended for the lower priority, who is told, and the other one waits on", () => {
    const s = agents({ ada: 3, bob: 1 }).and(
      claims("ada", "read x"),
      claims("bob", "read x"),
      claims("ada", "write x"),
    );
    s.when(claims("bob", "write x"));
    s.expect(
      { type: "TicketEnded", node: "for-ada", why: "victim", cycle: [{ agent: "bob" }, { agent: "ada" }] },
      { type: "ClaimsQueued" },
    );
    expect(s.workspace.locks.settled.get("t1")?.outcome).toMatchObject({ cycle: [{ agent: "bob" }, { agent: "ada" }] });
    expect(s.notices("ada")).toMatchObject([{ kind: "claim_refused", facts: { ticket: "t1" } }]);
    s.when(gives("ada", "x")).expect({ type: "ClaimsReleased" }, { type: "ClaimsGranted", node: "for-bob" });
  });

  test("is ended for whoever has worked least where priorities are equal", () => {
    const nodes = [work("one"), work("two", { requires: ["late"] })];
    const s = given({ type: "SubmitPlan", plan: plan("p", nodes) }, request("bob"))
      .later(60_000)
      .and(request("ada", ["late"]));
    s.and(claims("ada", "read x"), claims("bob", "read x"), claims("ada", "write x"));
    s.when(claims("bob", "write x")).expect(
      { type: "TicketEnded", node: "two" },
      { type: "ClaimsQueued", node: "one" },
    );
  });

  test("is not ended for who worked long before its work came back", () => {
    const nodes = [work("one"), work("two", { requires: ["late"] })];
    const s = given({ type: "SubmitPlan", plan: plan("p", nodes) }, request("bob")).later(300_000);
    const back = { plan: "p", node: "one", attempt: 1, base: "base", content: "merge" };
    s.and(submits("bob", "x"), { type: "ReturnNode", ...back, why: { reason: "conflict", conflicts: [] } });
    s.and(request("ada", ["late"])).later(60_000);
    s.and(claims("ada", "read y"), claims("bob", "read y"), claims("ada", "write y"));
    s.when(claims("bob", "write y")).expect(
      { type: "TicketEnded", node: "two" },
      { type: "ClaimsQueued", node: "one" },
    );
  });

  test("is not seen where one holder of a pool goes on", () => {
    const s = equals().and(claims("ada", "use build"), claims("bob", "use build", "write b"), claims("cyd", "write c"));
    s.and(claims("cyd", "use build"));
    s.when(claims("bob", "write c")).expect({ type: "ClaimsQueued" });
    s.when(gives("ada", "build"));
    s.expect({ type: "ClaimsReleased" }, { type: "ClaimsGranted", node: "for-cyd" });
  });

  test("is seen where every holder of a pool waits", () => {
    const s = equals().and(claims("ada", "use build", "write a"), claims("bob", "use build"), claims("cyd", "write c"));
    s.and(claims("cyd", "use build"), claims("ada", "write c"));
    s.when(claims("bob", "write c/x")).expectRefused({ refused: "deadlock" });
  });

  test("that a smaller pool would close is ended when the pool becomes smaller", () => {
    const s = equals().and(claims("ada", "use build"), claims("bob", "use build"), claims("cyd", "write c"));
    s.and(claims("cyd", "use build"), claims("bob", "write c"));
    s.when({ type: "ConfigureWorkspace", settings: { ...defaultSettings, pools: { build: { capacity: 1 } } } });
    s.expect({ type: "WorkspaceConfigured" }, { type: "TicketEnded", why: "victim" });
  });
});

describe("[L5] who gives way", () => {
  test("finds the refusal under its ticket, and withdrawing it changes nothing", () => {
    const s = agents({ ada: 1, bob: 3 }).and(claims("ada", "write a"), claims("bob", "write b"));
    s.and(claims("bob", "write a")).when(claims("ada", "write b"));
    s.expect({ type: "TicketEnded", node: "for-bob", why: "victim", ticket: "t1" }, { type: "ClaimsQueued" });
    s.when(withdraws("bob", "t1")).expect();
  });

  test("is told what each holds of what the one before it wants, be it a path, a name or a place in a pool", () => {
    const s = equals().and(claims("ada", "name db", "watch a", "write x"), claims("bob", "write a"));
    s.and(claims("bob", "name db", "write y"));
    s.when(claims("ada", "write a", "read z")).expectRefused({
      refused: "deadlock",
      cycle: [
        { node: "for-ada", holds: ["db"], wants: ["a", "z"] },
        { node: "for-bob", holds: ["a"], wants: ["db", "y"] },
      ],
    });
  });
});

describe("[L4] [L5] the queue is reordered before anybody gives way", () => {
  test("whom an older ticket waits for stands before that ticket", () => {
    const s = equals().and(claims("ada", "write a"), claims("bob", "write b"));
    // bob's ticket waits for ada's a; what ada now wants stands behind it only at first sight.
    s.and(claims("bob", "write a", "write z"), claims("cyd", "write y"));
    s.when(claims("ada", "write z", "write y")).expect({ type: "ClaimsQueued", before: ["t1"] });
    s.when(gives("cyd", "y")).expect({ type: "ClaimsReleased" }, { type: "ClaimsGranted", node: "for-ada" });
  });

  test("and gets at once what is free there", () => {
    const s = equals().and(claims("ada", "write a"), claims("bob", "write a", "write z"));
    s.when(claims("ada", "write z")).expect({ type: "ClaimsGranted", node: "for-ada", claims: [{ pattern: "z" }] });
  });

  test("who has nothing to do with the cycle is not overtaken", () => {
    const s = equals().and(claims("ada", "write a"), claims("cyd", "write y"));
    s.and(claims("dan", "write y", "write z"), claims("bob", "write a", "write z"));
    s.when(claims("ada", "write z", "write y")).expect({ type: "ClaimsQueued", before: ["t2"] });
    expect(s.workspace.locks.queue.map(({ id }) => id)).toEqual(["t1", "t3", "t2"]);
  });

  test("others change places where that ends it", () => {
    const s = equals().and(claims("ada", "write a"), claims("bob", "write b"), claims("cyd", "write c"));
    // cyd waits behind bob's ticket for z only because it came later; bob waits for ada.
    s.and(claims("bob", "write a", "write z"), claims("dan", "write y"), claims("cyd", "write y", "write z"));
    s.when(claims("ada", "write c"));
    s.expect({ type: "ClaimsQueued", node: "for-ada" }, { ticket: "t2" }, { ticket: "t3" }, { ticket: "t1" });
    expect(s.workspace.locks.queue.map(({ id }) => id)).toEqual(["t2", "t3", "t1"]);
  });

  test("whoever must go before the one that is moved is moved too", () => {
    const s = equals().and(claims("bob", "write l"), claims("cyd", "write c"), claims("dan", "write c", "write m"));
    s.and(claims("ada", "read l"), claims("cyd", "read l"), claims("ada", "write m"));
    // dan stands before ada for l, as he does for m; but cyd, who stands behind ada, has to give him c first.
    s.when(claims("dan", "edit l")).expect({ type: "ClaimsQueued", ticket: "t5" }, {}, {}, {}, {}, {});
    expect(s.workspace.locks.queue.map(({ id }) => id)).toEqual(["t3", "t1", "t5", "t2", "t4"]);
  });
});
