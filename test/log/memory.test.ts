import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { MemoryStore, openMemoryLog, readMemoryBackup } from "../../src/log/memory.ts";
import { keepsLogContract } from "./log-contract.ts";
import { appends, stream, texts } from "./samples.ts";

keepsLogContract("memory", async () => {
  const folder = await mkdtemp(join(tmpdir(), "interlock-log-"));
  const store = new MemoryStore();
  const backup = join(folder, "backup.json");
  return {
    open: async () => openMemoryLog({ store }),
    backup,
    openBackup: async () => openMemoryLog({ store: await readMemoryBackup(backup) }),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
});

test("[E4] a commit that fails writes nothing", async () => {
  const log = openMemoryLog({ faults: { beforeCommit: failOnce() } });
  await expect(log.transact(stream, 0, () => appends("a"))).rejects.toThrow("the disk is full");
  expect(await log.transact(stream, 0, () => appends("b"))).toEqual({ result: "b", position: 1 });
  expect(texts(await log.read(stream, 0, 9))).toEqual(["b"]);
});

test("[E3] an acknowledgement that is lost leaves the step done", async () => {
  const log = openMemoryLog({ faults: { afterCommit: failOnce() } });
  await expect(log.transact(stream, 0, () => appends("a"))).rejects.toThrow("the disk is full");
  expect(texts(await log.read(stream, 0, 9))).toEqual(["a"]);
});

function failOnce(): () => void {
  let failed = false;
  return () => {
    if (failed) return;
    failed = true;
    throw new Error("the disk is full");
  };
}
