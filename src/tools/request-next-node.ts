import { z } from "zod";
import type { Assigned, Idle } from "../execution/answers.ts";
import type { DecidedAbout } from "../execution/decided.ts";
import { contractKinds, contractStatus } from "./contract-replies.ts";
import { defineTool } from "./define-tool.ts";
import { agentName, idField, waitSeconds } from "./fields.ts";
import { instantReply, replyOf } from "./reply.ts";
import { standsOnFacts, standsOnReply } from "./stands-on.ts";
import { timeText } from "./time-text.ts";
import { claimFacts, claimReply, factsOfRework, reworkFacts, sayOfRework } from "./work-replies.ts";

const assigned = replyOf({
  status: z.literal("assigned"),
  node: z.strictObject({
    id: z.string(),
    plan_id: z.string(),
    kind: z.enum(["work", "sync"]),
    title: z.string(),
    instructions: z.string(),
    role: z.string().optional(),
    priority: z.int(),
    estimate_minutes: z.number().optional(),
    gates: z.array(z.string()),
    gates_expected_to_fail: z.array(z.string()).optional(),
    attempt: z.int(),
    speculative: z.literal(true).optional(),
  }),
  lease: z.string(),
  lease_expires_at: instantReply,
  worktree: z.string(),
  branch: z.string(),
  base_commit: z.string(),
  claims: z.array(claimReply),
  environment: z.record(z.string(), z.string()),
  context: z.strictObject({
    goal: z.string().optional(),
    constraints: z.array(z.string()),
    contracts: z.array(
      z.strictObject({ name: z.string(), version: z.string(), status: contractStatus, kind: z.enum(contractKinds) }),
    ),
    assumptions: z.array(z.strictObject({ id: z.string(), text: z.string(), about: z.string(), by: z.string() })),
    knowledge: z.array(z.strictObject({ topic: z.string(), text: z.string(), from: z.string() })),
    dependencies: z.array(
      z.strictObject({ node: z.string(), summary: z.string(), outputs: z.unknown().optional(), commit: z.string() }),
    ),
    decisions: z
      .array(
        z.strictObject({
          conflict_id: z.string(),
          about: z.string(),
          decision: z.string(),
          keeps: z.array(z.string()),
        }),
      )
      .optional(),
    stands_on: standsOnReply.optional(),
    cut: z.literal(true).optional(),
  }),
  token_budget: z.int().optional(),
  resumed: z.boolean(),
  parked: z.strictObject({ ref: z.string(), commit: z.string(), say: z.string() }).optional(),
  rework: z.strictObject(reworkFacts).optional(),
});

const none = replyOf({
  status: z.literal("none"),
  reason: z.enum(["all_leased", "blocked", "nothing_ready", "no_plan", "plan_finished", "at_capacity", "preparing"]),
  waiting: z.record(z.string(), z.number()),
  retry_after_seconds: z.number(),
});

export const requestNextNode = defineTool({
  name: "request_next_node",
  profile: "worker",
  purpose:
    "Get a node to work on: instructions, a lease and a worktree of your own. Call it first and after each node; it waits for work. Work only inside `worktree`, then call complete_node.",
  input: {
    agent: agentName.describe("Your own name; keep it."),
    capabilities: z
      .array(z.string().min(1).max(100))
      .max(100)
      .optional()
      .describe("What you can do, if nodes require it."),
    plan_id: idField.optional(),
    wait_seconds: waitSeconds.default(45),
    accept_parked: z.boolean().default(false).describe("Put the kept work of an earlier attempt into the worktree."),
  },
  reply: z.union([assigned, none]),
  run: async (input, { execution, call, waitMs }) => {
    const answer = await execution.requestNextNode(
      {
        agent: input.agent,
        capabilities: input.capabilities ?? [],
        ...(input.plan_id === undefined ? {} : { plan: input.plan_id }),
        acceptParked: input.accept_parked,
        waitMs: waitMs(input.wait_seconds),
      },
      call,
    );
    if ("refused" in answer) return answer;
    return answer.status === "assigned" ? replyAssigned(answer) : replyNone(answer);
  },
});

function replyAssigned(answer: Assigned): z.infer<typeof assigned> {
  const { node, context, parked, rework } = answer;
  return {
    say: sayAssigned(answer),
    status: "assigned",
    node: {
      id: node.id,
      plan_id: node.planId,
      kind: node.kind,
      title: node.title,
      instructions: node.instructions,
      ...(node.role === undefined ? {} : { role: node.role }),
      priority: node.priority,
      ...(node.estimateMinutes === undefined ? {} : { estimate_minutes: node.estimateMinutes }),
      gates: [...node.gates],
      ...(node.redGates ? { gates_expected_to_fail: [...node.redGates] } : {}),
      attempt: node.attempt,
      ...(context.standsOn ? { speculative: true as const } : {}),
    },
    lease: answer.lease,
    lease_expires_at: timeText(answer.leaseExpiresAt),
    worktree: answer.worktree,
    branch: answer.branch,
    base_commit: answer.baseCommit,
    claims: answer.claims.map(claimFacts),
    environment: { ...answer.environment },
    context: {
      ...(context.goal === undefined ? {} : { goal: context.goal }),
      constraints: [...context.constraints],
      contracts: context.contracts.map((one) => ({ ...one })),
      assumptions: context.assumptions.map((one) => ({ ...one })),
      knowledge: context.knowledge.map((one) => ({ ...one })),
      dependencies: context.dependencies.map((one) => ({ ...one })),
      ...(context.decisions ? { decisions: context.decisions.map(decisionFacts) } : {}),
      ...(context.standsOn ? { stands_on: context.standsOn.map(standsOnFacts) } : {}),
      ...(context.cut ? { cut: true as const } : {}),
    },
    ...(answer.tokenBudget === undefined ? {} : { token_budget: answer.tokenBudget }),
    resumed: answer.resumed,
    ...(parked
      ? {
          parked: {
            ...parked,
            say: "An earlier attempt left work here. Call again with accept_parked to get it into the worktree.",
          },
        }
      : {}),
    ...(rework ? { rework: factsOfRework(rework) } : {}),
    next: ["report_progress", "claim_resources", "complete_node", "fail_node"],
  };
}

function sayAssigned({ resumed, rework, context }: Assigned): string {
  if (rework) return sayOfRework(rework);
  const begin = resumed ? "You already had this node and have it still." : "You have a node.";
  const early = context.standsOn
    ? " It is speculative: what context.stands_on names has not landed yet. Complete it all the same when you are done; it lands after that, and comes back to you if that changes."
    : "";
  return `${begin} Follow its instructions inside worktree and nowhere else, then call complete_node with the lease.${early}`;
}

function decisionFacts({ conflict, keeps, ...said }: DecidedAbout) {
  return { conflict_id: conflict, ...said, keeps: [...keeps] };
}

function replyNone({ reason, waiting, retryAfterSeconds }: Idle): z.infer<typeof none> {
  const over = reason === "no_plan" || reason === "plan_finished";
  return {
    say: sayNone(reason),
    status: "none",
    reason,
    waiting: { ...waiting },
    retry_after_seconds: retryAfterSeconds,
    next: over ? ["get_status"] : ["request_next_node", "get_status"],
  };
}

function sayNone(reason: Idle["reason"]): string {
  switch (reason) {
    case "all_leased":
      return "All that could be worked on is in other hands. Ask again.";
    case "blocked":
      return "Nodes are ready, but others hold what they need or ask for capabilities that you did not name. Ask again.";
    case "nothing_ready":
      return "No node is ready. get_status with view why says what each waits for.";
    case "no_plan":
      return "There is no plan to work on.";
    case "plan_finished":
      return "There is nothing left to do. You can stop.";
    case "at_capacity":
      return "As many agents work on the plan as it allows. Ask again.";
    case "preparing":
      return "Your node is yours, but its worktree is still being prepared. Ask again.";
  }
}
