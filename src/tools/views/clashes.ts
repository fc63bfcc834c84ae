import { z } from "zod";
import { type AttemptRef, nodeKey } from "../../core/ids.ts";
import { attemptOf } from "../../core/node/node.ts";
import { findNode, type Workspace } from "../../core/workspace.ts";
import { instantReply } from "../reply.ts";
import { timeText } from "../time-text.ts";

export const clashRow = z.strictObject({
  nodes: z.array(z.string()),
  agents: z.array(z.string()),
  paths: z.array(z.string()),
  since: instantReply,
});

/** Attempts under way whose changes exclude each other, the oldest first; of a plan or of all. */
export function clashRows(workspace: Workspace, plan: string | undefined): readonly z.infer<typeof clashRow>[] {
  return [...workspace.clashes.values()]
    .filter(({ one, other }) => plan === undefined || one.plan === plan || other.plan === plan)
    .map(({ one, other, paths, since }) => ({
      nodes: [nodeKey(one), nodeKey(other)],
      agents: [one, other].map((side) => agentOf(workspace, side)),
      paths: [...paths],
      since: timeText(since),
    }));
}

function agentOf(workspace: Workspace, { plan, node: id }: AttemptRef): string {
  const node = findNode(workspace, plan, id);
  return (node && attemptOf(node)?.agent) ?? "";
}
