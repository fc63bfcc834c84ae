/** How a conflict could be settled, best first, each with its reason. */
import { type NodeRef, nodeKey } from "../ids.ts";
import { isOver, type Node } from "../node/node.ts";
import { minutesOf } from "../plan/minutes.ts";
import { byRank } from "../plan/ranking.ts";
import { findNode, refOf, type Workspace } from "../workspace.ts";
import { artifactKey } from "./artifact.ts";
import type { Conflict, Strategy } from "./conflicts.ts";
import { reworkMinutes } from "./rework.ts";

export interface Suggestion {
  readonly strategy: Strategy;
  readonly why: Why;
  readonly keeps: readonly NodeRef[];
  readonly rework: readonly (NodeRef & { readonly estimateMinutes: number })[];
  /** What it is about, where that is no node. */
  readonly about: readonly string[];
}

/** What speaks for a suggestion; worded where agents are answered. */
export type Why =
  | "landed_already"
  | "handed_in_already"
  | "higher_priority"
  | "more_waits_behind"
  | "older"
  | "different_paths"
  | "next_version"
  | "premise_gone"
  | "opinions";

export function suggestionsFor(workspace: Workspace, conflict: Conflict): readonly Suggestion[] {
  const nodes = sides(workspace, conflict);
  const all = nodes.map((node) => ({ ...refOf(node), estimateMinutes: reworkMinutes(node) }));
  const about = conflict.artifacts.map(artifactKey);
  const found: Suggestion[] = [];
  if (conflict.type === "contract_breach" || conflict.type === "assumption_invalidation") {
    const why = conflict.type === "contract_breach" ? "next_version" : "premise_gone";
    found.push({ strategy: "manual", why, keeps: [], rework: all, about });
  }
  const keep = (strategy: Strategy, node: Node, why: Why): Suggestion => ({
    strategy,
    why,
    keeps: [refOf(node)],
    rework: all.filter((one) => nodeKey(one) !== nodeKey(refOf(node))),
    about,
  });
  const [first, second] = nodes;
  if (first && second && found.length === 0) {
    const done = firstDone(nodes);
    if (done)
      found.push(keep("first_completion", done, done.state.is === "landed" ? "landed_already" : "handed_in_already"));
    found.push(keep("priority", first, whyAhead(first, second)));
    if (areApart(nodes) && !unmergeable(nodes))
      found.push({ strategy: "merge", why: "different_paths", keeps: nodes.map(refOf), rework: [], about });
  }
  if (conflict.agents.length > 1 && conflict.type !== "file")
    found.push({ strategy: "vote", why: "opinions", keeps: [], rework: [], about });
  return found;
}

/** The nodes of a conflict that something can still be done about, in the order in which they matter to their plan. */
export function sides(workspace: Workspace, { nodes }: Conflict): readonly Node[] {
  return nodes
    .flatMap(({ plan, node }) => findNode(workspace, plan, node) ?? [])
    .filter((node) => node.state.is === "landed" || !isOver(node))
    .sort(byRank);
}

/** The one that landed or was handed in before all others, if one did. */
export function firstDone(nodes: readonly Node[]): Node | undefined {
  const doneAt = (node: Node) =>
    node.state.is === "landed" || node.state.is === "submitted" ? (node.submittedAt ?? 0) : Number.POSITIVE_INFINITY;
  const [first] = [...nodes].sort((a, b) => doneAt(a) - doneAt(b));
  return first && doneAt(first) < Number.POSITIVE_INFINITY ? first : undefined;
}

function whyAhead(first: Node, second: Node): Why {
  if (first.spec.priority !== second.spec.priority) return "higher_priority";
  return first.chain - minutesOf(first.spec) > second.chain - minutesOf(second.spec) ? "more_waits_behind" : "older";
}

/** Why no node behind all of them can bring them together: it is in their plan, and finds red nodes in one order only. */
export function unmergeable(nodes: readonly Node[]): "several_plans" | "several_red" | undefined {
  if (new Set(nodes.map(({ plan }) => plan)).size > 1) return "several_plans";
  return nodes.filter(({ spec }) => spec.redGates?.length).length > 1 ? "several_red" : undefined;
}

/** Whether no two of them were planned to change the same. */
function areApart(nodes: readonly Node[]): boolean {
  const planned = nodes.map(({ spec }) => [...spec.writes, ...spec.edits]);
  const all = planned.flat();
  return planned.every((one) => one.length > 0) && new Set(all).size === all.length;
}
