import { z } from "zod";
import { defineTool } from "./define-tool.ts";
import { agentName, leaseToken, textOf } from "./fields.ts";
import { replyOf } from "./reply.ts";

export const failNode = defineTool({
  name: "fail_node",
  profile: "worker",
  purpose:
    "Give your node up when you cannot finish it. Your work so far is kept. Say whether another try makes sense, then call request_next_node.",
  input: {
    agent: agentName,
    lease: leaseToken,
    reason: textOf(10_000),
    retryable: z.boolean().describe("Whether somebody else should try."),
    resume_hint: textOf(10_000).optional().describe("What the next one should know."),
  },
  reply: replyOf({ status: z.enum(["ready", "failed"]), parked_ref: z.string().optional() }),
  run: async ({ agent, lease, reason, retryable, resume_hint: hint }, { execution, call }) => {
    const answer = await execution.failNode(
      { agent, lease },
      { reason, retryable, ...(hint === undefined ? {} : { hint }) },
      call,
    );
    if ("refused" in answer) return answer;
    return {
      say:
        answer.status === "ready"
          ? "The node is free for another try."
          : "The node has failed; nodes that depend on it are blocked until somebody retries it.",
      status: answer.status,
      ...(answer.parkedRef === undefined ? {} : { parked_ref: answer.parkedRef }),
      next: ["request_next_node"],
    };
  },
});
