import { z } from "zod";
import { type Hit, impactOf } from "../core/speculation/impact.ts";
import type { Workspace } from "../core/workspace.ts";
import type { Refused } from "../execution/answers.ts";
import { clashWords } from "../execution/impact/clash-words.ts";
import { viaWords } from "../execution/impact/step-words.ts";
import { withPlanOf } from "../execution/speculation/node-named.ts";
import { affectedFacts, affectedReply, mostAffected } from "./affected-facts.ts";
import { defineTool } from "./define-tool.ts";
import { artifactRef, patterns } from "./fields.ts";
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
    depth: z.int().min(1).max(8).default(4),
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
    const workspace = await execution.workspace();
    const thing = thingMeant(workspace, { kind, id });
    if (thing && "refused" in thing) return thing;
    const hanging = thing ? impactOf(workspace, [thing], depth) : [];
    const asked = { paths, depth, most: mostAffected, ...(thing ? { thing } : {}) };
    const report = await execution.analyzeImpact(asked);
    if ("refused" in report) return report;
    const told = new Set([...hanging, ...(thing ? [thing] : [])].map((one) => `${one.kind}:${one.id}`));
    const touched = report.affected.filter((one) => !told.has(`${one.kind}:${one.id}`));
    const { conflictsLikely } = report;
    const more = report.more + Math.max(0, hanging.length - mostAffected);
    const things = touched.length + report.more + hanging.length;
    return {
      say: sentence(things, conflictsLikely.length),
      next: ["submit_plan", "revise_plan"],
      affected: [
        ...affectedFacts(hanging),
        ...touched.map(({ via, since = [], ...one }) => ({ ...one, via: [...since, ...viaWords(via)] })),
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

/** The thing that was asked about, if one was; a node's id is unique within its plan only. */
function thingMeant(
  workspace: Workspace,
  { kind, id }: { readonly kind: Kind | undefined; readonly id: string | undefined },
): Hit | Refused | undefined {
  if (kind === undefined || id === undefined) return undefined;
  return kind === "node" ? withPlanOf(workspace, id) : { kind, id };
}

function sentence(things: number, pairs: number): string {
  const touched = things === 0 ? "Nothing else is known to be touched" : `${things} more may be touched`;
  const clashes =
    pairs === 0
      ? "no nodes are likely to clash"
      : `${pairs} ${pairs === 1 ? "pair of nodes is" : "pairs of nodes are"} likely to clash`;
  return `${touched}; ${clashes}.`;
}
