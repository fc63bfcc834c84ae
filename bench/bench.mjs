/**
 * Measures what DESIGN.md sets budgets for, each figure in one interleaved run beside what a user would pick instead. Prints one
 * table. Exits with 1 only when something was wrong rather than slow: a claim granted twice, an error of the store.
 *
 * npm run bench -- [--only NAME[,NAME...]] [--quick] [--json]
 *
 * `--quick` is for trying the benchmarks themselves; its figures mean little. How near agents come to what a plan allows is
 * measured by `npm run bench:replay`.
 */
import { parseArgs } from "node:util";
import { claimRelease } from "./figures/claim-release.mjs";
import { eightProcesses } from "./figures/eight-processes.mjs";
import { fold } from "./figures/fold.mjs";
import { growingPlan } from "./figures/growing-plan.mjs";
import { impact } from "./figures/impact.mjs";
import { landing } from "./figures/landing.mjs";
import { memory } from "./figures/memory.mjs";
import { slots } from "./figures/slots.mjs";
import { snapshotStart } from "./figures/snapshot-start.mjs";
import { startUp } from "./figures/start-up.mjs";
import { toolsList } from "./figures/tools-list.mjs";
import { tableOf } from "./table.mjs";

const figures = {
  claims: claimRelease,
  processes: eightProcesses,
  growing: growingPlan,
  slots,
  landing,
  start: startUp,
  fold,
  snapshot: snapshotStart,
  memory,
  impact,
  tools: toolsList,
};

const { values } = parseArgs({
  options: { only: { type: "string" }, quick: { type: "boolean" }, json: { type: "boolean" } },
});
const chosen = values.only?.split(",") ?? Object.keys(figures);
const unknown = chosen.filter((name) => !(name in figures));
if (unknown.length > 0) {
  console.error(`bench: there is no ${unknown.join(", ")}; choose of ${Object.keys(figures).join(", ")}`);
  process.exit(2);
}

const measured = [];
for (const name of chosen) {
  if (!values.json) console.error(`measuring ${name} ...`);
  measured.push(...(await figures[name]({ quick: values.quick ?? false })));
}
console.log(values.json ? JSON.stringify(measured) : draw(measured));
if (measured.some(({ ok, wrong }) => ok === false && wrong)) process.exitCode = 1;

function draw(rows) {
  const columns = ["figure", "value", "baseline", "ratio", "budget", ""];
  const cells = rows.map(({ name, value, baseline, ratio, budget, ok }) => [
    ...[name, value, baseline, ratio?.toFixed(2) ?? "", budget],
    ok === undefined ? "" : ok ? "ok" : "MISS",
  ]);
  return tableOf(columns, cells, ["figure", "baseline", "budget", ""]);
}
