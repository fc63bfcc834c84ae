// Plays the first commits of a trace as a plan: a repository, its plan, and agents in processes of their own.
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { discoverRepository } from "../../dist/execution/git/discover.js";
import { openExecution } from "../../dist/execution/open.js";
import { script } from "../built.mjs";
import { inTemporaryFolder } from "../temporary-folder.mjs";
import { doors } from "./doors.mjs";

const plan = "replay";

/**
 * Plays `nodes` (as `toPlan` makes them, with claims) and returns the tree that came out, what each agent did when, all
 * events, and what went wrong.
 */
export function play({ history, trace, nodes, agents, door, traces, traceFile, count, minute }) {
  return inTemporaryFolder(async (folder) => {
    const root = join(folder, "repository");
    history.createRepository(trace, root);
    await submit(root, nodes, agents);
    const about = { root, plan, door, traces, traceFile, count, minute };
    const crew = Array.from({ length: agents }, (_, i) => startAgent({ agent: `agent-${i + 1}`, ...about }));
    try {
      await Promise.all(crew.map(({ said }) => said("ready")));
      const began = performance.timeOrigin + performance.now();
      for (const { child } of crew) child.send("go");
      const told = await Promise.all(crew.map(({ said }) => said("done")));
      await Promise.all(crew.map(({ ended }) => ended));
      const ref = `refs/heads/interlock/${plan}`;
      return {
        began,
        tree: history.git(root, ["rev-parse", `${ref}^{tree}`]),
        worked: told.flatMap((one) => one.nodes),
        problems: told.flatMap((one) => one.problems),
        events: await eventsOf(root),
      };
    } finally {
      for (const { child } of crew) child.kill("SIGKILL");
    }
  });
}

/** The planner goes before the agents come, as its process would hold the steward's office. */
async function submit(root, nodes, agents) {
  const { call, close } = await doors.mcp(root, "planner");
  const reply = await call("submit_plan", {
    plan: {
      id: plan,
      title: "Replay",
      policy: { max_parallel: agents },
      nodes: nodes.map(({ id, title, dependsOn, writes = [], edits = [], estimateMinutes }) => ({
        id,
        title,
        depends_on: dependsOn,
        writes: writes.map(literal),
        edits: edits.map(literal),
        estimate_minutes: estimateMinutes,
        gates: [],
      })),
    },
  });
  await close();
  if (reply.refused) throw new Error(JSON.stringify(reply));
}

/** A pattern that means just this path. */
function literal(path) {
  return path.replace(/[*?[{]/g, "[$&]");
}

function startAgent(about) {
  const child = fork(script("replay/agent.mjs"), [JSON.stringify(about)]);
  const ended = once(child, "exit");
  const said = (what) =>
    new Promise((resolve, reject) => {
      child.on("message", (message) => {
        if (message.is === what) resolve(message);
      });
      ended.then(([code]) => reject(new Error(`${about.agent} ended with ${code}`)));
    });
  return { child, ended, said };
}

async function eventsOf(root) {
  const repository = await discoverRepository(root);
  const execution = await openExecution({ repository, report: (fault) => console.error(fault) });
  try {
    return await execution.events(0, 1_000_000);
  } finally {
    await execution.close();
  }
}
