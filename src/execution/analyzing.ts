import type { AgentName, NodeId } from "../core/ids.ts";
import { attemptOf, isOver, type Node } from "../core/node/node.ts";
import { parsePattern } from "../core/pattern/parse.ts";
import { PatternIndex } from "../core/pattern/pattern-index.ts";
import type { Refused } from "./answers.ts";
import { resolveCommit } from "./git/refs.ts";
import type { Hands } from "./hands.ts";
import type { LikelyClash } from "./impact/clashes.ts";
import type { Affected } from "./impact/walk.ts";

/** What a change of some paths would touch, and which nodes that have not landed are likely to clash. */
export interface ImpactReport {
  readonly affected: readonly (Affected & { readonly node?: NodeId; readonly agent?: AgentName })[];
  /** How many more are affected. */
  readonly more: number;
  readonly conflictsLikely: readonly LikelyClash[];
}

/** Seen from the tip of the plan that is under way, where there is one, else from the root's HEAD; nothing is known without a commit. */
export async function analyzeImpact(
  hands: Hands,
  { paths, depth, most }: { readonly paths: readonly string[]; readonly depth: number; readonly most: number },
): Promise<ImpactReport | Refused> {
  const { manager, git, impact } = hands;
  await manager.refresh();
  const { ignoreCase } = manager.workspace.settings;
  for (const pattern of paths) {
    const parsed = parsePattern(pattern, { ignoreCase });
    if ("problem" in parsed) return { refused: "bad_pattern", pattern, problem: parsed.problem };
  }
  const plans = [...manager.workspace.plans.values()].filter(({ status }) => ["active", "paused"].includes(status.is));
  const commit = plans.at(-1)?.tip ?? (await resolveCommit(git, "HEAD"));
  if (commit === undefined) return { affected: [], more: 0, conflictsLikely: [] };
  const nodes = plans.flatMap((plan) => [...plan.nodes.values()].filter((node) => !isOver(node)));
  const nameOf = (node: Node, id = node.id) => (plans.length > 1 ? `${node.plan}/${id}` : id);
  const claiming = nodes.map((node) => ({
    id: nameOf(node),
    writes: node.spec.writes,
    edits: node.spec.edits,
    dependsOn: node.spec.dependsOn.map((id) => nameOf(node, id)),
  }));
  const [{ affected, more }, conflictsLikely] = await Promise.all([
    impact.impactOf(commit, { paths, depth, most, ignoreCase }),
    impact.clashesLikely(commit, claiming, { most, ignoreCase }),
  ]);
  const holders = holdersIn(nodes, ignoreCase);
  return { affected: affected.map((one) => ({ ...one, ...holderOf(one, holders) })), more, conflictsLikely };
}

function holdersIn(nodes: Iterable<Node>, ignoreCase: boolean): PatternIndex<Node> {
  const holders = new PatternIndex<Node>();
  for (const node of nodes)
    for (const text of [...node.spec.writes, ...node.spec.edits, ...node.spec.reads]) {
      const parsed = parsePattern(text, { ignoreCase });
      if ("pattern" in parsed) holders.add(parsed.pattern, node);
    }
  return holders;
}

/** The first node that claims a file: one that an agent works on, where there is one. */
function holderOf(
  { kind, id }: Affected,
  holders: PatternIndex<Node>,
): { readonly node?: NodeId; readonly agent?: AgentName } {
  if (kind !== "file") return {};
  const some = [...holders.covering(id)];
  const node = some.find((one) => attemptOf(one)) ?? some[0];
  const agent = node && attemptOf(node)?.agent;
  return { ...(node ? { node: node.id } : {}), ...(agent === undefined ? {} : { agent }) };
}
