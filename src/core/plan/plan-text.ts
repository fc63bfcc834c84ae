/** A plan as it stands in a snapshot: what is usual is left out, and what follows from the rest is found again. */
import type { TipVerdict } from "../baseline.ts";
import type { NodeId, PlanId, Position } from "../ids.ts";
import { isOver, type Node, type NodeState, workedOn } from "../node/node.ts";
import type { GateVerdict } from "../node/node-events.ts";
import type { Candidate, RunningGate } from "../train.ts";
import type { Plan } from "./plan.ts";
import { ReadyNodes } from "./ready-nodes.ts";

export interface PlanText
  extends Pick<Plan, "id" | "header" | "status" | "tip" | "failedUnseen" | "failureRate" | "submittedAt" | "begins"> {
  readonly train: Plan["train"];
  readonly landings: Plan["landings"];
  readonly onTip?: readonly (readonly [string, TipVerdict])[];
  readonly runsOnTip?: readonly (readonly [string, RunningGate])[];
  readonly nodes: readonly NodeText[];
}

interface NodeText extends Partial<Omit<Node, "plan" | "order" | "spec" | "state">> {
  readonly id: NodeId;
  readonly textAt: Position;
  readonly spec: SpecText;
  readonly state?: StateText;
}

/** The id stands with the node already. */
type SpecText = Lean<Omit<Node["spec"], "id">, keyof typeof usualSpec>;

/** Without those of the named fields that have their usual value. */
type Lean<T, K extends keyof T> = Omit<T, K> & Partial<Pick<T, K>>;

type StateText =
  | Exclude<NodeState, { is: "submitted" }>
  | (Omit<NodeState & { is: "submitted" }, "candidate" | "own"> & {
      readonly candidate?: CandidateText;
      readonly own?: CandidateText;
    });

type CandidateText = Omit<Candidate, "passed" | "failed" | "red" | "keys" | "running" | "doubted"> & {
  readonly passed: readonly string[];
  readonly red: readonly string[];
  readonly doubted: readonly string[];
  readonly failed: readonly (readonly [string, GateVerdict])[];
  readonly keys: readonly (readonly [string, string])[];
  readonly running: readonly (readonly [string, RunningGate])[];
};

export function planToText(plan: Plan): PlanText {
  const { id, header, status, tip, failedUnseen, failureRate, submittedAt, begins, train, landings } = plan;
  const nodes = [...plan.nodes.values()].map(nodeToText);
  const onTip = plan.onTip.size > 0 ? { onTip: [...plan.onTip] } : {};
  const runsOnTip = plan.runsOnTip.size > 0 ? { runsOnTip: [...plan.runsOnTip] } : {};
  return {
    id,
    header,
    status,
    tip,
    ...onTip,
    ...runsOnTip,
    failedUnseen,
    failureRate,
    submittedAt,
    begins,
    train,
    landings,
    nodes,
  };
}

/** Its order, and with it who is ready, still has to be found. */
export function planFromText({ nodes, ...text }: PlanText): Plan {
  const all = nodes.map((node, order) => nodeFromText(node, text.id, order));
  return {
    ...text,
    onTip: new Map(text.onTip),
    runsOnTip: new Map(text.runsOnTip),
    nodes: new Map(all.map((node) => [node.id, node])),
    ready: new ReadyNodes(),
    reached: new Set(),
    live: all.filter((node) => workedOn(node)).length,
    open: all.filter((node) => !isOver(node)).length,
    failed: all.filter(({ state }) => state.is === "failed").length,
  };
}

const none: readonly string[] = [];

const usualSpec = {
  kind: "work",
  requires: none,
  dependsOn: none,
  writes: none,
  edits: none,
  reads: none,
  watches: none,
  uses: none,
  gates: none,
  priority: 2,
  retries: 2,
} as const;

const usualNode = { attempts: 0, passedOver: 0, retriesUsed: 0 } as const;

function nodeToText(node: Node): NodeText {
  const { plan: _plan, order: _order, unmet: _unmet, dependents: _dependents, chain: _chain, ...kept } = node;
  const { id, textAt, spec, state, times, ...other } = kept;
  const { id: _id, ...fields } = spec;
  return {
    id,
    textAt,
    ...unusual(other, usualNode),
    spec: unusual(fields, usualSpec),
    ...(state.is === "pending" ? {} : { state: stateToText(state) }),
    ...(times.leasedAt === undefined && times.workedMs === 0 && times.landedAt === undefined ? {} : { times }),
  };
}

/** Written out field by field, because there may be a hundred thousand. */
function nodeFromText(text: NodeText, plan: PlanId, order: number): Node {
  const { id, textAt, spec, state } = text;
  const node: Node = {
    plan,
    id,
    spec: specFromText(id, spec),
    textAt,
    order,
    state: state ? stateFromText(state) : { is: "pending" },
    attempts: text.attempts ?? 0,
    unmet: 0,
    dependents: [],
    chain: 0,
    passedOver: text.passedOver ?? 0,
    retriesUsed: text.retriesUsed ?? 0,
    times: text.times ?? { workedMs: 0 },
  };
  if (text.parked) node.parked = text.parked;
  if (text.parkedOn) node.parkedOn = text.parkedOn;
  if (text.pausedBy) node.pausedBy = text.pausedBy;
  if (text.late) node.late = text.late;
  if (text.submittedAt !== undefined) node.submittedAt = text.submittedAt;
  return node;
}

function specFromText(id: NodeId, text: SpecText): Node["spec"] {
  const { title, role, group, estimateMinutes, when, tokenBudget, merges } = text;
  return {
    id,
    kind: text.kind ?? "work",
    title,
    ...(role === undefined ? undefined : { role }),
    ...(group === undefined ? undefined : { group }),
    requires: text.requires ?? none,
    dependsOn: text.dependsOn ?? none,
    ...(text.soft === undefined ? undefined : { soft: text.soft }),
    writes: text.writes ?? none,
    edits: text.edits ?? none,
    reads: text.reads ?? none,
    watches: text.watches ?? none,
    uses: text.uses ?? none,
    priority: text.priority ?? 2,
    ...(estimateMinutes === undefined ? undefined : { estimateMinutes }),
    gates: text.gates ?? none,
    ...(text.nodeGates === undefined ? undefined : { nodeGates: text.nodeGates }),
    ...(text.redGates === undefined ? undefined : { redGates: text.redGates }),
    ...(when === undefined ? undefined : { when }),
    retries: text.retries ?? 2,
    ...(tokenBudget === undefined ? undefined : { tokenBudget }),
    ...(merges === undefined ? undefined : { merges }),
  };
}

/** The fields whose value is not the usual one. */
function unusual<T extends object, K extends keyof T>(
  whole: T,
  usual: { readonly [field in K]: T[field] },
): Lean<T, K> {
  const isUsual = (key: string, value: unknown) =>
    Object.hasOwn(usual, key) && (Array.isArray(value) ? value.length === 0 : value === usual[key as K]);
  return Object.fromEntries(Object.entries(whole).filter(([key, value]) => !isUsual(key, value))) as Lean<T, K>;
}

function stateToText(state: NodeState): StateText {
  if (state.is !== "submitted") return state;
  const { candidate, own, ...rest } = state;
  return {
    ...rest,
    ...(candidate ? { candidate: candidateToText(candidate) } : {}),
    ...(own ? { own: candidateToText(own) } : {}),
  };
}

function stateFromText(state: StateText): NodeState {
  if (state.is !== "submitted") return state;
  const { candidate, own, ...rest } = state;
  return {
    ...rest,
    ...(candidate ? { candidate: candidateFromText(candidate) } : {}),
    ...(own ? { own: candidateFromText(own) } : {}),
  };
}

function candidateToText(candidate: Candidate): CandidateText {
  const { passed, failed, red, keys, running, doubted } = candidate;
  const sets = { passed: [...passed], red: [...red], doubted: [...doubted] };
  return { ...candidate, ...sets, failed: [...failed], keys: [...keys], running: [...running] };
}

function candidateFromText(text: CandidateText): Candidate {
  const { passed, failed, red, keys, running, doubted } = text;
  const sets = { passed: new Set(passed), red: new Set(red), doubted: new Set(doubted) };
  return { ...text, ...sets, failed: new Map(failed), keys: new Map(keys), running: new Map(running) };
}
