import { z } from "zod";
import { problemsOf } from "../config/problems.ts";
import type { InputProblem } from "../execution/answers.ts";
import { defineTool } from "./define-tool.ts";
import { idField } from "./fields.ts";
import { draftOfRevision } from "./plan-draft.ts";
import { changeOf, nodeOf, policyOf } from "./plan-input.ts";
import { planReply, replyToPlan } from "./plan-reply.ts";
import { flagsSchema, nodeChangeSchema, nodeSchema, policySchema } from "./plan-schema.ts";

/** The parts that share their form with plans; read here so that their problems come with those of their meaning. */
const planParts = z.object({
  add: z.array(nodeSchema).max(200_000).default([]),
  change: z.array(nodeChangeSchema).max(200_000).default([]),
  flags: flagsSchema.optional(),
  policy: policySchema.optional(),
});

const listOf = (description: string) =>
  z
    .unknown()
    .optional()
    .meta({ type: "array", items: { type: "object" }, description });
const objectOf = (description: string) => z.unknown().optional().meta({ type: "object", description });
const ids = z.array(idField).max(200_000);

export const revisePlan = defineTool({
  name: "revise_plan",
  profile: "planner",
  purpose:
    "Change a running plan: add, change, cancel or retry nodes, set flags or policy, pause, resume, finish. Nodes have the fields of submit_plan. Landed nodes never change.",
  input: {
    plan_id: idField,
    add: listOf("New nodes."),
    change: listOf("An id and the fields to replace."),
    cancel: ids.optional(),
    retry: ids.optional().describe("Failed or cancelled nodes to try again."),
    flags: objectOf("Flags to set."),
    policy: objectOf("Policy fields to set."),
    pause: z.boolean().optional(),
    resume: z.boolean().optional(),
    finish: z.boolean().optional().describe("End the plan; all nodes must have landed or be cancelled."),
  },
  reply: planReply,
  run: async (input, { execution, call }) => {
    const { plan_id: plan, cancel = [], retry = [], pause = false, resume = false, finish = false, ...parts } = input;
    const parsed = planParts.safeParse(parts);
    const read = parsed.success ? parsed.data : { add: [], change: [], flags: undefined, policy: undefined };
    const receipt = await execution.revisePlan(
      {
        plan,
        add: read.add.map(nodeOf),
        change: read.change.map((change) => ({ id: change.id, fields: changeOf(change) })),
        draft: draftOfRevision(parts),
        problems: [...(parsed.success ? [] : problemsOf(parsed.error.issues, parts)), ...contradictions(input)],
        cancel,
        retry,
        ...(read.flags ? { flags: read.flags } : {}),
        ...(read.policy ? { policy: policyOf(read.policy) } : {}),
        pause,
        resume,
        finish,
      },
      call,
    );
    if ("refused" in receipt) return receipt;
    return replyToPlan(receipt, (await execution.workspace()).settings.pools);
  },
});

function contradictions({
  pause,
  resume,
  finish,
}: {
  pause?: boolean | undefined;
  resume?: boolean | undefined;
  finish?: boolean | undefined;
}): readonly InputProblem[] {
  return [pause, resume, finish].filter(Boolean).length > 1
    ? [{ path: "", problem: "name only one of pause, resume and finish" }]
    : [];
}
