import { describe, expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../../src/execution/clock.ts";
import type { Liveness } from "../../../src/execution/liveness/process-id.ts";
import { Manager } from "../../../src/execution/manager.ts";
import { officeIsHeld, resign, runForOffice } from "../../../src/execution/steward/election.ts";
import { MemoryStore, openMemoryLog } from "../../../src/log/memory.ts";

/** Processes that share a log, with a time and a liveness that the test plays. */
function processes() {
  const store = new MemoryStore();
  const world = { now: 1_000_000, gone: new Set<string>() };
  const open = async (process: string) => {
    const manager = await Manager.open(openMemoryLog({ store }), "w", systemClock);
    onTestFinished(() => manager.close());
    const liveness = (id: string): Liveness => (world.gone.has(id) ? "gone" : "runs");
    return { process, manager, liveness, clock: { ...systemClock, now: () => world.now } };
  };
  return { world, open };
}

describe("the office of the steward", () => {
  test("[N1] is one process's at a time, also when two ask at once", async () => {
    const { open } = processes();
    const [a, b] = [await open("a"), await open("b")];
    const asked = await Promise.all([runForOffice(a, true), runForOffice(b, true)]);
    expect(asked.filter(({ mine }) => mine)).toHaveLength(1);
    const again = await Promise.all([runForOffice(a, true), runForOffice(b, true)]);
    expect(again.map(({ mine }) => mine)).toEqual(asked.map(({ mine }) => mine));
  });

  test("[W2] goes to another when its holder is dead, silent, or lives shorter", async () => {
    const { open, world } = processes();
    const [a, b, c] = [await open("a"), await open("b"), await open("c")];
    expect(await runForOffice(a, true)).toEqual({ mine: true, before: undefined });
    expect(await runForOffice(b, true)).toEqual({ mine: false });
    world.gone.add("a");
    expect(await officeIsHeld(b)).toBe(false);
    expect(await runForOffice(b, false)).toMatchObject({ mine: true, before: { process: "a" } });
    expect(await runForOffice(c, true)).toMatchObject({ mine: true, before: { process: "b" } });
    world.now += 4_000;
    expect(await runForOffice(b, true)).toEqual({ mine: false });
    world.now += 2_000;
    expect(await runForOffice(b, true)).toMatchObject({ mine: true, before: { process: "c", beat: 1_000_000 } });
  });

  test("[W2] is free at once when its holder leaves, and nobody else can give it up", async () => {
    const { open } = processes();
    const [a, b] = [await open("a"), await open("b")];
    await runForOffice(a, true);
    await resign(b);
    expect(await runForOffice(b, true)).toEqual({ mine: false });
    await resign(a);
    expect(await runForOffice(b, true)).toEqual({ mine: true, before: undefined });
  });
});
