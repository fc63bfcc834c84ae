import { z } from "zod";
import type { ImpactReport } from "../execution/analyzing.ts";
import { defineTool } from "./define-tool.ts";
import { patterns } from "./fields.ts";
import { clashWords, viaWords } from "./impact-words.ts";
import { replyOf } from "./reply.ts";

/** So many things and pairs are told; a model reads no more of them. */
const most = 40;

export const analyzeImpact = defineTool({
  name: "analyze_impact",
  profile: "planner",
  title: "Analyze impact",
  purpose:
    "See what a change of paths would touch (imports, what changed together before) with reasons, and which nodes are likely to clash. Then submit_plan or revise_plan.",
  readOnly: true,
  input: {
    paths: patterns.optional(),
    depth: z.int().min(1).max(6).default(3),
    kind: z.string().optional(),
    id: z.string().optional(),
  },
  reply: replyOf({
    affected: z.array(
      z.strictObject({
        kind: z.string(),
        id: z.string(),
        via: z.array(z.string()),
        depth: z.int(),
        score: z.number(),
        node: z.string().optional(),
        agent: z.string().optional(),
      }),
    ),
    more_affected: z.int().optional(),
    conflicts_likely: z.array(
      z.strictObject({ nodes: z.array(z.string()), paths: z.array(z.string()), why: z.string(), score: z.number() }),
    ),
  }),
  run: async ({ paths = [], depth, kind, id }, { execution }) => {
    if (kind !== undefined || id !== undefined) return { refused: "not_built", what: "kind, id" };
    const report = await execution.analyzeImpact({ paths, depth, most });
    if ("refused" in report) return report;
    const { affected, more, conflictsLikely } = report;
    return {
      say: sentence(report),
      next: ["submit_plan", "revise_plan"],
      affected: affected.map(({ via, ...one }) => ({ ...one, via: [...viaWords(via)] })),
      ...(more > 0 ? { more_affected: more } : {}),
      conflicts_likely: conflictsLikely.map((clash) => ({
        nodes: [...clash.nodes],
        paths: [...clash.paths],
        why: clashWords(clash),
        score: clash.score,
      })),
    };
  },
});

function sentence({ affected, more, conflictsLikely }: ImpactReport): string {
  const things = affected.length + more;
  const touched = things === 0 ? "Nothing else is known to be touched" : `${things} more may be touched`;
  const pairs = conflictsLikely.length;
  const clashes =
    pairs === 0
      ? "no nodes are likely to clash"
      : `${pairs} ${pairs === 1 ? "pair of nodes is" : "pairs of nodes are"} likely to clash`;
  return `${touched}; ${clashes}.`;
}
