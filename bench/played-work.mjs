// Plans whose nodes are worked without git: every event that a real one leaves behind, with made-up ids.

import { perform } from "../dist/core/perform.js";
import { emptyWorkspace } from "../dist/core/workspace.js";

/** A plan of so many nodes in chains of ten, each with a path of its own. */
export function planOf(id, size) {
  const width = Math.ceil(size / 10);
  return {
    id,
    title: id,
    constraints: [],
    target: "main",
    base: gitId(0),
    policy: { mode: "parallel", maxParallel: 1_000, scope: "auto", onFailure: "continue" },
    flags: {},
    digest: id,
    nodes: Array.from({ length: size }, (_, i) => nodeOf(i, width)),
  };
}

function nodeOf(i, width) {
  return {
    id: `n${i}`,
    kind: "work",
    title: `Change part ${i}`,
    instructions: `Do what part ${i} needs, and nothing else.`,
    requires: [],
    dependsOn: i < width ? [] : [`n${i - width}`],
    writes: [`src/part-${i % 100}/file-${i}.ts`],
    edits: [],
    reads: [],
    watches: [],
    uses: [],
    priority: 2,
    estimateMinutes: 10 + (i % 7),
    gates: [],
    retries: 2,
  };
}

/** Hands a node out. Returns the event of its lease. */
export async function takeNode(execute, agent, plan) {
  const request = { type: "RequestNode", agent, process: "bench", capabilities: [], acceptParked: false };
  const leased = findEvent(await must(execute, { ...request, plan }), "NodeLeased");
  const { node, attempt, slot } = leased;
  await must(execute, { type: "ReportSlot", plan, node, attempt, slot });
  return leased;
}

/** Hands a node in and lands it; nothing may have landed since it was handed out. */
export async function landNode(execute, { plan, node, attempt, slot, base, claims }) {
  const [commit, tree, candidate] = [gitId(), gitId(), gitId()];
  const paths = claims.map(({ pattern }) => pattern);
  const submission = { commit, tree, base, paths, summary: "Done as asked; the tests pass." };
  await must(execute, { type: "SubmitNode", plan, node, attempt, ...submission });
  await buildAndLand(execute, { plan, node, attempt, candidate, tree, onto: base, paths });
  await must(execute, { type: "RetireSlot", slot, leftOut: [] });
}

async function buildAndLand(execute, built) {
  const { plan, node, candidate } = built;
  await must(execute, { type: "ReportCandidate", ...built });
  await must(execute, { type: "IntendLanding", plan, node, candidate });
  await must(execute, { type: "ReportLanded", plan, node, candidate });
}

/** A workspace in memory, and every event that it went through. */
export function playedWorkspace() {
  const workspace = emptyWorkspace();
  const events = [];
  let now = 1_750_000_000_000;
  const execute = (command) => {
    now += 1_000;
    const answer = perform(workspace, command, now);
    if (answer.events) events.push(...answer.events);
    return answer;
  };
  return { workspace, events, execute };
}

/** Carries a command out; a refusal is a fault of the benchmark. */
export async function must(execute, command) {
  const answer = await execute(command);
  if (answer.refused) throw new Error(`${command.type}: ${JSON.stringify(answer)}`);
  return answer;
}

function findEvent({ events }, type) {
  return events.find(({ event }) => event.type === type).event;
}

let ids = 0;
function gitId(number) {
  ids += 1;
  return (number ?? ids).toString(16).padStart(40, "0");
}
