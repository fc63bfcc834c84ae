import { join } from "node:path";
import { systemClock } from "../../dist/execution/clock.js";
import { Manager } from "../../dist/execution/manager.js";
import { openSqliteLog } from "../../dist/log/sqlite/open.js";
import { timeFigure } from "../figure.mjs";
import { interleaved } from "../interleaved.mjs";
import { landNode, must, planOf, takeNode } from "../played-work.mjs";
import { inTemporaryFolder } from "../temporary-folder.mjs";

/** A node from request to landing without git, in a small and in a large plan. */
export function growingPlan({ quick }) {
  const large = quick ? 10_000 : 100_000;
  return inTemporaryFolder(async (folder) => {
    const small = await openPlan(folder, "small", 1_000);
    const big = await openPlan(folder, "big", large);
    try {
      const times = await interleaved(quick ? 50 : 300, { small: () => oneNode(small), big: () => oneNode(big) });
      return [timeFigure(`request + complete at ${large} nodes`, times.big, times.small, "at 1000 nodes", 2)];
    } finally {
      for (const manager of [small, big]) {
        manager.close();
        await manager.log.close();
      }
    }
  });
}

async function openPlan(folder, name, size) {
  const manager = await Manager.open(await openSqliteLog({ file: join(folder, `${name}.db`) }), name, systemClock);
  await must((command) => manager.execute(command), { type: "SubmitPlan", plan: planOf(name, size) });
  return manager;
}

async function oneNode(manager) {
  const execute = (command) => manager.execute(command);
  await landNode(execute, await takeNode(execute, "a", manager.stream));
}
