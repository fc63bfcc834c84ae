import { join } from "node:path";
import { evolve, settled } from "../../dist/core/evolve.js";
import { emptyWorkspace } from "../../dist/core/workspace.js";
import { systemClock } from "../../dist/execution/clock.js";
import { Manager } from "../../dist/execution/manager.js";
import { openSqliteLog } from "../../dist/log/sqlite/open.js";
import { figure, thousands } from "../figure.mjs";
import { interleaved } from "../interleaved.mjs";
import { inTemporaryFolder } from "../temporary-folder.mjs";
import { fillLog, workedWorkspace } from "../worked-log.mjs";

/** Events folded a second, alone and with reading them from the store; beside only understanding their JSON. */
export function fold({ quick }) {
  return inTemporaryFolder(async (folder) => {
    const worked = await workedWorkspace(quick ? 20_000 : 200_000);
    const { events } = worked;
    const texts = events.map(({ event }) => JSON.stringify(event));
    const file = join(folder, "state.db");
    await fillLog(file, "fold", worked);
    const times = await interleaved(
      5,
      {
        evolve: () => {
          const workspace = emptyWorkspace();
          for (const recorded of events) evolve(workspace, recorded);
          settled(workspace);
        },
        open: async () => {
          const manager = await Manager.open(await openSqliteLog({ file }), "fold", systemClock);
          manager.close();
          await manager.log.close();
        },
        parse: () => texts.map((text) => JSON.parse(text)),
      },
      { warmUp: 1 },
    );
    const [folded, opened, parsed] = [times.evolve, times.open, times.parse].map((ms) => (events.length / ms) * 1_000);
    const baseline = `${thousands(parsed)} a second only parsed`;
    return [
      figure("events folded a second", {
        value: thousands(folded),
        baseline,
        ratio: folded / parsed,
        budget: "≥ 200,000",
        ok: folded >= 200_000,
      }),
      figure("  with reading them", { value: thousands(opened), baseline, ratio: opened / parsed }),
    ];
  });
}
