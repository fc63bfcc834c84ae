import { z } from "zod";
import { nodeKey } from "../core/ids.ts";
import { defineTool } from "./define-tool.ts";
import { agentName, leaseToken, textOf } from "./fields.ts";
import { replyOf } from "./reply.ts";

export const resolveConflict = defineTool({
  name: "resolve_conflict",
  profile: "planner",
  purpose:
    "Settle a conflict: manual (say the decision), vote (each gives an option), or keep a node by priority or first_completion, or all by merge. Who yields reworks.",
  input: {
    agent: agentName,
    lease: leaseToken.optional(),
    conflict_id: z.string(),
    strategy: z.enum(["priority", "vote", "first_completion", "merge", "manual"]),
    decision: textOf(10_000).optional().describe("What is to be done; needed with manual."),
    vote: z
      .strictObject({
        option: textOf(500).min(1).describe("A node's id, or anything."),
        evidence: z.union([textOf(10_000), z.array(textOf(2000)).max(20)]).optional(),
      })
      .optional(),
  },
  reply: replyOf({
    status: z.enum(["resolved", "voting", "waiting"]),
    outcome: z
      .strictObject({
        decision: z.string(),
        because: z.string(),
        keeps: z.array(z.string()),
        yields: z.array(z.string()),
      })
      .optional(),
    tally: z.array(z.strictObject({ option: z.string(), weight: z.number(), votes: z.number() })).optional(),
    decision_record: z.string().optional(),
  }),
  run: async ({ agent, lease, conflict_id: conflict, strategy, decision = "", vote }, { execution, call }) => {
    const problem = (path: string) => ({ path, problem: `is needed with strategy ${strategy}` });
    if (strategy === "manual" && decision === "") return { refused: "invalid_input", problems: [problem("decision")] };
    if (strategy === "vote" && !vote) return { refused: "invalid_input", problems: [problem("vote")] };
    const evidence = vote?.evidence === undefined ? [] : [vote.evidence].flat();
    const answer = await execution.resolveConflict(
      { agent, ...(lease === undefined ? {} : { lease }) },
      { conflict, strategy, decision, ...(vote ? { vote: { option: vote.option, evidence } } : {}) },
      call,
    );
    if ("refused" in answer) return answer;
    const { status, outcome, tally, record } = answer;
    return {
      say: said[status],
      status,
      ...(outcome
        ? {
            outcome: {
              decision: outcome.decision,
              because: outcome.because,
              keeps: outcome.keeps.map(nodeKey),
              yields: outcome.yields.map(nodeKey),
            },
          }
        : {}),
      ...(tally.length > 0 ? { tally: tally.map((one) => ({ ...one })) } : {}),
      ...(record === undefined ? {} : { decision_record: record }),
      next: status === "resolved" ? ["get_status"] : ["converge", "get_status"],
    };
  },
});

const said = {
  resolved: "The conflict is settled, and those concerned are told.",
  voting: "Your vote counts; it is settled once nobody can change the outcome, or at the deadline.",
  waiting: "It is settled once one of its nodes is handed in.",
} as const;
