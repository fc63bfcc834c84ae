import type { CommitId, NodeId } from "../core/ids.ts";
import { patternOf } from "../core/locks/locks.ts";
import { compatible, type Mode } from "../core/locks/modes.ts";
import { overlap } from "../core/pattern/overlap.ts";
import { parallelLimit } from "../core/plan/plan.ts";
import type { NodeSpec, Policy } from "../core/plan/spec.ts";
import type { PlanReceipt } from "./execution.ts";
import type { Hands } from "./hands.ts";
import { clashWords } from "./impact/clash-words.ts";
import type { LikelyClash } from "./impact/clashes.ts";
import type { CrossingImport } from "./impact/crossing-imports.ts";
import { ImpactClosed } from "./impact/impact.ts";

/** The nodes of a plan that have not landed, with what a planner has just written. */
export interface Planned {
  readonly nodes: readonly PlannedNode[];
  readonly policy: Policy;
  readonly ignoreCase: boolean;
  /** Only pairs with one of them are told; all when absent. */
  readonly fresh?: ReadonlySet<NodeId>;
}

type PlannedNode = Pick<NodeSpec, "id" | "writes" | "edits" | "reads" | "dependsOn">;

/** Who submits a plan does not wait for longer than this, in milliseconds. */
const patience = 1_000;
const mostTold = 10;
/** Of a module that exports more nobody knows what is meant. */
const mostNames = 5;
/** Beyond them they are counted no more. */
const mostCounted = 1_000;
/** What knows of clashes would be busy with more for long after nobody waits for it any more. */
const mostNodes = 1_000;

/**
 * Warns of nodes that may run at the same time and are likely to change the same files, by the tree of a commit and its history,
 * the likeliest first, and proposes what who imports what another changes may take for granted. Those whose claims exclude each other take turns, and are warned of as such. Never throws.
 */
export async function clashWarnings(
  { impact, report }: Pick<Hands, "impact" | "report">,
  commit: CommitId,
  { nodes, policy, ignoreCase, fresh }: Planned,
): Promise<PlanReceipt["warnings"]> {
  const claiming = nodes.filter(({ writes, edits }) => writes.length + edits.length > 0);
  const isAnythingNew = fresh === undefined || claiming.some(({ id }) => fresh.has(id));
  if (claiming.length < 2 || nodes.length > mostNodes || parallelLimit({ header: { policy } }) < 2 || !isAnythingNew)
    return [];
  try {
    const asked = nodes.map(({ id, writes, edits, dependsOn }) => ({ id, writes, edits, dependsOn }));
    const [found, crossings] = await Promise.all([
      impact.clashesWithin(patience, commit, asked, { most: mostCounted, ignoreCase }),
      impact.crossingsWithin(patience, commit, asked, { most: mostCounted, ignoreCase }),
    ]);
    if (!found || !crossings) return [stillReading];
    const byId = new Map(nodes.map((node) => [node.id, node]));
    const isToBeTold = (a: NodeId, b: NodeId) => {
      const [one, other] = [byId.get(a), byId.get(b)];
      return one && other && (!fresh || fresh.has(a) || fresh.has(b)) && !takeTurns(one, other, ignoreCase);
    };
    const told = found.filter(({ nodes: [a, b] }) => isToBeTold(a, b));
    const proposed = crossings.filter(({ node, changedBy }) => isToBeTold(node, changedBy));
    return [
      ...told.slice(0, mostTold).map(warningOf),
      ...others(told.length - mostTold),
      ...proposed.slice(0, mostTold).map(proposalOf),
    ];
  } catch (fault) {
    if (!(fault instanceof ImpactClosed)) report(fault, "looking for nodes that are likely to clash");
    return [];
  }
}

type Warning = PlanReceipt["warnings"][number];

const stillReading: Warning = {
  code: "clashes_not_known",
  nodes: [],
  say: "What imports what, and what changed together before, is still being read; analyze_impact tells which nodes are likely to clash.",
};

function warningOf(clash: LikelyClash): Warning {
  const [one, other] = clash.nodes;
  const say = `${one} and ${other} may run at the same time and are likely to clash (${clash.score}). ${clashWords(clash)}`;
  return { code: "likely_clash", nodes: [one, other], say };
}

/** What may be taken for granted by who imports what another node changes, with a check of it. */
function proposalOf({ node, file, imports, changedBy, exports }: CrossingImport): Warning {
  const [first] = exports;
  const isTold = first !== undefined && exports.length <= mostNames;
  const check = isTold ? { exports: { path: imports, name: first } } : { path_exists: imports };
  const text = isTold ? `${imports} goes on exporting ${exports.join(", ")}.` : `${imports} stays where it is.`;
  const asked = JSON.stringify({ text, about: { kind: "node", id: changedBy }, check });
  const say = `${file}, which ${node} claims, imports ${imports}, which ${changedBy} may change at the same time. If ${node} counts on it, let its agent call track_assumption with ${asked}, or make one depend on the other.`;
  return { code: "assumption_proposed", nodes: [node, changedBy], say };
}

function others(count: number): readonly Warning[] {
  if (count <= 0) return [];
  const pairs = count === 1 ? "1 more pair of nodes is" : `${count} more pairs of nodes are`;
  return [{ code: "likely_clash", nodes: [], say: `${pairs} likely to clash; analyze_impact names them.` }];
}

function takeTurns(one: PlannedNode, other: PlannedNode, ignoreCase: boolean): boolean {
  return claimsOf(one).some((a) =>
    claimsOf(other).some(
      (b) =>
        !compatible(a.mode, b.mode) &&
        overlap(patternOf(a.text, ignoreCase), patternOf(b.text, ignoreCase)) !== undefined,
    ),
  );
}

function claimsOf({ writes, edits, reads }: PlannedNode): readonly { readonly mode: Mode; readonly text: string }[] {
  return [
    ...writes.map((text) => ({ mode: "write" as const, text })),
    ...edits.map((text) => ({ mode: "edit" as const, text })),
    ...reads.map((text) => ({ mode: "read" as const, text })),
  ];
}
