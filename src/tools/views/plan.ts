import { z } from "zod";
import { standingOn } from "../../core/grounds.ts";
import { attemptOf, type Node } from "../../core/node/node.ts";
import { integrationRef, type Plan } from "../../core/plan/plan.ts";
import { type Query, shown } from "./query.ts";
import { blockedNodes, countStates, shownState, shownStates } from "./shown-state.ts";

const nodeRow = z.strictObject({
  id: z.string(),
  state: z.enum(shownStates),
  agent: z.string().optional(),
  percent: z.number().optional(),
  blocked_by: z.array(z.string()).optional(),
  speculative: z.literal(true).optional(),
  title: z.string().optional(),
  kind: z.string().optional(),
  priority: z.int().optional(),
  group: z.string().optional(),
  depends_on: z.array(z.string()).optional(),
  estimate_minutes: z.number().optional(),
  worked_minutes: z.number().optional(),
  attempts: z.int().optional(),
});

export const planFacts = {
  view: z.literal("plan"),
  plan_id: z.string(),
  status: z.enum(["active", "paused", "finished", "landed"]),
  paused_because: z.string().optional(),
  title: z.string(),
  goal: z.string().optional(),
  target: z.string(),
  integration_branch: z.string(),
  tip: z.string(),
  policy: z.strictObject({
    mode: z.string(),
    max_parallel: z.int(),
    scope: z.string(),
    on_failure: z.string(),
    baseline: z.string(),
    score: z
      .strictObject({ threshold: z.number(), points: z.record(z.string(), z.number()) })
      .optional()
      .describe("Kept from the config as it was when the plan was submitted."),
  }),
  flags: z.record(z.string(), z.boolean()),
  counts: z.record(z.string(), z.int()),
  nodes: z.array(nodeRow),
  cut: z.literal(true).optional(),
  total: z.int().optional(),
};
type PlanView = z.infer<z.ZodObject<typeof planFacts>>;

/** A plan with its nodes and their states, in the order in which they were written. */
export function planView(plan: Plan, query: Query): PlanView {
  const { items, mark } = shown([...plan.nodes.values()], query.limit ?? (query.detailed ? 100 : 500));
  const blocked = blockedNodes(plan);
  const { policy, title, goal, target, flags } = plan.header;
  return {
    view: "plan",
    plan_id: plan.id,
    status: plan.status.is,
    ...(plan.status.is === "paused" ? { paused_because: plan.status.why } : {}),
    title,
    ...(goal === undefined ? {} : { goal }),
    target,
    integration_branch: integrationRef(plan.id).replace("refs/heads/", ""),
    tip: plan.tip,
    policy: {
      mode: policy.mode,
      max_parallel: policy.maxParallel,
      scope: policy.scope,
      on_failure: policy.onFailure,
      baseline: policy.baseline ?? "block",
      ...(policy.score ? { score: { threshold: policy.score.threshold, points: { ...policy.score.points } } } : {}),
    },
    flags: { ...flags },
    counts: { ...countStates(plan) },
    nodes: items.map((node) => row(plan, node, blocked, query.detailed)),
    ...mark,
  };
}

export function sayPlan({ status, counts, paused_because: why }: PlanView): string {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const paused = why === undefined ? "" : ` (${why.replaceAll("_", " ")})`;
  const blocked = counts["blocked"] ? `, ${counts["blocked"]} blocked` : "";
  const failed = counts["failed"] ? `, ${counts["failed"]} failed` : "";
  return `The plan is ${status}${paused}; ${counts["landed"] ?? 0} of ${total} nodes have landed${failed}${blocked}.`;
}

function row(
  plan: Plan,
  node: Node,
  blocked: ReturnType<typeof blockedNodes>,
  detailed: boolean,
): z.infer<typeof nodeRow> {
  const attempt = attemptOf(node);
  const by = node.state.is === "pending" ? blocked.get(node.id) : undefined;
  const short = {
    id: node.id,
    state: shownState(node, blocked),
    ...(attempt ? { agent: attempt.agent } : {}),
    ...(attempt?.percent === undefined ? {} : { percent: attempt.percent }),
    ...(by ? { blocked_by: [...by] } : {}),
    ...(standingOn(plan, node).length > 0 ? { speculative: true as const } : {}),
  };
  if (!detailed) return short;
  const { title, kind, priority, group, dependsOn, estimateMinutes } = node.spec;
  return {
    ...short,
    title,
    kind,
    priority,
    ...(group === undefined ? {} : { group }),
    depends_on: [...dependsOn],
    ...(estimateMinutes === undefined ? {} : { estimate_minutes: estimateMinutes }),
    worked_minutes: Math.round(node.times.workedMs / 600) / 100,
    attempts: node.attempts,
  };
}
