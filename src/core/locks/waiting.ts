/**
 * The one wait graph: who waits for whom, read from the state whenever it is asked, never stored.
 *
 * [L5] No cycle of waits persists: the decision that would close one ends it.
 */
import { nodeKey } from "../ids.ts";
import { nodeByKey, type Workspace } from "../workspace.ts";
import { attemptsAmong, judge } from "./granting.ts";
import type { Ticket } from "./locks.ts";

/** One node waits for another: behind a ticket, or because its submission lands after the other's. */
export interface Wait {
  readonly from: string;
  readonly to: string;
  readonly ticket?: Ticket;
}

/** Whom a node waits for right now. `asked` is a request that is not in the queue yet. */
export function* waitsOf(workspace: Workspace, from: string, asked?: Ticket): Generator<Wait> {
  const tickets = workspace.locks.queue.filter(({ by }) => nodeKey(by) === from);
  if (asked && nodeKey(asked.by) === from) tickets.push(asked);
  for (const ticket of tickets) {
    const verdict = judge(workspace.locks, workspace.settings, ticket.by, ticket.wants, ticket.place);
    if (!("blockers" in verdict)) continue;
    for (const blocker of attemptsAmong(verdict.blockers)) yield { from, to: nodeKey(blocker), ticket };
  }
  const node = nodeByKey(workspace, from);
  if (node?.state.is !== "submitted") return;
  const train = workspace.plans.get(node.plan)?.train ?? [];
  const before = train[train.indexOf(node.id) - 1];
  if (before !== undefined) yield { from, to: nodeKey({ plan: node.plan, node: before }) };
}

/** The shortest chain of waits that leads from one node to another, or nothing. A cycle is a chain back to its start. */
export function chainOfWaits(
  workspace: Workspace,
  from: string,
  to: string,
  asked?: Ticket,
): readonly Wait[] | undefined {
  const cameBy = new Map<string, Wait>();
  const open = [from];
  for (let at = open.shift(); at !== undefined; at = open.shift()) {
    for (const wait of waitsOf(workspace, at, asked)) {
      if (wait.to === to) return [...traceBack(cameBy, at, from), wait];
      if (wait.to === from || cameBy.has(wait.to)) continue;
      cameBy.set(wait.to, wait);
      open.push(wait.to);
    }
  }
  return undefined;
}

function traceBack(cameBy: ReadonlyMap<string, Wait>, last: string, from: string): readonly Wait[] {
  const chain: Wait[] = [];
  for (let at = last; at !== from; ) {
    const wait = cameBy.get(at);
    if (!wait) return chain;
    chain.unshift(wait);
    at = wait.from;
  }
  return chain;
}
