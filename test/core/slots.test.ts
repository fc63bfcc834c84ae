import { describe, expect, test } from "vitest";
import type { WorkspaceCommand } from "../../src/core/command.ts";
import { attemptOf } from "../../src/core/node/node.ts";
import { plan, work } from "./plans.ts";
import { fails, given, request, type Scenario, submits } from "./scenario.ts";

function leased(): Scenario {
  return given({ type: "SubmitPlan", plan: plan("p", [work("a"), work("b")]) }, request("ada"));
}

const by = { plan: "p", node: "a", attempt: 1 };

const prepared: WorkspaceCommand = { type: "ReportSlot", ...by, slot: "s1" };

const revision = {
  type: "RevisePlan",
  plan: "p",
  add: [],
  change: [],
  cancel: [],
  retry: [],
  pause: false,
  resume: false,
  finish: false,
} as const;

function retire(slot: string, leftOut: readonly string[] = []): WorkspaceCommand {
  return { type: "RetireSlot", slot, leftOut };
}

describe("a slot", () => {
  test("[X3] is made for the first attempt, and used again once it was emptied", () => {
    const s = leased().and(prepared, submits("ada"));
    s.when(request("bob")).expect({ slot: "s2", fresh: true });
    s.when(retire("s1")).expect({ type: "SlotFreed" });
    s.and(fails("bob"));
    s.when(request("cyd")).expect({ slot: "s1", fresh: false });
  });

  test("is freed once, and only when it is being emptied", () => {
    const s = leased().when(retire("s1")).expectRefused({ refused: "outdated" });
    s.and(submits("ada"), retire("s1")).when(retire("s1")).expectRefused({ refused: "outdated" });
  });

  test("[X3] [G3] of which not everything could be kept is put aside, and its name never used again", () => {
    const s = leased()
      .and(submits("ada"))
      .when(retire("s1", ["big.bin"]));
    s.expect({ type: "SlotQuarantined", why: "could not keep big.bin" });
    s.when({ type: "ForgetSlot", slot: "s1" }).expect({ type: "SlotRemoved" });
    s.when(request("bob")).expect({ slot: "s2" });
  });

  test("[X3] of an attempt that was ended from outside is put aside although all was kept: its agent may still write", () => {
    const s = leased().and({ ...revision, cancel: ["a"] });
    s.when(retire("s1")).expect({ type: "SlotQuarantined", why: "its attempt was ended from outside" });
    s.when(request("bob")).expect({ slot: "s2", fresh: true });
  });

  test("[X3] in which something still runs is put aside, and says so beside every other reason", () => {
    const s = leased().and({ ...revision, cancel: ["a"] });
    s.when({ type: "RetireSlot", slot: "s1", leftOut: ["big.bin"], running: ["process 7 (node)"] }).expect({
      type: "SlotQuarantined",
      why: "its attempt was ended from outside; could not keep big.bin; process 7 (node) still runs in it",
    });
  });

  test("that breaks while it is free is nobody's next", () => {
    const s = leased().and(submits("ada"), retire("s1"), { type: "QuarantineSlot", slot: "s1", why: "odd" });
    s.when(request("bob")).expect({ slot: "s2", fresh: true });
    s.when({ type: "QuarantineSlot", slot: "s1", why: "odd" }).expectRefused({ refused: "outdated" });
  });

  test("[X3] that is one too many is put aside only while nobody has it: who got it meanwhile keeps it", () => {
    const remove = { type: "QuarantineSlot", slot: "s1", why: "the pool has enough", ifFree: true } as const;
    const s = leased().and(prepared);
    s.when(remove).expectRefused({ refused: "outdated" });
    const free = s.and(submits("ada"), retire("s1"));
    free.when(remove).expect({ type: "SlotQuarantined" });
    free.and(request("bob")).when(remove).expectRefused({ refused: "outdated" });
  });

  test("that breaks under an attempt is replaced by a new one, and what reports on the old one comes too late", () => {
    const s = leased().and(prepared);
    s.when({ type: "ReplaceSlot", ...by, broken: "s1", why: "torn" }).expect({
      type: "SlotReplaced",
      slot: "s2",
      broken: "s1",
    });
    expect(attemptOf(s.node("a"))).toMatchObject({ slot: "s2", slotReady: false, fresh: true });
    s.when(prepared).expectRefused({ refused: "outdated" });
    s.when({ type: "ReplaceSlot", ...by, broken: "s1", why: "torn" }).expectRefused({ refused: "outdated" });
    s.when({ type: "ReportSlot", ...by, slot: "s2" }).expect({ type: "SlotPrepared" });
  });

  test("that was put aside and removed under an attempt is replaced too, and does not come back", () => {
    const s = leased().and(prepared, { type: "QuarantineSlot", slot: "s1", why: "odd" });
    s.and({ type: "ForgetSlot", slot: "s1" });
    s.when({ type: "ReplaceSlot", ...by, broken: "s1", why: "gone" }).expect({ type: "SlotReplaced", slot: "s2" });
    expect([...s.workspace.slots.byName.keys()]).toEqual(["s2"]);
  });

  test("that is put aside under an attempt is not prepared again", () => {
    const s = leased().and(prepared, { type: "QuarantineSlot", slot: "s1", why: "odd" });
    expect(attemptOf(s.node("a"))?.slotReady).toBe(false);
    s.when(prepared).expectRefused({ refused: "outdated" });
  });

  test("[X3] in use cannot be forgotten", () => {
    leased().when({ type: "ForgetSlot", slot: "s1" }).expectRefused({ refused: "outdated" });
    leased().when({ type: "ForgetSlot", slot: "s9" }).expectRefused({ refused: "outdated" });
  });

  test("[X3] takes parked work only of the attempt that had it", () => {
    const parked = { ref: "r", commit: "c", plan: "p", node: "b", attempt: 1 };
    leased()
      .and(submits("ada"))
      .when({ type: "RetireSlot", slot: "s1", parked, leftOut: [] })
      .expectRefused({ refused: "outdated" });
  });
});
