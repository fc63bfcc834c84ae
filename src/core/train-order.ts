/**
 * In which order a train lands: as handed in, but for what is more urgent, and what is judged far more quickly.
 *
 * [T6] Nobody overtakes what has begun to land, what it depends on, or a merge of the target; and what gates were begun for
 *      is overtaken by priority 0 only.
 */
import { usualMs } from "./gate-pace.ts";
import type { NodeId } from "./ids.ts";
import type { Node } from "./node/node.ts";
import type { Plan } from "./plan/plan.ts";
import { isHeldBack, isRed } from "./red-nodes.ts";
import { groundOf, waiting } from "./train-ground.ts";
import type { Workspace } from "./workspace.ts";

/** Who needs a tenth of the time goes first: it costs the other next to nothing, and would wait ten times its own time. */
const farQuicker = 10;

/** The order that a train should have, or nothing when it has it, or when a landing has begun and nothing may move. */
export function betterOrder(workspace: Workspace, plan: Plan): readonly NodeId[] | undefined {
  if (plan.train.length < 2) return undefined;
  const nodes = waiting(plan);
  if (nodes.some(({ state }) => state.candidate?.intended)) return undefined;
  const order: Node[] = [];
  for (const node of nodes) {
    let place = order.length;
    for (let before = order[place - 1]; before && mayOvertake(workspace, node, before); before = order[place - 1])
      place -= 1;
    order.splice(place, 0, node);
  }
  return order.some(({ id }, i) => id !== plan.train[i]) ? order.map(({ id }) => id) : undefined;
}

/** Whether what is judged for a node leaves out something ahead of it that must not wait: then it is in the way. */
export function isInTheWay(plan: Plan, node: Node): boolean {
  const line = waiting(plan);
  const place = line.findIndex(({ id }) => id === node.id);
  const urgent = line
    .slice(0, Math.max(0, place))
    .filter((one) => isUrgent(one) && !isRed(one) && !isHeldBack(plan, one));
  const ground = urgent.length > 0 ? (groundOf(plan, node) ?? []) : [];
  return urgent.some((one) => !ground.some((built) => built.node === one));
}

/** What must not be held up by what is judged for others. */
export function isUrgent(node: Node): boolean {
  return classOf(node) <= 0;
}

function mayOvertake(workspace: Workspace, node: Node, before: Node): boolean {
  const [own, other] = [classOf(node), classOf(before)];
  if (own > other || other < 0 || node.spec.dependsOn.includes(before.id)) return false;
  if (own < other) return own <= 0 || !isUnderWay(before);
  return !isUnderWay(before) && isFarQuicker(workspace, node, before) && areApart(node, before);
}

/** Only where it is known how long both take. */
function isFarQuicker(workspace: Workspace, node: Node, before: Node): boolean {
  const [own, other] = [judgingMs(workspace, node), judgingMs(workspace, before)];
  return own !== undefined && other !== undefined && own * farQuicker < other;
}

/** How long its slowest gate usually takes. */
function judgingMs({ gatePace }: Workspace, { spec }: Node): number | undefined {
  const all = [...spec.gates, ...(spec.nodeGates ?? [])].map((gate) => usualMs(gatePace, gate));
  return all.includes(undefined) ? undefined : Math.max(0, ...all.map((ms) => ms ?? 0));
}

/** Whether they change no path in common, so that neither's turn makes the other conflict. */
function areApart(node: Node, other: Node): boolean {
  const paths = new Set(pathsOf(node));
  return !pathsOf(other).some((path) => paths.has(path));
}

function pathsOf({ state }: Node): readonly string[] {
  return (state.is === "submitted" && state.submission?.paths) || [];
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
