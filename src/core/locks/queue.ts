/**
 * The queue of requests that wait.
 *
 * [L4] First come, first served: nobody overtakes an older wait that it is incompatible with, except to end a cycle.
 */
import { type NodeRef, nodeKey, type TicketId } from "../ids.ts";
import type { Locks, Ticket } from "./locks.ts";

/**
 * Puts a ticket at the end, or before the first of some others. A ticket that is in the queue already moves there and
 * keeps its age.
 */
export function enqueue(locks: Locks, ticket: Omit<Ticket, "place">, before: readonly TicketId[]): void {
  const { queue } = locks;
  const old = queue.findIndex(({ id }) => id === ticket.id);
  const [known] = old < 0 ? [] : queue.splice(old, 1);
  const first = before.length === 0 ? -1 : queue.findIndex(({ id }) => before.includes(id));
  const at = first < 0 ? queue.length : first;
  const place = (queue[at - 1]?.place ?? 0) + 1;
  queue.splice(at, 0, { ...(known ?? ticket), place });
  for (let i = at + 1; i < queue.length; i += 1) {
    const next = queue[i];
    if (next) queue[i] = { ...next, place: place + i - at };
  }
  locks.lastTicket = Math.max(locks.lastTicket, numberOf(ticket.id));
  if (known) locks.loosened = true;
}

/** Takes out the tickets that a test picks. */
export function dequeue(locks: Locks, picks: (ticket: Ticket) => boolean): void {
  for (let i = locks.queue.length - 1; i >= 0; i -= 1) {
    const ticket = locks.queue[i];
    if (!ticket || !picks(ticket)) continue;
    locks.queue.splice(i, 1);
    locks.loosened = true;
  }
}

export function ticketsOf(locks: Locks, node: NodeRef): readonly Ticket[] {
  if (locks.queue.length === 0) return [];
  const key = nodeKey(node);
  return locks.queue.filter(({ by }) => nodeKey(by) === key);
}

/** Tickets are numbered in the order in which they were asked for. */
export function numberOf(ticket: TicketId): number {
  return Number(ticket.slice(1));
}
