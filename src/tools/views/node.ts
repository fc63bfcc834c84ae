import { z } from "zod";
import { lastRunsOf, tallyOf } from "../../core/gate-history.ts";
import { groundsOf, standingOn } from "../../core/grounds.ts";
import { nodeKey, type Position } from "../../core/ids.ts";
import { isSuspect } from "../../core/lease.ts";
import { heldBy } from "../../core/locks/locks.ts";
import { attemptOf, type Node } from "../../core/node/node.ts";
import type { ReworkReason } from "../../core/node/node-events.ts";
import type { Plan } from "../../core/plan/plan.ts";
import type { Recorded } from "../../core/recorded.ts";
import { artifactKey } from "../../core/speculation/artifact.ts";
import { refOf, type Workspace } from "../../core/workspace.ts";
import type { Execution } from "../../execution/execution.ts";
import { shownScore, wordTally } from "../gate-words.ts";
import { instantReply } from "../reply.ts";
import { standsOnFacts, standsOnReply } from "../stands-on.ts";
import { timeText } from "../time-text.ts";
import { groundReply } from "../work-replies.ts";
import { gateTests, judged, judgedFacts, testsIn } from "./judged.ts";
import { blockedNodes, shownState, shownStates } from "./shown-state.ts";
import { submissionFacts, submissionReply } from "./submission.ts";

const texts = z.array(z.string());

export const nodeFacts = {
  view: z.literal("node"),
  plan_id: z.string(),
  node_id: z.string(),
  state: z.enum(shownStates),
  kind: z.enum(["work", "sync"]),
  title: z.string(),
  instructions: z.string(),
  role: z.string().optional(),
  group: z.string().optional(),
  when: z.string().optional(),
  requires: texts,
  depends_on: texts,
  soft_edges: z
    .array(z.strictObject({ node: z.string(), edge: z.enum(["submit", "contract"]), contract: z.string().optional() }))
    .optional(),
  speculative: z.literal(true).optional().describe("What stands_on names has not all landed."),
  stands_on: standsOnReply.optional(),
  paused_by: texts.optional().describe("Convergences that decide what becomes of it."),
  dependents: texts,
  dependents_total: z.int().optional(),
  writes: texts,
  edits: texts,
  reads: texts,
  watches: texts,
  uses: texts,
  gates: texts,
  gates_on_node_alone: texts.optional(),
  gates_expected_to_fail: texts.optional(),
  priority: z.int(),
  estimate_minutes: z.number().optional(),
  token_budget: z.int().optional(),
  attempts: z.int(),
  retries: z.int(),
  retries_used: z.int(),
  worked_minutes: z.number(),
  blocked_by: texts.optional(),
  attempt: z
    .strictObject({
      attempt: z.int(),
      agent: z.string(),
      since: instantReply,
      lease_expires_at: instantReply,
      suspect: z.literal(true).optional(),
      last_seen: instantReply,
      slot: z.string(),
      base_commit: z.string(),
      percent: z.number().optional(),
      note: z.string().optional(),
      tokens_used: z.int().optional(),
      claims: z.array(z.strictObject({ pattern: z.string(), mode: z.string(), value: z.number().optional() })),
    })
    .optional(),
  assumptions: z
    .array(z.strictObject({ id: z.string(), about: z.string(), by: z.string(), text: z.string(), status: z.string() }))
    .optional(),
  rework: z
    .strictObject({
      reason: z.string(),
      ground: groundReply.optional(),
      paths: texts.optional(),
      gates: texts.optional(),
      tests: gateTests.optional(),
    })
    .optional(),
  submission: submissionReply.optional(),
  candidate: judged.optional(),
  alone: judged.optional().describe("What was handed in, as gates of kind node judge it."),
  flaky_gates: z.array(z.strictObject({ gate: z.string(), history: z.string() })).optional(),
  red_at: z.string().optional().describe("The candidate on which its gates failed as expected."),
  commit: z.string().optional(),
  landed_at: instantReply.optional(),
  failed_as_base: texts.optional().describe("Gates that failed, as on the base."),
  failed_within_threshold: texts.optional().describe("Gates that failed, while the others reached the threshold."),
  score: z.number().optional(),
  failed_because: z.string().optional(),
  summary: z.string().optional(),
  outputs: z.unknown().optional(),
  parked: z.strictObject({ ref: z.string(), commit: z.string() }).optional(),
};
type NodeView = z.infer<z.ZodObject<typeof nodeFacts>>;

const mostDependents = 100;

/** All about one node; its texts are read from the log. */
export async function nodeView(
  workspace: Workspace,
  plan: Plan,
  node: Node,
  execution: Pick<Execution, "events" | "submittedChanges">,
): Promise<NodeView> {
  const { spec, state } = node;
  const blocked = blockedNodes(plan);
  const by = state.is === "pending" ? blocked.get(node.id) : undefined;
  const { role, group, when, estimateMinutes, tokenBudget } = spec;
  return {
    view: "node",
    plan_id: plan.id,
    node_id: node.id,
    state: shownState(node, blocked),
    kind: spec.kind,
    title: spec.title,
    instructions: instructionsIn(await eventAt(execution, node.textAt)),
    ...(role === undefined ? {} : { role }),
    ...(group === undefined ? {} : { group }),
    ...(when === undefined ? {} : { when }),
    requires: [...spec.requires],
    depends_on: [...spec.dependsOn],
    ...(spec.soft ? { soft_edges: spec.soft.map((edge) => ({ ...edge })) } : {}),
    ...(standingOn(plan, node).length > 0 ? { speculative: true as const } : {}),
    ...(groundsOf(node).length > 0 ? { stands_on: groundsOf(node).map(standsOnFacts) } : {}),
    ...(node.pausedBy ? { paused_by: [...node.pausedBy] } : {}),
    ...assumptionFacts(workspace, node),
    dependents: node.dependents.slice(0, mostDependents),
    ...(node.dependents.length > mostDependents ? { dependents_total: node.dependents.length } : {}),
    writes: [...spec.writes],
    edits: [...spec.edits],
    reads: [...spec.reads],
    watches: [...spec.watches],
    uses: [...spec.uses],
    gates: [...spec.gates, ...(spec.nodeGates ?? [])],
    ...(spec.nodeGates?.length ? { gates_on_node_alone: [...spec.nodeGates] } : {}),
    ...(spec.redGates?.length ? { gates_expected_to_fail: [...spec.redGates] } : {}),
    ...flakyGates(workspace, [...spec.gates, ...(spec.nodeGates ?? [])]),
    priority: spec.priority,
    ...(estimateMinutes === undefined ? {} : { estimate_minutes: estimateMinutes }),
    ...(tokenBudget === undefined ? {} : { token_budget: tokenBudget }),
    attempts: node.attempts,
    retries: spec.retries,
    retries_used: node.retriesUsed,
    worked_minutes: Math.round(node.times.workedMs / 600) / 100,
    ...(by ? { blocked_by: [...by] } : {}),
    ...(await attemptFacts(workspace, node, execution)),
    ...(state.is === "rework" ? reworkIn(await eventAt(execution, state.saidAt)) : {}),
    ...(await submissionFacts(workspace, plan, node, execution)),
    ...(state.is === "submitted" && state.candidate ? { candidate: judgedFacts(state.candidate) } : {}),
    ...(state.is === "submitted" && state.own ? { alone: judgedFacts(state.own) } : {}),
    ...(state.is === "submitted" && state.red !== undefined ? { red_at: state.red } : {}),
    ...(state.is === "landed" ? landedFacts(state) : {}),
    ...(state.is === "failed" ? { failed_because: state.why } : {}),
    ...handedIn(node.submittedAt === undefined ? undefined : await eventAt(execution, node.submittedAt)),
    ...(node.parked ? { parked: { ref: node.parked.ref, commit: node.parked.commit } } : {}),
  };
}

export function sayNode({ state, blocked_by: by, attempt }: NodeView): string {
  if (by) return "The node is blocked: something that it depends on failed or was cancelled.";
  return attempt?.suspect
    ? `The node is ${state}, but its agent has been silent beyond its lease.`
    : `The node is ${state}.`;
}

const mostAssumptions = 20;

/** What was taken for granted for the node or about it, settled or not; the newest of many. */
function assumptionFacts({ speculation }: Workspace, node: Node): Pick<NodeView, "assumptions"> {
  const key = nodeKey(refOf(node));
  const own = [...speculation.assumptions.values()].filter(
    ({ from, about }) => (from && nodeKey(from) === key) || (about.kind === "node" && about.id === key),
  );
  const shown = own.slice(-mostAssumptions).map(({ id, about, by, excerpt, state }) => {
    return { id, about: artifactKey(about), by, text: excerpt, status: state.is };
  });
  return shown.length > 0 ? { assumptions: shown } : {};
}

async function attemptFacts(
  workspace: Workspace,
  node: Node,
  execution: Pick<Execution, "events">,
): Promise<Pick<NodeView, "attempt">> {
  const attempt = attemptOf(node);
  if (!attempt) return {};
  const said = attempt.noteAt === undefined ? undefined : await eventAt(execution, attempt.noteAt);
  const note = said?.event.type === "ProgressReported" ? said.event.note : undefined;
  return {
    attempt: {
      attempt: attempt.attempt,
      agent: attempt.agent,
      since: timeText(attempt.since),
      lease_expires_at: timeText(attempt.until),
      ...(isSuspect(attempt, workspace.now) ? { suspect: true as const } : {}),
      last_seen: timeText(attempt.lastSeen),
      slot: attempt.slot,
      base_commit: attempt.base,
      ...(attempt.percent === undefined ? {} : { percent: attempt.percent }),
      ...(note === undefined ? {} : { note }),
      ...(attempt.tokens > 0 ? { tokens_used: attempt.tokens } : {}),
      claims: heldBy(workspace.locks, { plan: node.plan, node: node.id }).map(({ pattern, mode, value }) => ({
        pattern,
        mode,
        ...(value === undefined ? {} : { value }),
      })),
    },
  };
}

async function eventAt(execution: Pick<Execution, "events">, position: Position): Promise<Recorded | undefined> {
  const [recorded] = await execution.events(position - 1, 1);
  return recorded;
}

function landedFacts({ commit, at, failedAsBase, failedWithinThreshold, score }: Node["state"] & { is: "landed" }) {
  return {
    commit,
    landed_at: timeText(at),
    ...(failedAsBase ? { failed_as_base: [...failedAsBase] } : {}),
    ...(failedWithinThreshold ? { failed_within_threshold: [...failedWithinThreshold] } : {}),
    ...(score === undefined ? {} : { score: shownScore(score) }),
  };
}

function instructionsIn(recorded: Recorded | undefined): string {
  const event = recorded?.event;
  if (event?.type === "NodeAdded") return event.node.instructions;
  return event?.type === "NodeChanged" ? (event.change.instructions ?? "") : "";
}

function reworkIn(recorded: Recorded | undefined): Pick<NodeView, "rework"> {
  if (recorded?.event.type === "NodeWithdrawn") return { rework: { reason: "withdrawn" } };
  if (recorded?.event.type !== "NodeReturned") return {};
  const why: ReworkReason = recorded.event.why;
  if (why.reason === "conflict")
    return { rework: { reason: why.reason, paths: why.conflicts.map(({ path }) => path) } };
  if (why.reason === "ground_changed") {
    const contracts = (why.contracts ?? []).map((one) => ({ ...one }));
    return { rework: { reason: why.reason, ground: { nodes: [...why.nodes], contracts } } };
  }
  return { rework: { reason: why.reason, gates: why.gates.map(({ name }) => name), ...testsIn(why.gates) } };
}

/** Those of its gates that fail for no reason of the tree at times. */
function flakyGates({ gateHistory }: Workspace, gates: readonly string[]): Pick<NodeView, "flaky_gates"> {
  const flaky = gates.flatMap((gate) => {
    const tally = tallyOf(lastRunsOf(gateHistory, gate));
    return tally.flakes > 0 ? [{ gate, history: wordTally(tally) }] : [];
  });
  return flaky.length > 0 ? { flaky_gates: flaky } : {};
}

function handedIn(recorded: Recorded | undefined): Pick<NodeView, "summary" | "outputs"> {
  const event = recorded?.event;
  if (event?.type !== "NodeSubmitted" && event?.type !== "NodeLanded") return {};
  return {
    ...(event.summary === undefined ? {} : { summary: event.summary }),
    ...(event.outputs === undefined ? {} : { outputs: event.outputs }),
  };
}
