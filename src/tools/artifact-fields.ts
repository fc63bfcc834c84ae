/** Fields and facts about artifacts that several tools share. */
import { z } from "zod";
import type { Affected } from "../core/speculation/impact.ts";
import { textOf } from "./fields.ts";

export const artifactKinds = ["requirement", "design", "contract", "code", "test", "task"] as const;

export const artifactId = textOf(200).min(1);

export const artifactRef = z.strictObject({ kind: z.enum([...artifactKinds, "node"]), id: artifactId });

/** Several of them, published in words: what one is made of is said where one is asked for. */
export const artifactRefs = z.array(artifactRef).max(100).optional().meta({ items: { type: "object" } });

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
