import { z } from "zod";
import type { ConvergeRequest, ReworkWish } from "../execution/converging.ts";
import { defineTool } from "./define-tool.ts";
import { agentName, idField, leaseToken, textOf } from "./fields.ts";
import { instantReply, replyOf } from "./reply.ts";
import { timeText } from "./time-text.ts";

export const converge = defineTool({
  name: "converge",
  profile: "worker",
  purpose:
    "Decide conflicts together: open, join, decide (say what should be), complete once all have. rework: a node, or a title for a new one.",
  input: {
    agent: agentName,
    lease: leaseToken.optional(),
    action: z.enum(["open", "join", "decide", "complete"]),
    convergence_id: z.string().optional(),
    conflict_ids: z.array(z.string()).max(100).optional(),
    participants: z.array(idField).max(100).optional(),
    decisions: z.array(textOf(2000).min(1)).max(20).optional(),
    rework: z
      .array(
        z.strictObject({
          node: z.string().optional(),
          title: textOf(200).min(1).optional(),
          estimate_minutes: z.number().min(0).optional(),
        }),
      )
      .max(100)
      .optional(),
  },
  reply: replyOf({
    convergence_id: z.string(),
    status: z.enum(["open", "completed"]),
    participants: z.array(z.string()),
    pending: z.array(z.string()),
    level: z.enum(["peer", "expert", "architect", "human"]).optional(),
    due_at: instantReply.optional(),
    rework_nodes: z.array(z.string()),
    duration_minutes: z.number().optional(),
  }),
  run: async (input, { execution, call }) => {
    const { agent, lease } = input;
    const request = requestIn(input);
    if ("path" in request) return { refused: "invalid_input", problems: [request] };
    const answer = await execution.converge({ agent, ...(lease === undefined ? {} : { lease }) }, request, call);
    if ("refused" in answer) return answer;
    const { convergence, status, participants, pending, level, due, rework, minutes } = answer;
    return {
      say:
        status === "completed"
          ? "It is decided. What was paused goes on, and rework is among the nodes."
          : pending.length > 0
            ? "Some have not said anything yet; at due_at it is decided without them."
            : "Everybody was heard. Complete it.",
      convergence_id: convergence,
      status,
      participants: [...participants],
      pending: [...pending],
      ...(level === undefined ? {} : { level }),
      ...(due === undefined ? {} : { due_at: timeText(due) }),
      rework_nodes: rework.map(({ node }) => node),
      ...(minutes === undefined ? {} : { duration_minutes: minutes }),
      next: status === "completed" ? ["request_next_node", "complete_node"] : ["converge", "report_progress"],
    };
  },
});

interface Input {
  readonly action: ConvergeRequest["action"];
  readonly convergence_id?: string | undefined;
  readonly conflict_ids?: readonly string[] | undefined;
  readonly participants?: readonly string[] | undefined;
  readonly decisions?: readonly string[] | undefined;
  readonly rework?:
    | readonly {
        readonly node?: string | undefined;
        readonly title?: string | undefined;
        readonly estimate_minutes?: number | undefined;
      }[]
    | undefined;
}

interface Problem {
  readonly path: string;
  readonly problem: string;
}

function requestIn(input: Input): ConvergeRequest | Problem {
  const {
    action,
    convergence_id: convergence,
    conflict_ids: conflicts = [],
    participants = [],
    decisions = [],
  } = input;
  if (action === "open") {
    if (conflicts.length > 0) return { action, conflicts, participants };
    return { path: "conflict_ids", problem: "is needed to open a convergence; report_conflict gives one" };
  }
  if (convergence === undefined) return { path: "convergence_id", problem: `is needed with action ${action}` };
  if (action === "join") return { action, convergence };
  const rework: ReworkWish[] = [];
  for (const [i, { node, title, estimate_minutes: minutes }] of (input.rework ?? []).entries()) {
    const estimate = minutes === undefined ? {} : { estimateMinutes: minutes };
    if (node !== undefined) rework.push({ node, ...estimate });
    else if (title !== undefined) rework.push({ title, ...estimate });
    else return { path: `rework.${i}`, problem: "needs a node or a title" };
  }
  return { action, convergence, decisions, rework };
}
