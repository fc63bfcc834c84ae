// Logs of workspaces that have seen much work: nearly all of it over, a plan under way.
import { toSections } from "../dist/core/snapshot.js";
import { openSqliteLog } from "../dist/log/sqlite/open.js";
import { landNode, must, planOf, playedWorkspace, takeNode } from "./played-work.mjs";

const nodesOfAPlan = 1_000;
const agents = 5;

/** A workspace of about so many events: one plan of a thousand nodes after another has landed, the last is half done. */
export async function workedWorkspace(wanted) {
  const { workspace, events, execute } = playedWorkspace();
  const begin = (plan) => must(execute, { type: "SubmitPlan", plan: planOf(plan, nodesOfAPlan) });
  const work = async (plan, nodes) => {
    for (let i = 0; i < nodes; i += 1) await landNode(execute, await takeNode(execute, `agent-${i % agents}`, plan));
  };
  for (let number = 1; events.length < wanted - 5 * nodesOfAPlan; number += 1) {
    const plan = `plan-${number}`;
    await begin(plan);
    await work(plan, nodesOfAPlan);
    await must(execute, { type: "ReportPlanLanded", plan, commit: workspace.plans.get(plan).tip });
  }
  await begin("under-way");
  await work("under-way", nodesOfAPlan / 2);
  for (let i = 0; i < agents; i += 1) await takeNode(execute, `agent-${i}`, "under-way");
  return { workspace, events };
}

/** Puts a workspace's events into a new store, and with `snapshot` what they make of it. */
export async function fillLog(file, stream, { workspace, events }, { snapshot = false } = {}) {
  const log = await openSqliteLog({ file });
  for (let from = 0; from < events.length; from += 5_000) {
    const append = events.slice(from, from + 5_000);
    await log.transact(stream, from, () => ({ append, claims: [], result: undefined }));
  }
  if (snapshot) await log.writeSnapshot(stream, { position: workspace.position, sections: toSections(workspace) });
  await log.close();
}
