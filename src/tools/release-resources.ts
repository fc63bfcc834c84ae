import { z } from "zod";
import { defineTool } from "./define-tool.ts";
import { agentName, leaseToken, patterns } from "./fields.ts";
import { replyOf } from "./reply.ts";

export const releaseResources = defineTool({
  name: "release_resources",
  profile: "worker",
  purpose:
    "Give back claims that you did not need, or stop waiting for a ticket. Paths that you changed stay yours until the node is complete.",
  input: {
    agent: agentName,
    lease: leaseToken,
    patterns: patterns.min(1).optional().describe("As they were granted."),
    ticket: z.string().max(100).optional().describe("Instead of patterns."),
  },
  reply: replyOf({ released: z.array(z.string()) }),
  run: async ({ agent, lease, patterns: held, ticket }, { execution, call }) => {
    if ((held === undefined) === (ticket === undefined))
      return { refused: "invalid_input", problems: [{ path: "", problem: "name either patterns or a ticket" }] };
    const request = { ...(held === undefined ? {} : { patterns: held }), ...(ticket === undefined ? {} : { ticket }) };
    const answer = await execution.releaseResources({ agent, lease }, request, call);
    if ("refused" in answer) return answer;
    return { say: "Released.", released: [...answer.released], next: ["complete_node", "claim_resources"] };
  },
});
