// One agent of a replay, in a process of its own: takes a node, sleeps for as long as its work would take, makes the
// recorded change in the worktree, hands it in. Says over IPC when it is ready, and at the end what it did when.
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { doors } from "./doors.mjs";

const { agent, root, plan, door, traces, traceFile, count, minute } = JSON.parse(process.argv[2]);
const { applyCommit, estimateMinutes } = await import(pathToFileURL(`${traces}/history.mjs`).href);
const { editsOf } = await import(pathToFileURL(`${traces}/replay.mjs`).href);

process.once("disconnect", () => process.exit(1));
const whole = JSON.parse(readFileSync(traceFile, "utf8"));
const trace = { ...whole, commits: whole.commits.slice(0, count) };
// Worked out once and remembered; it must not be taken for work on the first node.
editsOf(trace);
const { call, close } = await doors[door](root, agent);
await call("get_status", { agent });
process.send({ is: "ready" });
await new Promise((go) => process.once("message", go));
process.send({ is: "done", ...(await work()) });
await close();
process.disconnect();

async function work() {
  const nodes = [];
  const problems = [];
  for (;;) {
    const asked = now();
    const reply = await call("request_next_node", { agent, plan_id: plan, wait_seconds: 45 });
    if (reply.status === "none" && reply.reason === "plan_finished") return { nodes, problems };
    if (reply.status === "none") continue;
    if (reply.status !== "assigned") return { nodes, problems: [...problems, reply] };
    const commit = Number(reply.node.id.slice(1));
    const assigned = now();
    await sleep(estimateMinutes(trace.commits[commit]) * minute);
    const slept = now();
    applyCommit(trace, commit, reply.worktree);
    const worked = now();
    const verdict = await complete(reply);
    if (verdict.status !== "landed") return { nodes, problems: [...problems, verdict] };
    nodes.push({ id: reply.node.id, asked, assigned, slept, worked, landed: now() });
  }
}

async function complete({ lease, node }) {
  for (;;) {
    const reply = await call("complete_node", { agent, lease, summary: `Did ${node.title}.`, wait_seconds: 20 });
    if (reply.status !== "queued") return reply;
  }
}

/** On the clock that all processes share, in fractions of a millisecond. */
function now() {
  return performance.timeOrigin + performance.now();
}
