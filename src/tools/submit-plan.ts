import { z } from "zod";
import { defineTool } from "./define-tool.ts";
import { readPlan } from "./plan-input.ts";
import { planReply, replyToPlan } from "./plan-reply.ts";

export const submitPlan = defineTool({
  name: "submit_plan",
  profile: "planner",
  purpose:
    "Submit a plan: title, target, nodes [{id, title, instructions, depends_on, writes, edits, reads, estimate_minutes, gates}]. All problems come back at once; the full schema is interlock://schema/plan. Try dry_run first. Agents then call request_next_node.",
  input: {
    plan: z.unknown().optional().meta({ type: "object", description: "The plan." }),
    plan_yaml: z.string().optional().describe("The plan as YAML, instead of plan."),
    dry_run: z.boolean().default(false),
  },
  reply: planReply,
  run: async ({ plan, plan_yaml, dry_run: dryRun }, { execution, call }) => {
    const request = readPlan({ plan, plan_yaml });
    if ("unreadable" in request) return { refused: "invalid_input", problems: request.unreadable };
    const receipt = await execution.submitPlan(request, { dryRun }, call);
    if ("refused" in receipt) return receipt;
    return replyToPlan(receipt, (await execution.workspace()).settings.pools);
  },
});
