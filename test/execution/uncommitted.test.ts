/** What was decided and not committed is nowhere to be seen. */
import { expect, onTestFinished, test } from "vitest";
import type { WorkspaceCommand } from "../../src/core/command.ts";
import { systemClock } from "../../src/execution/clock.ts";
import { Manager } from "../../src/execution/manager.ts";
import { MemoryStore, openMemoryLog } from "../../src/log/memory.ts";
import type { Log } from "../../src/log/port.ts";

const share: WorkspaceCommand = { type: "ShareKnowledge", agent: "a", topic: "t", text: "t", paths: [] };

/** A log whose next commits fail after their step has run. */
function failing(log: Log): { readonly log: Log; commits: number; reads: number } {
  const disk = { commits: 0, reads: 0 };
  const full = () => new Error("the disk is full");
  const failed: Log = {
    ...bound(log),
    transact: (stream, seen, step) =>
      log.transact(stream, seen, (missed) => {
        const wanted = step(missed);
        disk.commits -= 1;
        if (disk.commits >= 0) throw full();
        return wanted;
      }),
    read: async (stream, after, limit) => {
      disk.reads -= 1;
      if (disk.reads >= 0) throw full();
      return log.read(stream, after, limit);
    },
  };
  return Object.assign(disk, { log: failed });
}

function bound(log: Log): Log {
  return {
    transact: log.transact.bind(log),
    follow: log.follow.bind(log),
    read: log.read.bind(log),
    readClaims: log.readClaims.bind(log),
    readSnapshot: log.readSnapshot.bind(log),
    writeSnapshot: log.writeSnapshot.bind(log),
    readCell: log.readCell.bind(log),
    swapCell: log.swapCell.bind(log),
    listCells: log.listCells.bind(log),
    backup: log.backup.bind(log),
    close: log.close.bind(log),
  };
}

async function open(): Promise<{ readonly disk: ReturnType<typeof failing>; readonly manager: Manager }> {
  const disk = failing(openMemoryLog({ store: new MemoryStore() }));
  const manager = await Manager.open(disk.log, "w", systemClock);
  onTestFinished(() => manager.close());
  await manager.execute(share);
  return { disk, manager };
}

test("[E4] after a commit that failed for good, the state is without it", async () => {
  const { disk, manager } = await open();
  disk.commits = 2;
  await expect(manager.execute(share)).rejects.toThrow("the disk is full");
  expect(manager.workspace.knowledge).toHaveLength(1);
  expect(await manager.execute(share)).toMatchObject({ events: [{ position: 2 }] });
});

test("[E4] nobody who waits is shown what could not be committed, even while the log cannot be read", async () => {
  const { disk, manager } = await open();
  Object.assign(disk, { commits: 1, reads: 2 });
  await expect(manager.execute(share)).rejects.toThrow("cannot be read");
  const seen = await manager.waitFor(({ knowledge }) => (knowledge.length > 1 ? knowledge.length : undefined), 50);
  expect(seen).toBeUndefined();
});

test("[D1] while a process folds the log anew, others in it go on seeing what it knew", async () => {
  const { disk, manager } = await open();
  disk.commits = 2;
  const failed = manager.execute(share).catch(() => undefined);
  const lengths = new Set<number>();
  for (let turn = 0; turn < 200; turn += 1) {
    await Promise.resolve();
    lengths.add(manager.workspace.knowledge.length);
  }
  await failed;
  expect(lengths.has(0)).toBe(false);
});

test("[E3] a command whose acknowledgement was lost is done once, and answered", async () => {
  let loses = false;
  const afterCommit = () => {
    if (loses) throw new Error("nobody heard");
  };
  const manager = await Manager.open(openMemoryLog({ faults: { afterCommit } }), "w", systemClock);
  onTestFinished(() => manager.close());
  await manager.execute(share);
  loses = true;
  expect(await manager.execute(share)).toMatchObject({ events: [{ position: 2 }] });
  loses = false;
  expect(await manager.execute(share)).toMatchObject({ events: [{ position: 3 }] });
  expect(manager.workspace.knowledge).toHaveLength(3);
});

test("[E3] a command of which nobody can tell whether it was written is not tried again", async () => {
  const { disk, manager } = await open();
  Object.assign(disk, { commits: 1, reads: 1 });
  await expect(manager.execute(share)).rejects.toThrow("cannot be read");
  expect(await manager.execute(share)).toMatchObject({ events: [{ position: 2 }] });
});
