import { isOver, type Node, workedOn } from "../../core/node/node.ts";
import { minutesOf } from "../../core/plan/minutes.ts";
import type { Plan } from "../../core/plan/plan.ts";

/**
 * How long the plan will still take with so many agents, in milliseconds, at the pace so far: nodes are given in order of
 * their longest chain to whoever is free first. Gates are not counted. Undefined when nothing is left.
 */
export function timeLeft(plan: Plan, agents: number, now: number): number | undefined {
  const open = [...plan.nodes.values()].filter((node) => !isOver(node) && node.state.is !== "submitted");
  if (open.length === 0) return undefined;
  const pace = paceOf(plan);
  const free = new Array<number>(Math.max(1, agents)).fill(0);
  const endsAt = new Map<string, number>();
  const working = open.filter((node) => workedOn(node) !== undefined);
  for (const node of working) {
    const began = workedOn(node)?.since ?? now;
    const ms = Math.max(0, minutesOf(node.spec) * 60_000 * pace - (now - began));
    takeFirstFree(free, 0, ms, node, endsAt);
  }
  const waiting = open.filter((node) => workedOn(node) === undefined);
  for (const node of inOrder(waiting)) {
    const from = node.spec.dependsOn.reduce((latest, id) => Math.max(latest, endsAt.get(id) ?? 0), 0);
    takeFirstFree(free, from, minutesOf(node.spec) * 60_000 * pace, node, endsAt);
  }
  return [...endsAt.values()].reduce((latest, end) => Math.max(latest, end), 0);
}

function takeFirstFree(free: number[], from: number, ms: number, node: Node, endsAt: Map<string, number>): void {
  const who = free.indexOf(Math.min(...free));
  const end = Math.max(from, free[who] ?? 0) + ms;
  if (node.spec.kind === "work") free[who] = end;
  endsAt.set(node.id, end);
}

/** How long nodes really took, compared with their estimates; 1 before the first has landed. */
function paceOf(plan: Plan): number {
  const landed = [...plan.nodes.values()].filter(({ state, times }) => state.is === "landed" && times.workedMs > 0);
  const estimated = landed.reduce((sum, node) => sum + minutesOf(node.spec) * 60_000, 0);
  const real = landed.reduce((sum, { times }) => sum + times.workedMs, 0);
  return estimated > 0 ? real / estimated : 1;
}

/** Dependencies before their dependents, longer chains first among equals: a chain is longer than any that it contains. */
function inOrder(nodes: readonly Node[]): readonly Node[] {
  return [...nodes].sort((a, b) => b.chain - a.chain || a.order - b.order);
}
