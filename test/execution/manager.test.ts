/** The one loop, by itself. */
import { expect, onTestFinished, test } from "vitest";
import type { WorkspaceCommand } from "../../src/core/command.ts";
import { systemClock } from "../../src/execution/clock.ts";
import { Manager } from "../../src/execution/manager.ts";
import { openMemoryLog } from "../../src/log/memory.ts";

const share: WorkspaceCommand = { type: "ShareKnowledge", agent: "a", topic: "t", text: "t", paths: [] };

async function openManager(): Promise<Manager> {
  const manager = await Manager.open(openMemoryLog(), "w", systemClock);
  onTestFinished(() => manager.close());
  return manager;
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
