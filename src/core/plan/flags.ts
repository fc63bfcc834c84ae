/** Nodes with `when` run only if their flag is true; else they are skipped, and hold nobody up. */
import type { NodeId, PlanId } from "../ids.ts";
import type { Node } from "../node/node.ts";
import type { NodeEvent } from "../node/node-events.ts";
import type { Plan } from "./plan.ts";
import type { PlanEvent } from "./plan-events.ts";

export type Flags = Readonly<Record<string, boolean>>;

/** Whether a node is to run under these flags. */
export function runsUnder(flags: Flags, when: string | undefined): boolean {
  return when === undefined || (Object.hasOwn(flags, when) && flags[when] === true);
}

export function skippedByFlags(
  plan: PlanId,
  nodes: readonly { readonly id: NodeId; readonly when?: string | undefined }[],
  flags: Flags,
): readonly NodeEvent[] {
  const skipped = nodes.filter(({ when }) => !runsUnder(flags, when));
  return skipped.map(({ id }) => ({ type: "NodeCancelled", plan, node: id, why: "flag" }));
}

/** What changed flags mean for nodes that nobody has begun: some are skipped now, and some run after all. */
export function followFlags(
  plan: Plan,
  flags: Flags,
  changed: ReadonlyMap<NodeId, string | undefined>,
): readonly (NodeEvent | PlanEvent)[] {
  const nodes = [...plan.nodes.values()].map((node) => ({
    node,
    id: node.id,
    when: changed.has(node.id) ? changed.get(node.id) : node.spec.when,
  }));
  const waiting = nodes.filter(({ node: { state } }) => state.is === "pending" || state.is === "ready");
  const known = new Map<NodeId, boolean>();
  const revived = nodes.filter(
    ({ node, when }) => node.state.is === "skipped" && runsUnder(flags, when) && isUnused(plan, node, known),
  );
  return [
    ...revived.map(({ id }): PlanEvent => ({ type: "NodeRetried", plan: plan.id, node: id })),
    ...skippedByFlags(plan.id, waiting, flags),
  ];
}

/** Whether nothing has gone on yet because this node was skipped: else it would land after what depends on it. */
function isUnused(plan: Plan, node: Node, known: Map<NodeId, boolean>): boolean {
  const open = [node];
  const seen = new Set(open);
  for (let one = open.pop(); one; one = open.pop()) {
    for (const id of one.dependents) {
      const next = plan.nodes.get(id);
      if (!next || seen.has(next)) continue;
      seen.add(next);
      if (next.state.is === "skipped") {
        if (known.get(id) === false) return remember(known, node.id, false);
        if (known.get(id) === undefined) open.push(next);
      } else if (!["pending", "ready", "cancelled"].includes(next.state.is)) return remember(known, node.id, false);
    }
  }
  return remember(known, node.id, true);
}

function remember(known: Map<NodeId, boolean>, id: NodeId, unused: boolean): boolean {
  known.set(id, unused);
  return unused;
}
