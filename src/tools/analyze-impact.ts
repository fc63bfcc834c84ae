import { z } from "zod";
import { impactOf } from "../core/speculation/impact.ts";
import { withPlanOf } from "../execution/speculation/node-named.ts";
import { affectedFacts, affectedReply, mostAffected } from "./affected-facts.ts";
import { defineTool } from "./define-tool.ts";
import { artifactRef, textOf } from "./fields.ts";
import { replyOf } from "./reply.ts";

export const analyzeImpact = defineTool({
  name: "analyze_impact",
  profile: "planner",
  purpose:
    "See what a change of something would hit, with reasons, before you make it: nodes, agents, contracts, tests, assumptions.",
  readOnly: true,
  input: {
    kind: z.enum([...artifactRef.shape.kind.options, "assumption"]).optional(),
    id: artifactRef.shape.id.optional(),
    paths: z.array(textOf(1024).min(1)).max(1000).optional(),
    depth: z.int().min(1).max(8).default(8),
  },
  reply: replyOf({
    affected: affectedReply,
    more_affected: z.int().optional(),
    conflicts_likely: z.array(
      z.strictObject({
        nodes: z.array(z.string()),
        paths: z.array(z.string()),
        why: z.string(),
        score: z.number(),
      }),
    ),
  }),
  run: async ({ kind, id, paths, depth }, { execution }) => {
    if (paths !== undefined) return { refused: "not_built", what: "paths" };
    if (kind === undefined || id === undefined)
      return {
        refused: "invalid_input",
        problems: [{ path: kind === undefined ? "kind" : "id", problem: "is missing" }],
      };
    const workspace = await execution.workspace();
    const start = kind === "node" ? withPlanOf(workspace, id) : { kind, id };
    if ("refused" in start) return start;
    const affected = impactOf(workspace, [start], depth);
    return {
      say: affected.length === 0 ? "Nothing is known to hang on it." : `Things that hang on it: ${affected.length}.`,
      affected: affectedFacts(affected),
      ...(affected.length > mostAffected ? { more_affected: affected.length - mostAffected } : {}),
      conflicts_likely: [],
      next: ["record_artifact", "get_status"],
    };
  },
});
