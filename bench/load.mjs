/**
 * Lets many agents in many servers work on one repository, on small nodes without end, and says whether anything grew, broke
 * or was left over. Exits with 1 when a criterion does not hold.
 *
 * npm run load -- [--minutes 10] [--agents 100] [--processes 20] [--json]
 *
 * Every fifth server is a guest, which leaves now and then and comes back as a new process. Memory is that of the others.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Crew } from "./load/crew.mjs";
import { leftovers } from "./load/leftovers.mjs";
import { EndlessPlans } from "./load/plans.mjs";
import { randomFrom } from "./load/random.mjs";
import { git, makeRepository } from "./load/repository.mjs";
import { sample } from "./load/sample.mjs";
import { mb, median, verdicts } from "./load/verdict.mjs";
import { tableOf } from "./table.mjs";
import { inTemporaryFolder } from "./temporary-folder.mjs";

const options = readOptions();
const result = await inTemporaryFolder(load);
if (options.json) console.log(JSON.stringify(result));
if (result.verdicts.some(({ ok }) => ok === false)) process.exitCode = 1;

async function load(folder) {
  const { agents, processes, minutes } = options;
  const [root, measures] = [join(folder, "repository"), join(folder, "measures")];
  makeRepository(root, agents);
  mkdirSync(measures);
  const counts = {};
  const problems = [];
  const count = (what) => {
    counts[what] = (counts[what] ?? 0) + 1;
  };
  const wrong = (what) => {
    problems.push(what);
    if (problems.length <= 20) console.error(what);
  };
  let plans;
  const about = { root, measures, random: randomFrom(1), isOver: () => plans.over, count, wrong, guestSeconds: 20 };
  const crews = Array.from({ length: processes }, (_, i) => {
    const names = Array.from({ length: agents }, (__, n) => `agent-${n + 1}`).filter((__, n) => n % processes === i);
    return new Crew({ ...about, agents: names, isGuest: i % 5 === 4 });
  });
  const [planner] = crews;
  plans = new EndlessPlans(planner.call, { root, nodes: Math.max(agents, 20), wrong });
  const samples = [];
  const began = performance.now();
  try {
    for (const crew of crews) await crew.arrive();
    const ended = new AbortController();
    const sampling = sampleOften(() => sample({ root, measures }, crews), samples, counts, began, ended.signal);
    const working = Promise.all([plans.keep(2), ...crews.map((crew) => crew.work())]);
    await Promise.race([sleep(minutes * 60_000), working]);
    plans.end();
    await working;
    ended.abort();
    await sampling;
    await Promise.all(crews.map((crew) => crew.close()));
  } catch (fault) {
    wrong(fault.stack);
  } finally {
    for (const crew of crews) crew.kill();
  }
  const left = await leftovers({ root, pool: agents });
  checkRepository(root, counts, wrong);
  const told = verdicts({ samples, problems, left });
  const seconds = (performance.now() - began) / 1_000;
  if (!options.json) console.log(draw({ told, left, counts, seconds, plans: plans.landed }));
  return { counts, plans: plans.landed, seconds, samples, problems, left, verdicts: told };
}

async function sampleOften(take, samples, counts, began, signal) {
  const columns = [
    "s",
    "landed",
    "heap",
    "rss",
    "handles",
    "loop",
    "stall",
    "procs",
    "log",
    "wal",
    ".git",
    "slots",
    "slots MB",
    "refs",
    "parked",
  ];
  if (!options.json) console.log(columns.map((name) => name.padStart(9)).join(""));
  for (let n = 1; !signal.aborted; n += 1) {
    const left = began + n * options.everySeconds * 1_000 - performance.now();
    await sleep(Math.max(0, left), undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    const one = { seconds: Math.round((performance.now() - began) / 1_000), landed: counts.landed ?? 0, ...take() };
    samples.push(one);
    if (options.json) continue;
    const cells = [
      ...[one.seconds, one.landed, mb(median(one.heap)), mb(median(one.rss)), median(one.handles), median(one.active)],
      ...[`${one.stall.toFixed(0)} ms`, one.processes, mb(one.store), mb(one.wal), mb(one.gitSize), one.slots],
      ...[mb(one.worktrees), one.refs, one.parked],
    ];
    console.log(cells.map((cell) => String(cell).padStart(9)).join(""));
  }
}

/** The owner's checkout is as the last landing left it, and whole, and every node's file is there. */
function checkRepository(root, counts, wrong) {
  const status = git(root, ["status", "--porcelain"]);
  if (status !== "") wrong(`the checkout is not clean: ${status.slice(0, 500)}`);
  const own = git(root, ["ls-files", "src"])
    .split("\n")
    .filter((path) => path.includes("/load-")).length;
  if (own !== (counts.landed ?? 0)) wrong(`${counts.landed} nodes landed, and ${own} left their file on the target`);
  const damage = git(root, ["fsck", "--connectivity-only", "--no-dangling"]);
  if (damage !== "") wrong(`git fsck: ${damage.slice(0, 500)}`);
}

function draw({ told, left, counts, seconds, plans }) {
  const rows = told.map(({ name, ok, value }) => [
    name,
    value,
    ok === undefined ? "too short to tell" : ok ? "ok" : "FAILED",
  ]);
  const done = Object.entries(counts).map(([what, n]) => `${what} ${n}`);
  const before = Object.entries(left.before).filter(([, all]) => all.length > 0);
  return [
    `\n${seconds.toFixed(0)} s, plans landed ${plans}, ${done.join(", ")}; ${((counts.landed ?? 0) / seconds).toFixed(1)} nodes a second`,
    ...before.map(([name, all]) => `before gc: ${name}: ${all.length} (${all.slice(0, 3).join(", ")})`),
    ...Object.entries(left.after)
      .filter(([, all]) => all.length > 0)
      .map(([name, all]) => `after gc: ${name}: ${all.length} (${all.slice(0, 5).join(", ")})`),
    tableOf(["criterion", "value", ""], rows, ["criterion", "value", ""]),
  ].join("\n");
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      minutes: { type: "string", default: "10" },
      agents: { type: "string", default: "100" },
      processes: { type: "string", default: "20" },
      "every-seconds": { type: "string", default: "10" },
      json: { type: "boolean", default: false },
    },
  });
  const number = (name) => {
    const value = Number(values[name]);
    if (value > 0) return value;
    console.error(`load: --${name} must be a number above 0`);
    return process.exit(2);
  };
  const [agents, processes] = [Math.round(number("agents")), Math.round(number("processes"))];
  return {
    minutes: number("minutes"),
    agents,
    processes: Math.min(agents, processes),
    everySeconds: number("every-seconds"),
    json: values.json,
  };
}
