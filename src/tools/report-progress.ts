import { z } from "zod";
import { defineTool } from "./define-tool.ts";
import { agentName, leaseToken, textOf, tokensUsed } from "./fields.ts";
import { instantReply, replyOf } from "./reply.ts";
import { timeText } from "./time-text.ts";

export const reportProgress = defineTool({
  name: "report_progress",
  profile: "worker",
  purpose: "Say how far you are and keep your lease. Call it every few minutes of long work; the reply carries news.",
  input: {
    agent: agentName,
    lease: leaseToken,
    percent: z.number().min(0).max(100).optional(),
    note: textOf(2000).optional(),
    tokens_used: tokensUsed.optional(),
  },
  reply: replyOf({
    lease_expires_at: instantReply,
    budget: z
      .strictObject({ used: z.number(), limit: z.number(), state: z.enum(["within", "near", "over"]) })
      .optional(),
  }),
  run: async ({ agent, lease, percent, note, tokens_used: tokens }, { execution, call }) => {
    const progress = {
      ...(percent === undefined ? {} : { percent }),
      ...(note === undefined ? {} : { note }),
      ...(tokens === undefined ? {} : { tokens }),
    };
    const answer = await execution.reportProgress({ agent, lease }, progress, call);
    if ("refused" in answer) return answer;
    return {
      say:
        answer.budget?.state === "over"
          ? "The token budget of this node is used up. Complete it or give it up."
          : "Your lease is renewed.",
      lease_expires_at: timeText(answer.leaseExpiresAt),
      ...(answer.budget ? { budget: { ...answer.budget } } : {}),
      next: ["complete_node", "fail_node"],
    };
  },
});
