import { z } from "zod";
import { affectedFacts, affectedReply } from "./affected-facts.ts";
import { defineTool } from "./define-tool.ts";
import { agentName, leaseToken, textOf } from "./fields.ts";
import { replyOf } from "./reply.ts";

const verdicts = z.enum(["validated", "invalidated", "superseded"]);

const id = z.string().max(40);

export const settleAssumption = defineTool({
  name: "settle_assumption",
  profile: "worker",
  purpose: "Say that an assumption was right, wrong or replaced.",
  input: {
    agent: agentName,
    lease: leaseToken.optional(),
    assumption_id: id,
    verdict: verdicts,
    notes: textOf(5000).min(1),
    superseded_by: id.optional(),
  },
  reply: replyOf({ status: verdicts, affected: affectedReply, conflict_id: z.string().optional() }),
  run: async (input, { execution, call }) => {
    const { agent, lease, assumption_id: assumption, verdict, notes, superseded_by: supersededBy } = input;
    if (supersededBy !== undefined && verdict !== "superseded")
      return { refused: "invalid_input", problems: [{ path: "superseded_by", problem: "goes with superseded only" }] };
    if (supersededBy === assumption)
      return { refused: "invalid_input", problems: [{ path: "superseded_by", problem: "must be another assumption" }] };
    const more = {
      ...(lease === undefined ? {} : { lease }),
      ...(supersededBy === undefined ? {} : { supersededBy }),
    };
    const answer = await execution.settleAssumption({ agent, assumption, verdict, notes, ...more }, call);
    if ("refused" in answer) return answer;
    return {
      say:
        answer.conflict === undefined
          ? "It is settled."
          : "It is settled, and a conflict was opened with those whose work stands on it; see affected.",
      status: answer.status,
      affected: affectedFacts(answer.affected),
      ...(answer.conflict === undefined ? {} : { conflict_id: answer.conflict }),
      next: ["report_progress", "complete_node"],
    };
  },
});
