import { z } from "zod";
import type { Completed } from "../execution/answers.ts";
import { defineTool } from "./define-tool.ts";
import { agentName, dataOf, leaseToken, textOf, tokensUsed, waitSeconds } from "./fields.ts";
import { shownScore } from "./gate-words.ts";
import { replyOf } from "./reply.ts";
import { factsOfRework, reworkFacts, sayOfRework } from "./work-replies.ts";

const landed = replyOf({
  status: z.literal("landed"),
  commit: z.string(),
  integration_branch: z.string(),
  resolved: z.array(z.strictObject({ path: z.string(), by: z.string() })).optional(),
  failed_as_base: z.array(z.string()).optional(),
  failed_within_threshold: z.array(z.string()).optional(),
  score: z.number().optional(),
});
const queued = replyOf({
  status: z.literal("queued"),
  position: z.int(),
  ahead: z.array(z.string()),
  failed_as_expected: z.array(z.string()).optional(),
  lands_with_one_of: z.array(z.string()).optional(),
  paused_by: z.array(z.string()).optional().describe("Convergences that are decided first."),
});
const rework = replyOf({ status: z.literal("rework"), ...reworkFacts });

export const completeNode = defineTool({
  name: "complete_node",
  profile: "worker",
  purpose:
    "Hand your node in: what is in the worktree is merged, checked and landed. On `rework`, correct it in the worktree and call again; on `queued`, take another node, call again to wait, or take it back with `withdraw` to change it; on `landed`, call request_next_node.",
  input: {
    agent: agentName,
    lease: leaseToken,
    summary: textOf(10_000).describe("What you did, for those who build on it."),
    outputs: dataOf(65_536).optional().meta({ type: "object", description: "Data for the nodes that depend on it." }),
    tokens_used: tokensUsed.optional(),
    withdraw: z
      .boolean()
      .optional()
      .describe("Take back what you handed in instead, unless it lands already; summary says why."),
    wait_seconds: waitSeconds.default(20),
  },
  reply: z.union([landed, queued, rework]),
  run: async (
    { agent, lease, summary, outputs, tokens_used: tokens, withdraw = false, wait_seconds: wait },
    { execution, call, waitMs },
  ) => {
    if (withdraw) {
      const back = await execution.takeBack({ agent, lease }, summary, call);
      return "refused" in back ? back : replyTo(back);
    }
    const work = {
      summary,
      ...(outputs === undefined ? {} : { outputs }),
      ...(tokens === undefined ? {} : { tokens }),
      waitMs: waitMs(wait),
    };
    const answer = await execution.completeNode({ agent, lease }, work, call);
    return "refused" in answer ? answer : replyTo(answer);
  },
});

function replyTo(answer: Completed): z.infer<typeof landed> | z.infer<typeof queued> | z.infer<typeof rework> {
  switch (answer.status) {
    case "landed":
      return {
        say: `Your node landed. ${sayLetFail(answer)}Take the next one.`,
        status: "landed",
        commit: answer.commit,
        integration_branch: answer.integrationBranch,
        ...(answer.resolved ? { resolved: [...answer.resolved] } : {}),
        ...(answer.failedAsBase ? { failed_as_base: [...answer.failedAsBase] } : {}),
        ...(answer.failedWithinThreshold ? { failed_within_threshold: [...answer.failedWithinThreshold] } : {}),
        ...(answer.score === undefined ? {} : { score: shownScore(answer.score) }),
        next: ["request_next_node"],
      };
    case "queued":
      if (answer.red)
        return {
          say: "Your node's gates fail as they are expected to. It lands together with the first node that depends on it and passes. Take the next one.",
          status: "queued",
          position: answer.position,
          ahead: [...answer.ahead],
          failed_as_expected: [...answer.red.gates],
          lands_with_one_of: [...answer.red.behind],
          next: ["request_next_node"],
        };
      if (answer.pausedBy)
        return {
          say: "Your node is handed in, and lands once what pauses it is decided. Say in the convergence what should be done, or take another node meanwhile.",
          status: "queued",
          position: answer.position,
          ahead: [...answer.ahead],
          paused_by: [...answer.pausedBy],
          next: ["converge", "request_next_node", "complete_node"],
        };
      return {
        say: "Your node is handed in and waits its turn. Take another one meanwhile, or call again with the same lease to wait on.",
        status: "queued",
        position: answer.position,
        ahead: [...answer.ahead],
        next: ["request_next_node", "complete_node"],
      };
    case "rework":
      return {
        say: sayOfRework(answer),
        status: "rework",
        ...factsOfRework(answer),
        next: ["complete_node", "claim_resources", "fail_node"],
      };
  }
}

function sayLetFail({ failedAsBase, failedWithinThreshold, score = 1 }: Completed & { status: "landed" }): string {
  const asBase = failedAsBase ? `${failedAsBase.join(", ")} failed as on the base, which your plan lets be. ` : "";
  const within = failedWithinThreshold?.join(", ");
  return within === undefined
    ? asBase
    : `${asBase}${within} failed, but the score of ${shownScore(score)} is enough for your plan. `;
}
