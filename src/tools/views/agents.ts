import { z } from "zod";
import { isSuspect } from "../../core/lease.ts";
import { workedOn } from "../../core/node/node.ts";
import { nodeByKey, type Workspace } from "../../core/workspace.ts";
import { instantReply } from "../reply.ts";
import { timeText } from "../time-text.ts";
import { clashRow, clashRows } from "./clashes.ts";
import { type Query, shown } from "./query.ts";

const row = z.strictObject({
  agent: z.string(),
  plan: z.string().optional(),
  node: z.string().optional(),
  state: z.string().optional(),
  percent: z.number().optional(),
  suspect: z.literal(true).optional(),
  lease_expires_at: instantReply.optional(),
  handed_in: z.array(z.string()).optional(),
  last_seen: instantReply,
});

export const agentsFacts = {
  view: z.literal("agents"),
  agents: z.array(row),
  clashes: z.array(clashRow).optional(),
  cut: z.literal(true).optional(),
  total: z.int().optional(),
};
type AgentsView = z.infer<z.ZodObject<typeof agentsFacts>>;

/** Who works on what; those seen last come first. */
export function agentsView(workspace: Workspace, query: Query): AgentsView {
  const rows = [...workspace.agents.values()]
    .map(({ name, lastSeen, nodes }) => {
      const own = [...nodes].flatMap((key) => nodeByKey(workspace, key) ?? []);
      const held = own.find((node) => workedOn(node)?.agent === name);
      const attempt = held && workedOn(held);
      const handedIn = own.filter(({ state }) => state.is === "submitted").map(({ plan, id }) => `${plan}/${id}`);
      return {
        agent: name,
        ...(held ? { plan: held.plan, node: held.id, state: held.state.is } : {}),
        ...(attempt?.percent === undefined ? {} : { percent: attempt.percent }),
        ...(attempt && isSuspect(attempt, workspace.now) ? { suspect: true as const } : {}),
        ...(attempt ? { lease_expires_at: timeText(attempt.until) } : {}),
        ...(handedIn.length > 0 ? { handed_in: handedIn } : {}),
        last_seen: timeText(Math.max(lastSeen, attempt?.lastSeen ?? 0)),
      };
    })
    .filter(({ plan }) => query.plan === undefined || plan === query.plan)
    .sort((a, b) => b.last_seen.localeCompare(a.last_seen) || a.agent.localeCompare(b.agent));
  const { items, mark } = shown(rows, query.limit ?? 100);
  const clashes = [...clashRows(workspace, query.plan)];
  return { view: "agents", agents: items, ...(clashes.length > 0 ? { clashes } : {}), ...mark };
}

export function sayAgents({ agents, clashes = [], total }: AgentsView): string {
  const working = agents.filter(({ node }) => node !== undefined).length;
  return `Agents known: ${total ?? agents.length}; ${working} of those shown work on a node.${clashes.length > 0 ? ` Clashes between them: ${clashes.length}.` : ""}`;
}
