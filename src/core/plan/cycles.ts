import type { NodeId } from "../ids.ts";

/** Beyond these a planner learns nothing more. */
const mostCycles = 20;

/**
 * A shortest cycle for each knot of nodes that depend on each other, at most 20; none if the graph has no cycle.
 * Each node of a cycle depends on the next and the last on the first. Ids that are not in the graph are passed over.
 */
export function cyclesOf(edges: ReadonlyMap<NodeId, readonly NodeId[]>): readonly (readonly NodeId[])[] {
  const rest = withoutLooseEnds(edges);
  const cycles: (readonly NodeId[])[] = [];
  for (const knot of knotsOf(rest)) {
    if (cycles.length >= mostCycles) break;
    cycles.push(cycleThrough(knot, edges));
  }
  return cycles;
}

/** What is left when nodes without unmet dependencies are taken away again and again: nothing, if there is no cycle. */
function withoutLooseEnds(edges: ReadonlyMap<NodeId, readonly NodeId[]>): ReadonlyMap<NodeId, readonly NodeId[]> {
  const dependents = new Map<NodeId, NodeId[]>();
  const unmet = new Map<NodeId, number>();
  for (const [id, before] of edges) {
    const inside = before.filter((one) => edges.has(one));
    unmet.set(id, inside.length);
    for (const one of inside) {
      const known = dependents.get(one);
      if (known) known.push(id);
      else dependents.set(one, [id]);
    }
  }
  const open = [...unmet].flatMap(([id, count]) => (count === 0 ? [id] : []));
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    unmet.delete(id);
    for (const next of dependents.get(id) ?? []) {
      const left = (unmet.get(next) ?? 0) - 1;
      unmet.set(next, left);
      if (left === 0) open.push(next);
    }
  }
  return new Map([...unmet.keys()].map((id) => [id, (edges.get(id) ?? []).filter((one) => unmet.has(one))]));
}

/** Tarjan's strongly connected components, without recursion, so that a long chain does not exhaust the stack. */
function* knotsOf(edges: ReadonlyMap<NodeId, readonly NodeId[]>): Generator<ReadonlySet<NodeId>> {
  const number = new Map<NodeId, number>();
  const lowest = new Map<NodeId, number>();
  const path: NodeId[] = [];
  const onPath = new Set<NodeId>();
  for (const root of edges.keys()) {
    if (number.has(root)) continue;
    const calls: { readonly id: NodeId; next: number }[] = [];
    const enter = (id: NodeId) => {
      number.set(id, number.size);
      lowest.set(id, number.size - 1);
      path.push(id);
      onPath.add(id);
      calls.push({ id, next: 0 });
    };
    const lower = (id: NodeId, to: number | undefined) => lowest.set(id, Math.min(lowest.get(id) ?? 0, to ?? 0));
    enter(root);
    for (let call = calls.at(-1); call; call = calls.at(-1)) {
      const { id } = call;
      const before = edges.get(id)?.[call.next];
      call.next += 1;
      if (before === undefined) {
        calls.pop();
        const caller = calls.at(-1);
        if (caller) lower(caller.id, lowest.get(id));
        if (lowest.get(id) !== number.get(id)) continue;
        const knot = new Set(path.splice(path.lastIndexOf(id)));
        for (const one of knot) onPath.delete(one);
        if (knot.size > 1 || edges.get(id)?.includes(id)) yield knot;
      } else if (!number.has(before)) enter(before);
      else if (onPath.has(before)) lower(id, number.get(before));
    }
  }
}

function cycleThrough(knot: ReadonlySet<NodeId>, edges: ReadonlyMap<NodeId, readonly NodeId[]>): readonly NodeId[] {
  const [start = ""] = knot;
  const cameFrom = new Map<NodeId, NodeId>();
  const open = [start];
  // What is pushed meanwhile is visited too.
  for (const id of open) {
    for (const next of edges.get(id) ?? []) {
      if (next === start) return traced(cameFrom, id, start);
      if (!knot.has(next) || cameFrom.has(next)) continue;
      cameFrom.set(next, id);
      open.push(next);
    }
  }
  return [...knot];
}

function traced(cameFrom: ReadonlyMap<NodeId, NodeId>, last: NodeId, start: NodeId): readonly NodeId[] {
  const cycle: NodeId[] = [];
  for (let id: NodeId | undefined = last; id !== undefined && id !== start; id = cameFrom.get(id)) cycle.push(id);
  cycle.push(start);
  return cycle.reverse();
}
