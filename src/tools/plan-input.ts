/** Reads what a planner wrote, so that problems of form and of meaning can be told together. */
import { problemsOf } from "../config/problems.ts";
import { readYaml } from "../config/read-yaml.ts";
import type { NodeChange } from "../core/plan/plan-events.ts";
import type { Policy, Priority, SoftEdge } from "../core/plan/spec.ts";
import type { InputProblem } from "../execution/answers.ts";
import type { PlanRequest } from "../execution/execution.ts";
import { draftOf } from "./plan-draft.ts";
import {
  planSchema,
  type WrittenChange,
  type WrittenEdge,
  type WrittenNode,
  type WrittenPolicy,
} from "./plan-schema.ts";
import { unfit } from "./unfit.ts";

/** Reads a plan given as an object or as YAML; where neither can be read at all, only the problems come back. */
export function readPlan(input: {
  readonly plan?: unknown;
  readonly plan_yaml?: string | undefined;
}): PlanRequest | { readonly unreadable: readonly InputProblem[] } {
  const { plan, plan_yaml: text } = input;
  if ((plan === undefined) === (text === undefined))
    return { unreadable: [{ path: "", problem: "give the plan either as plan or as plan_yaml" }] };
  if (text === undefined) return requestOf(plan);
  const read = readYaml(text);
  if ("problems" in read) {
    return {
      unreadable: read.problems.map(({ path, ...rest }) => ({
        ...rest,
        path: path === "" ? "plan_yaml" : `plan_yaml ${path}`,
      })),
    };
  }
  // In YAML, characters that the text itself does not have can be written with escapes.
  const unbearable = unfit(read.value);
  return unbearable ? { unreadable: [unbearable] } : requestOf(read.value);
}

/** What the planner wrote about a node, with the defaults of plans. */
export function nodeOf(written: WrittenNode): PlanRequest["nodes"][number] {
  const { id, kind, title = id, instructions = "", priority = 2, retries = 2, ...rest } = written;
  const { gates, redGates = [], soft = [], ...fields } = fieldsOf(rest);
  return {
    requires: [],
    dependsOn: [],
    writes: [],
    edits: [],
    reads: [],
    watches: [],
    uses: [],
    ...fields,
    ...(gates ? { gates } : {}),
    ...(redGates.length > 0 ? { redGates } : {}),
    ...(soft.length > 0 ? { soft } : {}),
    id,
    kind: kind === "sync" ? "sync" : "work",
    title,
    instructions,
    priority: priorityOf(priority),
    retries,
  };
}

/** Only what the planner wrote, under the core's names. */
export function changeOf({ id: _, title, instructions, priority, retries, ...rest }: WrittenChange): NodeChange {
  return {
    ...(title === undefined ? {} : { title }),
    ...(instructions === undefined ? {} : { instructions }),
    ...(priority === undefined ? {} : { priority: priorityOf(priority) }),
    ...(retries === undefined ? {} : { retries }),
    ...fieldsOf(rest),
  };
}

export function policyOf({
  mode,
  max_parallel: maxParallel,
  scope,
  on_failure: onFailure,
  baseline,
}: WrittenPolicy): Partial<Policy> {
  return {
    ...(mode === undefined ? {} : { mode }),
    ...(maxParallel === undefined ? {} : { maxParallel }),
    ...(scope === undefined ? {} : { scope }),
    ...(onFailure === undefined ? {} : { onFailure }),
    ...(baseline === undefined ? {} : { baseline }),
  };
}

function requestOf(plan: unknown): PlanRequest {
  const parsed = planSchema.safeParse(plan);
  const draft = draftOf(plan);
  if (!parsed.success) {
    const header = { title: "", constraints: [], policy: {}, flags: {} };
    return { header, nodes: [], draft, problems: problemsOf(parsed.error.issues, plan) };
  }
  const { id, title = id ?? "", goal, constraints = [], target, base, policy = {}, flags = {}, nodes } = parsed.data;
  return {
    header: {
      ...(id === undefined ? {} : { id }),
      title,
      ...(goal === undefined ? {} : { goal }),
      constraints,
      ...(target === undefined ? {} : { target }),
      ...(base === undefined ? {} : { base }),
      policy: policyOf(policy),
      flags,
    },
    nodes: nodes.map(nodeOf),
    draft,
    problems: [],
  };
}

type Rest = Omit<WrittenChange, "id" | "title" | "instructions" | "priority" | "retries">;

function fieldsOf(written: Rest): Omit<NodeChange, "title" | "instructions" | "priority" | "retries"> {
  const { role, requires, depends_on: dependsOn, writes, edits, reads, watches, uses, gates, when, group } = written;
  const { estimate_minutes: estimateMinutes, token_budget: tokenBudget } = written;
  return {
    ...(role === undefined ? {} : { role }),
    ...(group === undefined ? {} : { group }),
    ...(when === undefined ? {} : { when }),
    ...(requires ? { requires } : {}),
    ...(dependsOn ? edgesIn(dependsOn) : {}),
    ...(writes ? { writes } : {}),
    ...(edits ? { edits } : {}),
    ...(reads ? { reads } : {}),
    ...(watches ? { watches } : {}),
    ...(uses ? { uses } : {}),
    ...(gates ? gatesIn(gates) : {}),
    ...(estimateMinutes === undefined ? {} : { estimateMinutes }),
    ...(tokenBudget === undefined ? {} : { tokenBudget }),
  };
}

/** Where all edges are hard, that is said too: a revision may have made them so. */
function edgesIn(written: NonNullable<Rest["depends_on"]>): Pick<NodeChange, "dependsOn" | "soft"> {
  const all = written.map((one): WrittenEdge => (typeof one === "string" ? { node: one } : one));
  const soft = all.flatMap(({ node, edge, contract }): readonly SoftEdge[] => {
    if (contract !== undefined) return [{ node, edge: "contract", contract }];
    return edge === "submit" ? [{ node, edge }] : [];
  });
  return { dependsOn: all.map(({ node }) => node), soft };
}

function gatesIn(written: NonNullable<Rest["gates"]>): Pick<NodeChange, "gates" | "redGates"> {
  const all = written.map((one) => (typeof one === "string" ? { name: one } : one));
  const names = (expected: boolean) => [
    ...new Set(all.filter((one) => (one.expect === "fail") === expected).map(({ name }) => name)),
  ];
  return { gates: names(false), redGates: names(true) };
}

function priorityOf(value: number): Priority {
  return value === 0 || value === 1 || value === 3 ? value : 2;
}
