/**
 * In which order a train lands: as handed in, but for what is more urgent.
 *
 * [T6] Nobody overtakes what has begun to land, what it depends on, or a merge of the target; and what gates were begun for
 *      is overtaken by priority 0 only.
 */
import type { NodeId } from "./ids.ts";
import type { Node } from "./node/node.ts";
import type { Plan } from "./plan/plan.ts";
import { waiting } from "./train-ground.ts";

/** The order that a train should have, or nothing when it has it, or when a landing has begun and nothing may move. */
export function betterOrder(plan: Plan): readonly NodeId[] | undefined {
  if (plan.train.length < 2) return undefined;
  const nodes = waiting(plan);
  if (nodes.some(({ state }) => state.candidate?.intended)) return undefined;
  const order: Node[] = [];
  for (const node of nodes) {
    let place = order.length;
    for (let before = order[place - 1]; before && mayOvertake(node, before); before = order[place - 1]) place -= 1;
    order.splice(place, 0, node);
  }
  return order.some(({ id }, i) => id !== plan.train[i]) ? order.map(({ id }) => id) : undefined;
}

function mayOvertake(node: Node, before: Node): boolean {
  if (classOf(node) >= classOf(before) || node.spec.dependsOn.includes(before.id)) return false;
  return classOf(node) === 0 || !isUnderWay(before);
}

/** The target's progress comes before everything. */
function classOf({ spec }: Node): number {
  return spec.merges === undefined ? spec.priority : -1;
}

/** Whether gates have run for it, which would have to run again. */
function isUnderWay({ state }: Node): boolean {
  if (state.is !== "submitted" || !state.candidate) return false;
  const { passed, failed, running } = state.candidate;
  return passed.size + failed.size + running.size > 0;
}
