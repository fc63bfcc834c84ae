/** A plan as it stands in a snapshot: what is usual is left out, and what follows from the rest is found again. */
import { isOver, type Node, type NodeState, workedOn } from "../node/node.ts";
import type { Candidate } from "../train.ts";
import type { Plan } from "./plan.ts";
import { ReadyNodes } from "./ready-nodes.ts";

export interface PlanText extends Pick<Plan, "id" | "header" | "status" | "tip" | "failedUnseen" | "submittedAt"> {
  readonly train: Plan["train"];
  readonly landings: Plan["landings"];
  readonly nodes: readonly NodeText[];
}

type NodeText = Partial<Omit<Node, "spec" | "state">> &
  Pick<Node, "id" | "textAt"> & {
    readonly spec: Lean<Node["spec"], keyof typeof usualSpec>;
    readonly state?: StateText;
  };

/** Without those of the named fields that have their usual value. */
type Lean<T, K extends keyof T> = Omit<T, K> & Partial<Pick<T, K>>;

type StateText =
  | Exclude<NodeState, { is: "submitted" }>
  | (Omit<NodeState & { is: "submitted" }, "candidate"> & { readonly candidate?: CandidateText });

type CandidateText = Omit<Candidate, "passed"> & { readonly passed: readonly string[] };

export function planToText(plan: Plan): PlanText {
  const { id, header, status, tip, failedUnseen, submittedAt, train, landings } = plan;
  const nodes = [...plan.nodes.values()].map(nodeToText);
  return { id, header, status, tip, failedUnseen, submittedAt, train, landings, nodes };
}

/** Its order, and with it who is ready, still has to be found. */
export function planFromText({ nodes, ...text }: PlanText): Plan {
  const all = nodes.map((node, order) => nodeFromText(node, text.id, order));
  return {
    ...text,
    nodes: new Map(all.map((node) => [node.id, node])),
    ready: new ReadyNodes(),
    reached: new Set(),
    live: all.filter((node) => workedOn(node)).length,
    open: all.filter((node) => !isOver(node)).length,
    failed: all.filter(({ state }) => state.is === "failed").length,
  };
}

const usualSpec = { requires: [], dependsOn: [], writes: [], edits: [], reads: [], watches: [], uses: [], gates: [] };

const usualNode = { attempts: 0, passedOver: 0, retriesUsed: 0 };

function nodeToText(node: Node): NodeText {
  const { plan: _, order: _order, unmet, dependents, chain, spec, state, times, ...rest } = node;
  const { id, textAt, ...other } = rest;
  return {
    id,
    textAt,
    ...unusual(other, usualNode),
    spec: unusual(spec, usualSpec),
    ...(state.is === "pending" ? {} : { state: stateToText(state) }),
    ...(times.leasedAt === undefined && times.workedMs === 0 && times.landedAt === undefined ? {} : { times }),
  };
}

function nodeFromText({ spec, state, times, ...rest }: NodeText, plan: string, order: number): Node {
  return {
    plan,
    order,
    unmet: 0,
    dependents: [],
    chain: 0,
    ...usualNode,
    ...rest,
    spec: { ...usualSpec, ...spec },
    state: state ? stateFromText(state) : { is: "pending" },
    times: times ?? { workedMs: 0 },
  };
}

function unusual<T extends object, K extends keyof T>(whole: T, usual: Pick<T, K>): Lean<T, K> {
  const same = (key: string, value: unknown) =>
    Object.hasOwn(usual, key) && (Array.isArray(value) ? value.length === 0 : value === usual[key as K]);
  return Object.fromEntries(Object.entries(whole).filter(([key, value]) => !same(key, value))) as Lean<T, K>;
}

function stateToText(state: NodeState): StateText {
  if (state.is !== "submitted") return state;
  const { candidate, ...rest } = state;
  return candidate ? { ...rest, candidate: { ...candidate, passed: [...candidate.passed] } } : rest;
}

function stateFromText(state: StateText): NodeState {
  if (state.is !== "submitted") return state;
  const { candidate, ...rest } = state;
  return candidate ? { ...rest, candidate: { ...candidate, passed: new Set(candidate.passed) } } : rest;
}
