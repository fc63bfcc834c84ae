import { z } from "zod";
import { impactOf } from "../core/speculation/impact.ts";
import type { Workspace } from "../core/workspace.ts";
import type { Refused } from "../execution/answers.ts";
import { clashWords } from "../execution/impact/clash-words.ts";
import { withPlanOf } from "../execution/speculation/node-named.ts";
import { affectedFacts, affectedReply, mostAffected } from "./affected-facts.ts";
import { defineTool } from "./define-tool.ts";
import { artifactRef, patterns } from "./fields.ts";
import { viaWords } from "./impact-words.ts";
import { replyOf } from "./reply.ts";

type Kind = z.infer<typeof artifactRef>["kind"] | "assumption";

export const analyzeImpact = defineTool({
  name: "analyze_impact",
  profile: "planner",
  purpose:
    "See what a change of paths (imports, what changed together before) or of a thing would hit, with reasons, and which nodes are likely to clash.",
  readOnly: true,
  input: {
    kind: z.enum([...artifactRef.shape.kind.options, "assumption"]).optional(),
    id: artifactRef.shape.id.optional(),
    paths: patterns.optional(),
    depth: z.int().min(1).max(8).default(3),
  },
  reply: replyOf({
    affected: affectedReply,
    more_affected: z.int().optional(),
    conflicts_likely: z.array(
      z.strictObject({ nodes: z.array(z.string()), paths: z.array(z.string()), why: z.string(), score: z.number() }),
    ),
  }),
  run: async ({ kind, id, paths = [], depth }, { execution }) => {
    if ((kind === undefined) !== (id === undefined))
      return {
        refused: "invalid_input",
        problems: [{ path: kind === undefined ? "kind" : "id", problem: "is missing" }],
      };
    const hanging = hangingOn(await execution.workspace(), { kind, id }, depth);
    if ("refused" in hanging) return hanging;
    const report = await execution.analyzeImpact({ paths, depth, most: mostAffected });
    if ("refused" in report) return report;
    const { conflictsLikely } = report;
    const more = report.more + Math.max(0, hanging.length - mostAffected);
    const things = report.affected.length + report.more + hanging.length;
    return {
      say: sentence(things, conflictsLikely.length),
      next: ["submit_plan", "revise_plan"],
      affected: [
        ...affectedFacts(hanging),
        ...report.affected.map(({ via, ...one }) => ({ ...one, via: [...viaWords(via)] })),
      ],
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

/** What is known to hang on a thing that was asked about. */
function hangingOn(
  workspace: Workspace,
  { kind, id }: { readonly kind: Kind | undefined; readonly id: string | undefined },
  depth: number,
): ReturnType<typeof impactOf> | Refused {
  if (kind === undefined || id === undefined) return [];
  const start = kind === "node" ? withPlanOf(workspace, id) : { kind, id };
  return "refused" in start ? start : impactOf(workspace, [start], depth);
}

function sentence(things: number, pairs: number): string {
  const touched = things === 0 ? "Nothing else is known to be touched" : `${things} more may be touched`;
  const clashes =
    pairs === 0
      ? "no nodes are likely to clash"
      : `${pairs} ${pairs === 1 ? "pair of nodes is" : "pairs of nodes are"} likely to clash`;
  return `${touched}; ${clashes}.`;
}
