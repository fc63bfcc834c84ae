/** What a change hits, as several tools tell it. */
import { z } from "zod";
import type { Affected } from "../core/speculation/impact.ts";

export const affectedReply = z.array(
  z.strictObject({
    kind: z.string(),
    id: z.string(),
    via: z.array(z.string()),
    depth: z.int(),
    score: z.number(),
    node: z.string().optional(),
    agent: z.string().optional(),
  }),
);

/** No reply shows more; the nearest come first. */
export const mostAffected = 100;

/** What a change hits, under the names that callers know. */
export function affectedFacts(affected: readonly Affected[]): z.infer<typeof affectedReply> {
  return affected.slice(0, mostAffected).map(({ kind, id, via, depth, node, agent }) => ({
    kind,
    id,
    via: [...via],
    depth,
    score: scoreAt(depth),
    ...(node ? { node: `${node.plan}/${node.node}` } : {}),
    ...(agent === undefined ? {} : { agent }),
  }));
}

/** What is reached over many steps is the less likely to be hit. */
function scoreAt(depth: number): number {
  return Math.round(1000 / depth) / 1000;
}
