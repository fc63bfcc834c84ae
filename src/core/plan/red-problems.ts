/** What is wrong with gates that are expected to fail. */
import type { NodeId } from "../ids.ts";
import type { DraftNode, PlanDraft, PlanSurroundings, Problem } from "./check.ts";

/**
 * Problems of red nodes in a plan without cycles. A red node lands with whoever depends on it; what stands on several must find
 * them in one order, so each of these depends on the one before it.
 */
export function redProblems(
  draft: PlanDraft,
  edges: ReadonlyMap<NodeId, readonly NodeId[]>,
  existing: NonNullable<PlanSurroundings["existing"]>,
): readonly Problem[] {
  const red = new Set([...existing].filter(({ redGates }) => redGates?.length).map(({ id }) => id));
  const drafted = new Map<NodeId, DraftNode>();
  for (const node of draft.nodes) {
    if (node.id === undefined) continue;
    drafted.set(node.id, node);
    if (node.gates.some((gate) => gate?.expect === "fail")) red.add(node.id);
    else if (node.gates.length > 0) red.delete(node.id);
  }
  if (red.size === 0) return [];
  const own = draft.nodes.flatMap((node) => (node.id !== undefined && red.has(node.id) ? ofRed(node) : []));
  const under = undersOf(edges, red);
  const apart = [...edges].flatMap(([id, before]): readonly Problem[] => {
    const reds = before.filter((one) => red.has(one));
    if (reds.length < 2) return [];
    const apartFrom = reds.find((one) => !reds.every((other) => isInLine(one, other, under)));
    if (apartFrom === undefined) return [];
    const node = drafted.get(id) ?? drafted.get(apartFrom);
    const problem = `${id} depends on ${reds.join(" and ")}, whose gates are expected to fail. Let each of these depend on the one before it, so that they land together in one order.`;
    return [{ code: "red_gate", path: `${node?.at ?? "nodes"}.depends_on`, problem }];
  });
  return [...own, ...apart];
}

function ofRed({ at, kind, gates }: DraftNode): readonly Problem[] {
  const names = gates.flatMap((gate) => (gate ? [gate] : []));
  const both = names.find(
    ({ name, expect }) => expect === "fail" && names.some((one) => one.name === name && one.expect !== "fail"),
  );
  const problem = (path: string, text: string): Problem => ({ code: "red_gate", path: `${at}.${path}`, problem: text });
  return [
    ...(kind === "sync"
      ? [problem("gates", "Nobody works on a sync node, so no gate of it can be expected to fail.")]
      : []),
    ...(both ? [problem("gates", `The gate ${both.name} cannot be expected both to pass and to fail.`)] : []),
  ];
}

function isInLine(one: NodeId, other: NodeId, under: ReadonlyMap<NodeId, ReadonlySet<NodeId>>): boolean {
  return one === other || under.get(one)?.has(other) === true || under.get(other)?.has(one) === true;
}

/** The red nodes that each red node stands on through red nodes alone. */
function undersOf(
  edges: ReadonlyMap<NodeId, readonly NodeId[]>,
  red: ReadonlySet<NodeId>,
): ReadonlyMap<NodeId, ReadonlySet<NodeId>> {
  return new Map(
    [...red].map((id) => {
      const found = new Set<NodeId>();
      const open = [id];
      for (let one = open.pop(); one !== undefined; one = open.pop()) {
        for (const before of edges.get(one) ?? []) {
          if (!red.has(before) || found.has(before)) continue;
          found.add(before);
          open.push(before);
        }
      }
      return [id, found];
    }),
  );
}
