/**
 * Who was told why what it had handed in is its again. Until then a call of `complete_node` asks what became of it, as agents
 * do who wait on; from then on it means what it says. Each process knows of its own agents; not knowing costs one more call.
 */
import { attemptOf, type Node } from "../core/node/node.ts";
import type { Manager } from "./manager.ts";

const told = new WeakMap<Manager, Set<string>>();

export function noteTold(manager: Manager, node: Node): void {
  const known = told.get(manager) ?? new Set<string>();
  told.set(manager, known.add(keyOf(node)));
}

/** Whether a tree is the one that was taken out of the train, by an agent that does not know of that yet. */
export function isUntold(manager: Manager, node: Node, tree: string): boolean {
  const { state } = node;
  if (state.is !== "rework" || state.reason !== "withdrawn" || state.submission.tree !== tree) return false;
  return !told.get(manager)?.has(keyOf(node));
}

function keyOf(node: Node): string {
  const saidAt = node.state.is === "rework" ? node.state.saidAt : 0;
  return `${node.plan}/${node.id}/${attemptOf(node)?.attempt ?? 0}@${saidAt}`;
}
