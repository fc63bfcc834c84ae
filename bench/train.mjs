/**
 * Lets agents hand in small nodes whose gate sleeps, and says how many land a minute: several judged at once, many with one run,
 * and one after another, in the same run. Exits with 1 when anything landed whose very tree had not passed.
 *
 * npm run bench:train -- [--agents 24] [--slots 4] [--nodes 72] [--failures 5,15] [--seconds 1]
 *
 * A node that fails is corrected by its agent and handed in again; a pair of nodes that pass alone and fail together is among them.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { discoverRepository } from "../dist/execution/git/discover.js";
import { openExecution } from "../dist/execution/open.js";
import { bigRepository } from "./big-repository.mjs";
import { tableOf } from "./table.mjs";
import { inTemporaryFolder } from "./temporary-folder.mjs";

const { values } = parseArgs({
  options: {
    agents: { type: "string", default: "24" },
    slots: { type: "string", default: "4" },
    nodes: { type: "string", default: "72" },
    failures: { type: "string", default: "5,15" },
    seconds: { type: "string", default: "1" },
  },
});
const [agents, slots, nodes, seconds] = [values.agents, values.slots, values.nodes, values.seconds].map(Number);

const rows = [];
for (const share of values.failures.split(",").map(Number)) {
  const minutes = new Map();
  for (const policy of ["serial", "batch", "window", "auto"]) {
    const { took, runs, wrong, decision } = await inTemporaryFolder((folder) => play(folder, { policy, share }));
    minutes.set(policy, took);
    const faster = `${(minutes.get("serial") / took).toFixed(2)} ×`;
    const perMinute = ((nodes / took) * 60).toFixed(1);
    rows.push([
      `${share} %`,
      policy,
      policy === "batch" || policy === "serial" ? 1 : slots,
      took.toFixed(1),
      perMinute,
      faster,
      runs,
      decision.toFixed(2),
      wrong.length,
    ]);
    console.error(`${share} % ${policy}: ${took.toFixed(1)} s`);
    for (const one of wrong) console.error(one);
    if (wrong.length > 0) process.exitCode = 1;
  }
}
const columns = [
  "failures",
  "policy",
  "gate slots",
  "seconds",
  "landed a minute",
  "beside serial",
  "gate runs",
  "ms a decision",
  "unproven",
];
console.log(`\n${tableOf(columns, rows, ["failures", "policy"])}`);

/** One plan from the first hand-in to the last landing. */
async function play(folder, { policy, share }) {
  const root = join(folder, "repository");
  mkdirSync(root);
  await bigRepository(root, 50);
  const runs = join(folder, "runs");
  const gate = `git rev-parse "HEAD^{tree}" >> ${runs}.$$; sleep ${seconds}; ! grep -qs bad *.txt && ! { [ -e left.txt ] && [ -e right.txt ] && [ ! -e both.txt ]; } && git rev-parse "HEAD^{tree}" >> ${runs}`;
  const parallel = policy === "serial" || policy === "batch" ? 1 : slots;
  writeFileSync(
    join(root, "interlock.yaml"),
    `gates:\n  parallel: ${parallel}\n  policy: ${policy}\n  list: [{name: test, default: true, run: '${gate}'}]\n`,
  );
  const { execFileSync } = await import("node:child_process");
  const git = (...args) =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], { cwd: root, encoding: "utf8" }).trim();
  git("add", "-A");
  git("commit", "-qm", "gates");
  const repository = await discoverRepository(root);
  const execution = await openExecution({ repository, report: (fault, doing) => console.error(doing, fault) });
  execution.start({ longLived: true });
  const ids = Array.from({ length: nodes }, (_, i) => `n${i}`);
  const request = {
    header: { id: "p", title: "p", constraints: [], policy: { maxParallel: agents }, flags: {} },
    nodes: ids.map((id) => ({
      id,
      kind: "work",
      title: id,
      instructions: id,
      requires: [],
      dependsOn: [],
      writes: [],
      edits: [`${id}.txt`],
      reads: [],
      watches: [],
      uses: [],
      priority: 2,
      retries: 2,
    })),
    draft: { nodes: [] },
    problems: [],
  };
  const receipt = await execution.submitPlan(request, { dryRun: false }, newCall());
  if (receipt.refused) throw new Error(JSON.stringify(receipt));
  const bad = new Set(ids.filter((_, i) => (i * 37 + 11) % 100 < share));
  const began = performance.now();
  await Promise.all(Array.from({ length: agents }, (_, i) => agent(execution, `agent-${i}`, bad)));
  const took = (performance.now() - began) / 1_000;
  const events = await execution.events(0, 1_000_000);
  await execution.close();
  return { took, runs: runCount(events), wrong: unproven(git, events, runs), decision: await decisionMs(events) };
}

/** Each call has a signal of its own. */
function newCall() {
  return { tool: "bench", inputDigest: "", signal: new AbortController().signal };
}

async function agent(execution, name, bad) {
  for (;;) {
    const work = await execution.requestNextNode(
      { agent: name, capabilities: [], acceptParked: false, waitMs: 20_000 },
      newCall(),
    );
    if (work.status === "none" && work.reason === "plan_finished") return;
    if (work.status !== "assigned") continue;
    const { id } = work.node;
    const file = join(work.worktree, `${id}.txt`);
    writeFileSync(file, bad.has(id) ? "bad\n" : "good\n");
    // Two that pass alone and fail together: whichever comes second has to know of the first.
    if (id === "n5") writeFileSync(join(work.worktree, "left.txt"), "left\n");
    if (id === "n17") writeFileSync(join(work.worktree, "right.txt"), "right\n");
    const caller = { agent: name, lease: work.lease };
    for (;;) {
      const answer = await execution.completeNode(caller, { summary: id, waitMs: 600_000 }, newCall());
      if (answer.status === "landed") break;
      if (answer.status === "queued") continue;
      if (answer.status !== "rework") throw new Error(JSON.stringify(answer));
      writeFileSync(file, "good\n");
      if (id === "n5" || id === "n17") writeFileSync(join(work.worktree, "both.txt"), "both\n");
    }
  }
}

function runCount(events) {
  return events.filter(({ event }) => event.type === "GateStarted").length;
}

/** Landings whose tree no gate has seen pass. */
function unproven(git, events, runs) {
  const passed = new Set(readFileSync(runs, "utf8").split("\n"));
  const intended = events.filter(({ event }) => event.type === "LandingIntended");
  return intended
    .map(({ event }) => git("rev-parse", `${event.candidate}^{tree}`))
    .filter((tree) => !passed.has(tree))
    .map((tree) => `the tree ${tree} landed and had not passed`);
}

/** The longest that proposing steps took on any state of the run, in milliseconds. */
async function decisionMs(events) {
  const { evolve, settled } = await import("../dist/core/evolve.js");
  const { emptyWorkspace } = await import("../dist/core/workspace.js");
  const { chooseMode } = await import("../dist/core/train-mode.js");
  const { trainSteps } = await import("../dist/core/train-policy.js");
  const workspace = emptyWorkspace();
  let longest = 0;
  for (const recorded of events) {
    evolve(workspace, recorded);
    settled(workspace);
    for (const plan of workspace.plans.values()) {
      const start = performance.now();
      trainSteps(plan, chooseMode(workspace, plan).mode);
      longest = Math.max(longest, performance.now() - start);
    }
  }
  return longest;
}
