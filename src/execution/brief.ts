import type { WorkspaceEvent } from "../core/event.ts";
import { standingOn } from "../core/grounds.ts";
import { type AgentName, nodeKey } from "../core/ids.ts";
import { heldBy, patternOf } from "../core/locks/locks.ts";
import { type Node, workedOn } from "../core/node/node.ts";
import { overlap } from "../core/pattern/overlap.ts";
import { integrationRef, type Plan } from "../core/plan/plan.ts";
import { namesContract } from "../core/soft-edges.ts";
import { artifactKey } from "../core/speculation/artifact.ts";
import { activeAssumptions } from "../core/speculation/assumptions.ts";
import { inForce } from "../core/speculation/contracts.ts";
import { refOf } from "../core/workspace.ts";
import type { Assigned, NodeContext, Refused, Rework } from "./answers.ts";
import { decidedAbout } from "./decided.ts";
import type { Hands } from "./hands.ts";
import { lentVariables } from "./lent-variables.ts";
import { submissionRef } from "./refs.ts";
import { noteTold } from "./told-back.ts";

/** What a node's context may weigh in all, in characters of JSON; instructions are not counted and never cut. */
const contextLimit = 4_000;

/** Nobody takes more for granted about one node that is worth reading. */
const mostAssumptions = 20;

/** Everything an agent needs to begin, read from the state and, for texts, from the log. */
export async function briefOf(hands: Hands, node: Node, resumed: boolean): Promise<Assigned | Refused> {
  const { manager, slots, tokens } = hands;
  const plan = manager.workspace.plans.get(node.plan);
  const attempt = workedOn(node);
  if (!plan || !attempt) return { refused: "stale_lease", state: node.state.is };
  const { kind, title, role, priority, estimateMinutes, gates, nodeGates = [], redGates, tokenBudget } = node.spec;
  const claims = heldBy(manager.workspace.locks, refOf(node));
  const rework = await reworkOf(hands, node);
  return {
    status: "assigned",
    node: {
      id: node.id,
      planId: plan.id,
      kind,
      title,
      instructions: await instructionsOf(hands, node),
      ...(role === undefined ? {} : { role }),
      priority,
      ...(estimateMinutes === undefined ? {} : { estimateMinutes }),
      gates: [...gates, ...nodeGates],
      ...(redGates?.length ? { redGates } : {}),
      attempt: attempt.attempt,
    },
    lease: tokens.mint(attempt),
    leaseExpiresAt: attempt.until,
    worktree: slots.pathOf(attempt.slot),
    branch: submissionRef(refOf(node)),
    baseCommit: attempt.base,
    claims,
    environment: environmentOf(node, attempt.agent, claims),
    context: await contextOf(hands, plan, node),
    ...(tokenBudget === undefined ? {} : { tokenBudget }),
    resumed,
    ...(attempt.offered ? { parked: attempt.offered } : {}),
    ...(rework ? { rework } : {}),
  };
}

/** Why a node came back, with hunks or output as the train saw them; nothing while it is not in rework. */
export async function reworkOf(hands: Hands, node: Node): Promise<Rework | undefined> {
  if (node.state.is !== "rework") return undefined;
  noteTold(hands.manager, node);
  const event = await eventAt(hands, node.state.saidAt);
  const worktree = hands.slots.pathOf(node.state.attempt.slot);
  if (event?.type === "NodeWithdrawn") {
    const because = event.because === undefined ? {} : { because: event.because };
    return { status: "rework", reason: "withdrawn", ...because, conflicts: [], gates: [], worktree };
  }
  if (event?.type !== "NodeReturned") return undefined;
  const { why } = event;
  return {
    status: "rework",
    reason: why.reason,
    conflicts: why.reason === "conflict" ? why.conflicts : [],
    gates: why.reason === "gate_failed" ? why.gates : [],
    ...(why.reason === "gate_failed" && why.score ? { score: why.score } : {}),
    ...(why.reason === "ground_changed" ? { ground: { nodes: why.nodes, contracts: why.contracts ?? [] } } : {}),
    worktree,
  };
}

/** The environment of a node's commands: who it is, and what it was lent. */
function environmentOf(
  node: Node,
  agent: AgentName,
  claims: readonly { readonly kind: string; readonly pattern: string; readonly value?: number }[],
): Readonly<Record<string, string>> {
  return { INTERLOCK_PLAN: node.plan, INTERLOCK_NODE: node.id, INTERLOCK_AGENT: agent, ...lentVariables(claims) };
}

async function instructionsOf(hands: Hands, node: Node): Promise<string> {
  const event = await eventAt(hands, node.textAt);
  if (event?.type === "NodeAdded") return event.node.instructions;
  return event?.type === "NodeChanged" ? (event.change.instructions ?? "") : "";
}

/** Newest first within what fits: results of direct dependencies before what others learned. */
async function contextOf(hands: Hands, plan: Plan, node: Node): Promise<NodeContext> {
  const { goal, constraints } = plan.header;
  const dependencies: NodeContext["dependencies"][number][] = [];
  const knowledge: NodeContext["knowledge"][number][] = [];
  let left = contextLimit - (goal?.length ?? 0) - JSON.stringify(constraints).length;
  let cut = false;
  const fits = (entry: unknown) => {
    left -= JSON.stringify(entry).length;
    if (left < 0) cut = true;
    return left >= 0;
  };
  const standsOn = standingOn(plan, node).filter(fits);
  const decisions = (await decidedAbout(hands, refOf(node))).filter(fits);
  for (const id of node.spec.dependsOn) {
    const before = plan.nodes.get(id);
    const begun = standsOn.find((ground) => ground.node === id && ground.edge === "submit");
    const commit = before && (begun?.edge === "submit" ? begun.on : commitOf(before));
    if (!before || commit === undefined) continue;
    const said = before.submittedAt === undefined ? undefined : await eventAt(hands, before.submittedAt);
    const { summary = "", outputs } = said?.type === "NodeSubmitted" || said?.type === "NodeLanded" ? said : {};
    const entry = { node: id, summary, commit, ...(outputs === undefined ? {} : { outputs }) };
    if (fits(entry)) dependencies.push(entry);
  }
  const contracts = contractsFor(hands, node).filter(fits);
  const assumptions = (await assumptionsFor(hands, node)).filter(fits);
  for (const known of fittingKnowledge(hands, node)) {
    const event = await eventAt(hands, known);
    if (event?.type !== "KnowledgeShared") continue;
    const entry = { topic: event.topic, text: event.text, from: event.agent };
    if (!fits(entry)) break;
    knowledge.push(entry);
  }
  const found = { constraints, contracts, assumptions, knowledge, dependencies, cut };
  const decided = decisions.length > 0 ? { decisions } : {};
  return {
    ...(goal === undefined ? {} : { goal }),
    ...found,
    ...decided,
    ...(standsOn.length > 0 ? { standsOn } : {}),
  };
}

/** The contracts that a node or its agent relies on, in the version in force, or else in the latest. */
function contractsFor({ manager }: Hands, node: Node): NodeContext["contracts"] {
  const agent = workedOn(node)?.agent;
  const contracts = [...manager.workspace.speculation.contracts.values()];
  const own = contracts.filter(
    ({ name, consumers: { agents, nodes } }) =>
      namesContract(node, name) ||
      agents.some((one) => one === agent) ||
      nodes.some((ref) => nodeKey(ref) === nodeKey(refOf(node))),
  );
  return own.flatMap((contract) => {
    const version = inForce(contract) ?? contract.versions.at(-1);
    if (!version) return [];
    return [{ name: contract.name, version: version.version, status: version.status, kind: version.kind }];
  });
}

/** What is taken for granted for a node or about it, and has not been settled. */
async function assumptionsFor(hands: Hands, node: Node): Promise<NodeContext["assumptions"]> {
  const key = nodeKey(refOf(node));
  const own = [...activeAssumptions(hands.manager.workspace)].filter(
    ({ from, about, depends }) =>
      (from && nodeKey(from) === key) || [about, ...depends].some(({ kind, id }) => kind === "node" && id === key),
  );
  const found = own.slice(-mostAssumptions).map(async ({ id, at, about, by, excerpt }) => {
    const event = await eventAt(hands, at);
    const text = event?.type === "AssumptionTracked" ? event.text : excerpt;
    return { id, text, about: artifactKey(about), by };
  });
  return Promise.all(found);
}

/** What a node is there as: where it landed, or what failed as expected and is in the worktree all the same. */
function commitOf({ state }: Node): string | undefined {
  if (state.is === "landed") return state.commit;
  return state.is === "submitted" ? state.red : undefined;
}

/** Where knowledge stands that names no paths, or paths that the node touches; newest first, the newest fifty looked at. */
function fittingKnowledge(hands: Hands, node: Node): readonly number[] {
  const { knowledge, locks } = hands.manager.workspace;
  const { writes, edits, reads } = node.spec;
  const own = [...writes, ...edits, ...reads].map((pattern) => patternOf(pattern, locks.ignoreCase));
  const fitting = knowledge
    .slice(-50)
    .filter(
      ({ paths }) =>
        paths.length === 0 ||
        paths.some((path) => own.some((pattern) => overlap(pattern, patternOf(path, locks.ignoreCase)) !== undefined)),
    );
  return fitting.map(({ at }) => at).reverse();
}

async function eventAt({ manager }: Hands, position: number): Promise<WorkspaceEvent | undefined> {
  const [recorded] = await manager.log.read(manager.stream, position - 1, 1);
  return recorded?.event;
}

/** The full name of a plan's integration branch without its prefix, as people type it. */
export function integrationBranch(plan: string): string {
  return integrationRef(plan).replace("refs/heads/", "");
}
