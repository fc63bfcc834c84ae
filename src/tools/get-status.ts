import { z } from "zod";
import type { Refused } from "../execution/answers.ts";
import type { Execution } from "../execution/execution.ts";
import { wholePlan } from "../execution/landed-plan.ts";
import { defineTool } from "./define-tool.ts";
import { agentName, idField } from "./fields.ts";
import { replyOf } from "./reply.ts";
import { agentsFacts, agentsView, sayAgents } from "./views/agents.ts";
import { locksFacts, locksView, sayLocks } from "./views/locks.ts";
import { metricsFacts, metricsView, sayMetrics } from "./views/metrics.ts";
import { nodeFacts, nodeView, sayNode } from "./views/node.ts";
import { overview, overviewFacts, sayOverview } from "./views/overview.ts";
import { parkedFacts, parkedView, sayParked } from "./views/parked.ts";
import { planFacts, planView, sayPlan } from "./views/plan.ts";
import { meantPlan, type Query } from "./views/query.ts";
import { queueFacts, queueView, sayQueue } from "./views/queue.ts";
import { sayTimeline, timelineFacts, timelineView } from "./views/timeline.ts";
import { sayWhy, whyFacts, whyView } from "./views/why.ts";

const viewNames = [
  "overview",
  "plan",
  "node",
  "why",
  "locks",
  "queue",
  "agents",
  "timeline",
  "metrics",
  "parked",
] as const;
type ViewName = (typeof viewNames)[number];

const reply = z.discriminatedUnion("view", [
  replyOf(overviewFacts),
  replyOf(planFacts),
  replyOf(nodeFacts),
  replyOf(whyFacts),
  replyOf(locksFacts),
  replyOf(queueFacts),
  replyOf(agentsFacts),
  replyOf(timelineFacts),
  replyOf(metricsFacts),
  replyOf(parkedFacts),
]);
type Status = z.infer<typeof reply>;

export const getStatus = defineTool({
  name: "get_status",
  profile: "worker",
  purpose:
    "Look without changing anything: overview, a plan, a node, why nodes wait, locks, the landing queue, agents, timeline, metrics, parked work. Use view why when nothing is ready.",
  readOnly: true,
  input: {
    view: z.enum(viewNames).optional().describe("Default: overview, or node if node_id is given."),
    plan_id: idField.optional(),
    node_id: idField.optional(),
    since: z.int().min(0).optional().describe("timeline: the position to go on from."),
    limit: z.int().min(1).max(10_000).optional(),
    detail: z.enum(["concise", "detailed"]).default("concise"),
    agent: agentName.optional().describe("Your own name, to get your news too."),
  },
  reply,
  run: async (input, { execution }) => {
    const view = input.view ?? (input.node_id === undefined ? "overview" : "node");
    return look(view, queryOf(input), execution);
  },
});

function queryOf(input: {
  readonly plan_id?: string | undefined;
  readonly node_id?: string | undefined;
  readonly since?: number | undefined;
  readonly limit?: number | undefined;
  readonly detail: "concise" | "detailed";
}): Query {
  return {
    ...(input.plan_id === undefined ? {} : { plan: input.plan_id }),
    ...(input.node_id === undefined ? {} : { node: input.node_id }),
    ...(input.since === undefined ? {} : { since: input.since }),
    ...(input.limit === undefined ? {} : { limit: input.limit }),
    detailed: input.detail === "detailed",
  };
}

async function look(view: ViewName, query: Query, execution: Execution): Promise<Status | Refused> {
  const workspace = await execution.workspace();
  const meant = meantPlan(workspace, query);
  if (query.plan !== undefined && !meant) return { refused: "unknown_plan", plan: query.plan };
  const plan =
    meant && (view === "plan" || query.node !== undefined) ? await wholePlan(execution.events, meant) : meant;
  const node = query.node === undefined ? undefined : plan?.nodes.get(query.node);
  if (query.node !== undefined && !node) return { refused: "unknown_node", plan: plan?.id ?? "", node: query.node };
  switch (view) {
    case "overview": {
      const facts = overview(workspace, query, await execution.stewardIsThere());
      return {
        ...facts,
        say: sayOverview(facts),
        next: facts.plans.length === 0 ? ["submit_plan"] : ["get_status", "request_next_node"],
      };
    }
    case "plan": {
      if (!plan) return nothingToShow("plan_id", "there is no plan yet");
      const facts = planView(plan, query);
      return { ...facts, say: sayPlan(facts), next: ["get_status"] };
    }
    case "node": {
      if (!plan || !node) return nothingToShow("node_id", "is missing; view node needs it");
      const facts = await nodeView(workspace, plan, node, execution);
      return { ...facts, say: sayNode(facts), next: ["get_status"] };
    }
    case "why": {
      const facts = whyView(workspace, query, await execution.stewardIsThere());
      return { ...facts, say: sayWhy(facts), next: ["get_status"] };
    }
    case "locks": {
      const facts = locksView(workspace, query);
      return { ...facts, say: sayLocks(facts), next: ["get_status"] };
    }
    case "queue": {
      const facts = queueView(workspace, query);
      return { ...facts, say: sayQueue(facts), next: ["get_status"] };
    }
    case "agents": {
      const facts = agentsView(workspace, query);
      return { ...facts, say: sayAgents(facts), next: ["get_status"] };
    }
    case "timeline": {
      const facts = await timelineView(execution, workspace.position, query);
      return { ...facts, say: sayTimeline(facts), next: ["get_status"] };
    }
    case "metrics": {
      const facts = await metricsView(workspace, execution, query);
      return { ...facts, say: sayMetrics(facts), next: ["get_status"] };
    }
    case "parked": {
      const facts = parkedView(await execution.parked(), query);
      return { ...facts, say: sayParked(facts), next: ["get_status"] };
    }
  }
}

function nothingToShow(path: string, problem: string): Refused {
  return { refused: "invalid_input", problems: [{ path, problem }] };
}
