import { z } from "zod";
import { nodeKey } from "../../core/ids.ts";
import { openConflicts } from "../../core/speculation/conflicts.ts";
import { convergenceOf } from "../../core/speculation/convergences.ts";
import type { Workspace } from "../../core/workspace.ts";
import { instantReply } from "../reply.ts";
import { timeText } from "../time-text.ts";
import type { Query } from "./query.ts";

export const conflictRow = z.strictObject({
  conflict_id: z.string(),
  severity: z.string(),
  convergence_id: z.string().optional(),
  type: z.string().optional(),
  nodes: z.array(z.string()).optional(),
  agents: z.array(z.string()).optional(),
  since: instantReply.optional(),
});

/** So many are named where space is short. */
const mostConcise = 3;

/** The conflicts that are open, oldest first; in detail also what they are about and whom they concern. */
export function conflictRows(
  workspace: Workspace,
  { plan, detailed, limit = 100 }: Query,
): z.infer<typeof conflictRow>[] {
  const open = [...openConflicts(workspace)].filter(({ plans }) => plan === undefined || plans.includes(plan));
  return open.slice(0, detailed ? limit : mostConcise).map((conflict) => {
    const { id, severity, type, nodes, agents, since } = conflict;
    const convergence = convergenceOf(workspace, conflict)?.id;
    const more = { type, nodes: nodes.map(nodeKey), agents: [...agents], since: timeText(since) };
    return {
      conflict_id: id,
      severity,
      ...(convergence === undefined ? {} : { convergence_id: convergence }),
      ...(detailed ? more : {}),
    };
  });
}
