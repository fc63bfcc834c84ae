/**
 * Plays recorded histories as plans and says how near the agents came to what graph and claims allow. Exits with 1 when a tree
 * is not the one that the commits in their order make, or when anything but landing happened to a node.
 *
 * npm run bench:replay -- --traces DIR --agents N[,N...] [--granularity file|region] [--claims writes|edits] [--minute MS]
 *   [--count N] [--trace NAME] [--door mcp|inside] [--json]
 *
 * Lists are played in all combinations. Without --trace all traces of the folder are played, without --count all commits.
 * `--door inside` puts the execution into the agents' processes, to tell what MCP costs.
 */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { leastMinutes } from "./replay/bound.mjs";
import { doors } from "./replay/doors.mjs";
import { play } from "./replay/play.mjs";
import { parts, whereTimeWent } from "./replay/where-time-went.mjs";
import { tableOf } from "./table.mjs";
import { inTemporaryFolder } from "./temporary-folder.mjs";

const options = readOptions();
const history = await import(pathToFileURL(join(options.traces, "history.mjs")).href);
const results = [];
for (const name of options.trace) await playTrace(name);
console.log(options.json ? JSON.stringify(results) : `\n${draw(results)}`);
if (results.some(({ problems }) => problems.length > 0)) process.exitCode = 1;

async function playTrace(name) {
  const traceFile = join(options.traces, `${name}.json`);
  const whole = JSON.parse(readFileSync(traceFile, "utf8"));
  const trace = { ...whole, commits: whole.commits.slice(0, options.count) };
  const count = trace.commits.length;
  const expected = await inTemporaryFolder((folder) => history.writeSequential(trace, join(folder, "repository")));
  for (const granularity of options.granularity) {
    for (const claims of options.claims) {
      const nodes = claimed(history.toPlan(trace, { granularity }).nodes, claims);
      for (const agents of options.agents) {
        const { traces, minute, door } = options;
        const played = await play({ history, trace, nodes, agents, door, traces, traceFile, count, minute });
        const result = { trace: name, granularity, claims, agents, ...judged(nodes, played, expected, agents) };
        results.push(result);
        if (!options.json) console.log(inOneLine(result));
        for (const problem of result.problems) console.error(problem);
      }
    }
  }
}

/** `toPlan` names what a node changes; how it holds that is our question. */
function claimed(nodes, claims) {
  return nodes.map(({ writes, ...node }) => ({ ...node, [claims]: writes }));
}

function judged(nodes, { began, tree, worked, problems, events }, expected, agents) {
  const work = nodes.reduce((sum, { estimateMinutes }) => sum + estimateMinutes, 0) * options.minute;
  const took = Math.max(...worked.map(({ landed }) => landed)) - began;
  const least = leastMinutes(nodes, agents) * options.minute;
  const spent = whereTimeWent(nodes, worked, events, began);
  const perNode = Object.fromEntries(parts.map((part) => [part, spent[part] / worked.length]));
  const unwanted = events.filter(({ event }) => ["NodeReturned", "NodeGivenUp", "AttemptFenced"].includes(event.type));
  return {
    nodes: nodes.length,
    took,
    speedUp: work / took,
    allowed: work / least,
    share: least / took,
    overhead: parts.filter((part) => !["waiting", "work"].includes(part)).reduce((sum, part) => sum + perNode[part], 0),
    perNode,
    problems: [
      ...problems.map((problem) => `a call was answered with ${JSON.stringify(problem)}`),
      ...unwanted.map(({ event }) => `${event.node}: ${event.type}`),
      ...(worked.length === nodes.length ? [] : [`${worked.length} of ${nodes.length} nodes landed`]),
      ...(tree === expected ? [] : [`the tree is ${tree}, one after another makes ${expected}`]),
    ],
  };
}

function inOneLine({ trace, granularity, claims, agents, speedUp, allowed, share, overhead, problems }) {
  const verdict = problems.length === 0 ? "trees equal" : "WRONG";
  const near = `speed-up ${speedUp.toFixed(2)} of ${allowed.toFixed(2)} (${(share * 100).toFixed(1)} %)`;
  return `${trace}, ${granularity}, ${claims}, ${agents} agents: ${near}, ${overhead.toFixed(0)} ms a node beside the work, ${verdict}`;
}

function draw(all) {
  const times = parts.filter((part) => part !== "work");
  const columns = [
    "trace",
    "graph",
    "claims",
    "agents",
    "nodes",
    "seconds",
    "speed-up",
    "allowed",
    "% of it",
    "ms/node",
  ];
  const rows = all.map((one) => [
    ...[one.trace, one.granularity, one.claims, one.agents, one.nodes, (one.took / 1000).toFixed(1)],
    ...[one.speedUp.toFixed(2), one.allowed.toFixed(2), (one.share * 100).toFixed(1), one.overhead.toFixed(0)],
    ...times.map((part) => Math.round(one.perNode[part]) || 0),
    one.problems.length === 0 ? "equal" : "WRONG",
  ]);
  const legend =
    "seconds from the first request to the last landing. ms/node: all that a node took beside its work and waiting for others;\n" +
    "after it where that went. waiting: nothing could be handed out; brief: from the slot to the agent; apply: writing the change;\n" +
    "submit: reading the worktree; train: merging and landing; verdict: from the landing to the agent.";
  return `${tableOf([...columns, ...times, "tree"], rows, ["trace", "graph", "claims", "tree"])}\n\n${legend}`;
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      traces: { type: "string" },
      agents: { type: "string", default: "1,2,3,5,8" },
      granularity: { type: "string", default: "file" },
      claims: { type: "string", default: "writes" },
      minute: { type: "string", default: "50" },
      count: { type: "string" },
      trace: { type: "string" },
      door: { type: "string", default: "mcp" },
      json: { type: "boolean", default: false },
    },
  });
  if (!values.traces) usage("--traces DIR is needed: the folder with the recorded histories");
  const traces = resolve(values.traces);
  const there = readdirSync(traces)
    .filter((file) => file.endsWith(".json"))
    .map((file) => basename(file, ".json"));
  return {
    traces,
    trace: values.trace ? oneOf("--trace", values.trace, there) : there,
    agents: values.agents.split(",").map((text) => wholeNumber("--agents", text)),
    granularity: oneOf("--granularity", values.granularity, ["file", "region"]),
    claims: oneOf("--claims", values.claims, ["writes", "edits"]),
    minute: wholeNumber("--minute", values.minute),
    count: values.count === undefined ? undefined : wholeNumber("--count", values.count),
    door: oneOf("--door", values.door, Object.keys(doors))[0],
    json: values.json,
  };
}

function oneOf(option, text, known) {
  const given = text.split(",");
  for (const one of given) if (!known.includes(one)) usage(`${option} must be of ${known.join(", ")}`);
  return given;
}

function wholeNumber(option, text) {
  if (!/^[1-9]\d*$/.test(text)) usage(`${option} must be a whole number of at least 1`);
  return Number(text);
}

function usage(say) {
  console.error(`bench:replay: ${say}`);
  process.exit(2);
}
