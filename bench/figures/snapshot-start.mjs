import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { script } from "../built.mjs";
import { figure, milliseconds, thousands } from "../figure.mjs";
import { interleaved, median } from "../interleaved.mjs";
import { inTemporaryFolder } from "../temporary-folder.mjs";
import { fillLog, workedWorkspace } from "../worked-log.mjs";

/** Starting on a long log from its snapshot, in new processes; beside only reading the snapshot's rows. */
export function snapshotStart({ quick }) {
  return inTemporaryFolder(async (folder) => {
    const file = join(folder, "state.db");
    const worked = await workedWorkspace(quick ? 50_000 : 1_000_000);
    await fillLog(file, "long", worked, { snapshot: true });
    const ask = (what) =>
      Number(execFileSync(process.execPath, [script("children/starts-from-snapshot.mjs"), what, file, "long"]));
    const [ours, rows] = [[], []];
    await interleaved(quick ? 2 : 5, { ours: () => ours.push(ask("fold")), rows: () => rows.push(ask("rows")) });
    const [took, read] = [median(ours), median(rows)];
    return [
      figure(`start on ${thousands(worked.events.length)} events`, {
        value: milliseconds(took),
        baseline: `${milliseconds(read)} rows alone`,
        ratio: took / read,
        budget: "≤ 500 ms",
        ok: took <= 500,
      }),
    ];
  });
}
