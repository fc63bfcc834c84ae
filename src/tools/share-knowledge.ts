import { z } from "zod";
import { defineTool } from "./define-tool.ts";
import { agentName, leaseToken, textOf } from "./fields.ts";
import { replyOf } from "./reply.ts";

export const shareKnowledge = defineTool({
  name: "share_knowledge",
  profile: "worker",
  purpose: "Leave something you learned for the agents of later nodes; they get what fits their paths.",
  input: {
    agent: agentName,
    lease: leaseToken.optional(),
    topic: textOf(200).min(1),
    text: textOf(20_000).min(1),
    paths: z.array(z.string().min(1).max(1024)).max(100).optional().describe("What it is about."),
  },
  reply: replyOf({ id: z.string() }),
  run: async ({ agent, lease, topic, text, paths }, { execution, call }) => {
    const answer = await execution.shareKnowledge(agent, lease, { topic, text, paths: paths ?? [] }, call);
    if ("refused" in answer) return answer;
    return { say: "It is kept for those who come after.", id: answer.id, next: ["complete_node", "request_next_node"] };
  },
});
