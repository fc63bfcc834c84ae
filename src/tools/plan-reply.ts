/** What planners are told about a plan that was submitted, revised or only tried out. */
import { z } from "zod";
import { forecast } from "../core/plan/forecast.ts";
import type { Settings } from "../core/settings.ts";
import type { PlanReceipt } from "../execution/execution.ts";
import { replyOf } from "./reply.ts";

export const planReply = replyOf({
  plan_id: z.string(),
  status: z.enum(["active", "paused", "finished", "landed", "dry_run"]),
  nodes: z.int(),
  waves: z.array(z.array(z.string())),
  waves_cut: z.literal(true).optional(),
  max_parallelism: z.int(),
  sequential_minutes: z.number(),
  critical_path_minutes: z.number(),
  critical_path: z.array(z.string()),
  predicted: z.array(z.strictObject({ agents: z.int(), minutes: z.number(), speedup: z.number() })),
  warnings: z.array(z.strictObject({ code: z.string(), nodes: z.array(z.string()), say: z.string() })),
});

/** A plan of more nodes than this is not listed node by node in the reply. */
const mostListed = 2000;
const mostWarned = 100;

/** The pools are those of the workspace, because nodes that draw on the same pool may have to take turns. */
export function replyToPlan(
  { plan, status, warnings }: PlanReceipt,
  pools: Settings["pools"],
): z.infer<typeof planReply> {
  const { waves, maxParallelism, sequentialMinutes, criticalPathMinutes, criticalPath, predicted } = forecast(
    plan,
    pools,
  );
  const { shown, cut } = beginning(waves);
  return {
    say: sayPlan(status, plan.nodes.length, warnings.length),
    plan_id: plan.id,
    status,
    nodes: plan.nodes.length,
    waves: shown,
    ...(cut ? { waves_cut: true as const } : {}),
    max_parallelism: maxParallelism,
    sequential_minutes: rounded(sequentialMinutes),
    critical_path_minutes: rounded(criticalPathMinutes),
    critical_path: criticalPath.slice(0, mostListed),
    predicted: predicted.map(({ agents, minutes, speedup }) => ({ agents, minutes: rounded(minutes), speedup })),
    warnings: warnings
      .slice(0, mostWarned)
      .map(({ code, nodes, say }) => ({ code, nodes: nodes.slice(0, mostListed), say })),
    next: nextFor(status),
  };
}

function sayPlan(status: PlanReceipt["status"], nodes: number, warnings: number): string {
  const warned = warnings === 0 ? "" : ` Look at the warnings: ${warnings}.`;
  switch (status) {
    case "dry_run":
      return `The plan is good as it is; nothing was submitted. Nodes: ${nodes}.${warned}`;
    case "active":
      return `The plan is active. Nodes: ${nodes}. Agents get them with request_next_node.${warned}`;
    case "paused":
      return `The plan is paused; revise_plan with resume lets it go on. Nodes: ${nodes}.${warned}`;
    case "finished":
      return `The plan is finished. \`interlock land\` moves its target.${warned}`;
    case "landed":
      return "The plan has landed on its target.";
  }
}

function nextFor(status: PlanReceipt["status"]): string[] {
  if (status === "dry_run") return ["submit_plan"];
  return status === "active" ? ["request_next_node", "get_status", "revise_plan"] : ["revise_plan", "get_status"];
}

function beginning(waves: readonly (readonly string[])[]): { readonly shown: string[][]; readonly cut: boolean } {
  const shown: string[][] = [];
  let left = mostListed;
  for (const wave of waves) {
    if (left === 0) return { shown, cut: true };
    shown.push(wave.slice(0, left));
    if (wave.length > left) return { shown, cut: true };
    left -= wave.length;
  }
  return { shown, cut: false };
}

function rounded(minutes: number): number {
  return Math.round(minutes * 100) / 100;
}
