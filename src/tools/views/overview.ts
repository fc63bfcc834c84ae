import { z } from "zod";
import { standingOn } from "../../core/grounds.ts";
import { isOpen, type Plan } from "../../core/plan/plan.ts";
import type { Workspace } from "../../core/workspace.ts";
import { clashRows } from "./clashes.ts";
import { conflictRow, conflictRows } from "./conflicts.ts";
import { plansOf, type Query, shown } from "./query.ts";
import { countStates } from "./shown-state.ts";

const planRow = z.strictObject({
  plan_id: z.string(),
  status: z.string(),
  paused_because: z.string().optional(),
  target: z.string(),
  nodes: z.record(z.string(), z.int()),
  total: z.int(),
  speculative: z.int().optional(),
});

export const overviewFacts = {
  view: z.literal("overview"),
  plans: z.array(planRow),
  cut: z.literal(true).optional(),
  total: z.int().optional(),
  agents: z.int(),
  in_train: z.int(),
  claims: z.int(),
  waiting_for_claims: z.int(),
  clashes: z.int().optional(),
  conflicts: z.array(conflictRow).optional(),
  worktrees: z.int(),
  quarantined_worktrees: z.int().optional(),
  process_running: z.boolean(),
  position: z.int(),
};
type Overview = z.infer<z.ZodObject<typeof overviewFacts>>;

const mostPlansConcise = 5;

/** Bytes for the plans of a concise overview, so that with everything around them it stays below 2 KB. */
const mostBytesConcise = 1300;

/** The workspace at a glance; concise, it is under 2 KB however large the plans are. */
export function overview(workspace: Workspace, query: Query, processRunning: boolean): Overview {
  const plans = plansOf(workspace, query);
  const open = plans.filter(isOpen).reverse();
  const ordered = [...open, ...plans.filter((plan) => !isOpen(plan)).reverse()];
  const most = query.detailed ? (query.limit ?? 100) : Math.min(query.limit ?? mostPlansConcise, mostPlansConcise);
  const rows = fitting(ordered.slice(0, most).map(row), query.detailed ? Number.POSITIVE_INFINITY : mostBytesConcise);
  const { mark } = shown(ordered, rows.length);
  const conflicts = conflictRows(workspace, query);
  const slots = [...workspace.slots.byName.values()];
  const clashes = clashRows(workspace, query.plan).length;
  const quarantined = slots.filter(({ is }) => is === "quarantined").length;
  return {
    view: "overview",
    plans: rows,
    ...mark,
    agents: [...workspace.agents.values()].filter(({ nodes }) => nodes.size > 0).length,
    in_train: plans.reduce((sum, { train }) => sum + train.length, 0),
    claims: [...workspace.locks.held.values()].reduce((sum, held) => sum + held.length, 0),
    waiting_for_claims: workspace.locks.queue.length,
    ...(clashes > 0 ? { clashes } : {}),
    ...(conflicts.length > 0 ? { conflicts } : {}),
    worktrees: slots.length,
    ...(quarantined > 0 ? { quarantined_worktrees: quarantined } : {}),
    process_running: processRunning,
    position: workspace.position,
  };
}

export function sayOverview({ plans, total, process_running: running }: Overview): string {
  const count = total ?? plans.length;
  if (count === 0) return "There is no plan yet. Submit one with submit_plan.";
  const active = plans.filter(({ status }) => status === "active").length;
  const idle = running ? "" : " No process is running that could check and land work.";
  return `${count === 1 ? "There is one plan" : `There are ${count} plans`}; ${active} of those shown ${active === 1 ? "is" : "are"} active.${idle}`;
}

/** The first rows that fit; one always does, since ids and targets are short here. */
function fitting<T>(rows: readonly T[], mostBytes: number): T[] {
  let bytes = 0;
  return rows.filter((one) => {
    bytes += Buffer.byteLength(JSON.stringify(one));
    return bytes <= mostBytes;
  });
}

function row(plan: Plan): z.infer<typeof planRow> {
  const nodes = countStates(plan);
  const speculative = [...plan.nodes.values()].filter((node) => standingOn(plan, node).length > 0).length;
  return {
    plan_id: plan.id,
    status: plan.status.is,
    ...(plan.status.is === "paused" ? { paused_because: plan.status.why } : {}),
    target: plan.header.target.slice(0, 100),
    nodes: { ...nodes },
    ...(speculative > 0 ? { speculative } : {}),
    total: Object.values(nodes).reduce((sum, count) => sum + count, 0),
  };
}
