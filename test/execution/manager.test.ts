/** The one loop, by itself. */
import { describe, expect, onTestFinished, test } from "vitest";
import type { WorkspaceCommand } from "../../src/core/command.ts";
import { isRefusal } from "../../src/core/refusal.ts";
import { systemClock } from "../../src/execution/clock.ts";
import { Manager } from "../../src/execution/manager.ts";
import { type MemoryFaults, MemoryStore, openMemoryLog } from "../../src/log/memory.ts";
import { plan, work } from "../core/plans.ts";
import { request } from "../core/scenario.ts";

const share: WorkspaceCommand = { type: "ShareKnowledge", agent: "a", topic: "t", text: "t", paths: [] };
const submit: WorkspaceCommand = { type: "SubmitPlan", plan: plan("p", [work("a", { writes: ["src/**"] })]) };

async function openManager(options: { store?: MemoryStore; faults?: MemoryFaults } = {}): Promise<Manager> {
  const manager = await Manager.open(openMemoryLog(options), "w", systemClock);
  onTestFinished(() => manager.close());
  return manager;
}

/** Two processes that share a log. */
async function two(): Promise<[Manager, Manager]> {
  const store = new MemoryStore();
  return [await openManager({ store }), await openManager({ store })];
}

/** What fails so many times and then no more. */
function failing(times: number): () => void {
  let left = times;
  return () => {
    left -= 1;
    if (left >= 0) throw new Error("disk full");
  };
}

/** Whether it was carried out; one that is forgotten never is. */
async function isAnswered(answer: Promise<unknown>): Promise<boolean> {
  const forgotten = new Promise<false>((resolve) => setTimeout(resolve, 1_000, false));
  return Promise.race([answer.then(() => true as const), forgotten]);
}

test.each(Array.from({ length: 16 }, (_, turns) => turns))(
  "a command that comes %i turns after the last answer is carried out",
  async (turns) => {
    const manager = await openManager();
    await manager.execute(share);
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
    expect(await isAnswered(manager.execute(share))).toBe(true);
  },
);

test("[N1] it decides on what other processes have written meanwhile", async () => {
  const [one, other] = await two();
  await one.execute(submit);
  const answers = [await one.execute(request("ada")), await other.execute(request("bob"))];
  expect(answers.map(isRefusal)).toEqual([false, true]);
  expect(other.workspace.position).toBe(one.workspace.position);
});

describe("a commit that fails", () => {
  test("[E3] leaves nothing of itself in the state", async () => {
    const manager = await openManager({ faults: { beforeCommit: failing(2) } });
    await expect(manager.execute(share)).rejects.toThrow("disk full");
    expect((await manager.refresh()).knowledge).toEqual([]);
    await manager.execute(share);
    expect(manager.workspace.knowledge).toMatchObject([{ id: "k1" }]);
  });

  test("[E3] is tried once more for each of its commands", async () => {
    const manager = await openManager({ faults: { beforeCommit: failing(1) } });
    await Promise.all([manager.execute(share), manager.execute(share)]);
    expect(await manager.log.read("w", 0, 10)).toMatchObject([{ position: 1 }, { position: 2 }]);
  });

  test.each([undefined, { scope: "share", id: "r1", input: "digest" }])(
    "[E3] [I1] although it was written, is not written twice, whether its call is marked or not",
    async (mark) => {
      const manager = await openManager({ faults: { afterCommit: failing(1) } });
      expect(await manager.execute(share, mark)).toMatchObject({ events: [{ position: 1 }] });
      expect(await manager.log.read("w", 0, 10)).toHaveLength(1);
    },
  );
});

describe("who waits", () => {
  const known = (manager: Manager) =>
    manager.waitFor(({ knowledge }) => (knowledge.length > 0 ? "there" : undefined), 60_000);

  test("[W2] is woken by what this process does", async () => {
    const manager = await openManager();
    const waiting = known(manager);
    await manager.execute(share);
    expect(await isAnswered(waiting)).toBe(true);
  });

  test("[E7] [W2] is woken by what another process does", async () => {
    const [one, other] = await two();
    const waiting = known(one);
    await other.execute(share);
    expect(await isAnswered(waiting)).toBe(true);
  });

  test("[M6] goes home at once when the call is cancelled", async () => {
    const manager = await openManager();
    const call = new AbortController();
    const waiting = manager.waitFor(() => undefined, 60_000, call.signal);
    call.abort();
    expect(await isAnswered(waiting)).toBe(true);
    expect(await waiting).toBeUndefined();
  });
});

test("[E4] the claim table has what is held, and no more of it when it is given back", async () => {
  const [one, other] = await two();
  await one.execute(submit);
  await one.execute(request("ada"));
  const row = { plan: "p", node: "a", attempt: 1, agent: "ada", mode: "write", pattern: "src/**", slot: "s1" };
  expect(await one.log.readClaims("w")).toMatchObject([row]);
  await other.execute({ type: "GiveUpNode", plan: "p", node: "a", attempt: 1, reason: "r", retryable: true });
  expect(await one.log.readClaims("w")).toEqual([]);
});
