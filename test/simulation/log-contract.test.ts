/** The log as a process of the simulation sees it is held to what every store promises, as long as nothing goes wrong. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MemoryStore, openMemoryLog, readMemoryBackup } from "../../src/log/memory.ts";
import { keepsLogContract } from "../log/log-contract.ts";
import { Chance } from "./chance.ts";
import { calm } from "./faults.ts";
import { playedLog } from "./played-log.ts";
import { PlayedProcess } from "./played-process.ts";
import { World } from "./world.ts";

keepsLogContract("played", async () => {
  const folder = await mkdtemp(join(tmpdir(), "interlock-log-"));
  const backup = join(folder, "backup.json");
  const store = new MemoryStore();
  const world = new World(new Chance(1), calm, { open: async () => openMemoryLog({ store }) });
  let processes = 0;
  let isOver = false;
  // The clock goes on by itself, as nothing else makes a world go on in which nobody acts.
  const tick = () => world.scheduler.after(1, tick);
  tick();
  const running = world.scheduler.run(
    () => !isOver,
    () => undefined,
  );
  return {
    open: async () => {
      processes += 1;
      return playedLog(world, new PlayedProcess(world, processes), await world.openLog());
    },
    backup,
    openBackup: async () => openMemoryLog({ store: await readMemoryBackup(backup) }),
    remove: async () => {
      isOver = true;
      await running;
      await rm(folder, { recursive: true, force: true });
      if (world.broken.length > 0) throw new Error(world.broken.join());
    },
  };
});
