/**
 * What happens to a request that has to wait: where it stands in the queue, and who gives way if it closes a cycle.
 *
 * [L5] No cycle of waits persists: the decision that would close one reorders the queue, or else ends one of the waits,
 *      with the cycle spelled out.
 */
import { nodeKey, type TicketId } from "../ids.ts";
import { attemptOf, type Node, workedOn } from "../node/node.ts";
import { overlap } from "../pattern/overlap.ts";
import type { Refusal } from "../refusal.ts";
import type { Settings } from "../settings.ts";
import { nodeByKey, type Workspace } from "../workspace.ts";
import type { ClaimEvent, CycleLink } from "./claim-events.ts";
import { heldBy, patternOf, type Ticket } from "./locks.ts";
import { compatible } from "./modes.ts";
import { numberOf } from "./queue.ts";
import { type Untangled, untangle } from "./untangling.ts";
import { type TicketWaits, waitsAmong } from "./waiting.ts";

/** How a request can join the queue. */
export interface Joining {
  /** Waits that end for it. */
  readonly victims: readonly ClaimEvent[];
  /** The tickets that it stands before. */
  readonly before: readonly TicketId[];
  /** Other tickets that have to change places, in the order in which they go to the end of the queue. */
  readonly requeued: readonly Ticket[];
}

/** Finds a place for a request, or says that it is the one to give way. */
export function joinQueue(workspace: Workspace, asked: Ticket): Joining | Refusal {
  const { locks, settings } = workspace;
  const me = nodeKey(asked.by);
  let waits = waitsAmong(locks, settings, [...locks.queue, asked]);
  const victims: ClaimEvent[] = [];
  for (;;) {
    const played = untangle(waits);
    if (!played.stuck.some(({ owner }) => owner === me)) return { victims, ...places(waits, played) };
    const cycle = cycleThrough(played.stuck, me);
    const victim = victimOf(workspace, cycle);
    if (!victim || victim.id === asked.id) return { refused: "deadlock", cycle: spell(workspace, cycle) };
    victims.push(ended(workspace, victim, cycle));
    waits = waits.filter(({ ticket }) => ticket.id !== victim.id);
  }
}

/** Mostly only the request itself has to stand before others; otherwise the queue is put in order anew. */
function places(
  waits: readonly TicketWaits[],
  { order, overtaking, stuck }: Untangled,
): Pick<Joining, "before" | "requeued"> {
  const asked = waits.at(-1);
  const overtaken = new Set(overtaking.flatMap((one) => one.overtaken));
  const behind = waits.slice(waits.findIndex(({ ticket }) => overtaken.has(ticket.id)));
  const alone = overtaking.every(({ ticket }) => ticket === asked?.ticket.id);
  // Whoever stands behind one that is overtaken, but goes first all the same, has to be moved too.
  if (
    overtaking.length > 0 &&
    (!alone || behind.some((one) => !overtaken.has(one.ticket.id) && asked && meets(asked, one)))
  )
    return { before: [], requeued: [...order, ...stuck].map(({ ticket }) => ticket) };
  return { before: [...overtaken], requeued: [] };
}

function meets(one: TicketWaits, other: TicketWaits): boolean {
  if (one.owner === other.owner) return false;
  const pools = new Set(one.pools.map(({ pool }) => pool));
  return one.rivals.has(other.ticket.id) || other.pools.some(({ pool }) => pools.has(pool));
}

/** What has to happen to the queue when pools become smaller or are taken away, so that nobody waits for ever. */
export function untieQueue(workspace: Workspace, settings: Settings): readonly ClaimEvent[] {
  const all = waitsAmong(workspace.locks, settings, workspace.locks.queue);
  const isHopeless = ({ pools }: TicketWaits) => pools.some(({ size }) => size < 1);
  const victims = all
    .filter(isHopeless)
    .map(
      ({ ticket: { id, by } }): ClaimEvent => ({ type: "TicketEnded", ...by, ticket: id, why: "withdrawn", cycle: [] }),
    );
  let waits = all.filter((one) => !isHopeless(one));
  for (;;) {
    const { order, overtaking, stuck } = untangle(waits);
    const cycle = stuck.map(({ owner }) => cycleThrough(stuck, owner)).find((one) => one.length > 0) ?? [];
    const victim = victimOf(workspace, cycle);
    if (!victim) return overtaking.length === 0 ? victims : [...victims, ...order.map(({ ticket }) => requeue(ticket))];
    victims.push(ended(workspace, victim, cycle));
    waits = waits.filter(({ ticket }) => ticket.id !== victim.id);
  }
}

/** Moves a ticket to the end of the queue. */
export function requeue({ id, by, wants }: Ticket): ClaimEvent {
  return { type: "ClaimsQueued", ...by, ticket: id, wants, before: [] };
}

/** The end of a ticket that gives way, with the cycle that it was in. */
export function ended(workspace: Workspace, victim: Ticket, cycle: readonly TicketWaits[]): ClaimEvent {
  return { type: "TicketEnded", ...victim.by, ticket: victim.id, why: "victim", cycle: spell(workspace, cycle) };
}

/** The shortest chain of stuck tickets that leads from a node back to it, or nothing if it only waits for a cycle. */
export function cycleThrough(stuck: readonly TicketWaits[], start: string): readonly TicketWaits[] {
  const byOwner = new Map<string, TicketWaits[]>();
  for (const waits of stuck) byOwner.set(waits.owner, [...(byOwner.get(waits.owner) ?? []), waits]);
  const cameBy = new Map<string, TicketWaits>();
  const open = [start];
  for (let owner = open.shift(); owner !== undefined; owner = open.shift()) {
    for (const waits of byOwner.get(owner) ?? []) {
      for (const to of [...waits.holders, ...waits.pools.flatMap(({ holders }) => [...holders])]) {
        if (to === start) return [...traceBack(cameBy, owner, start), waits];
        if (!byOwner.has(to) || cameBy.has(to)) continue;
        cameBy.set(to, waits);
        open.push(to);
      }
    }
  }
  return [];
}

function traceBack(cameBy: ReadonlyMap<string, TicketWaits>, last: string, start: string): readonly TicketWaits[] {
  const chain: TicketWaits[] = [];
  for (let at = last; at !== start; ) {
    const waits = cameBy.get(at);
    if (!waits) return chain;
    chain.unshift(waits);
    at = waits.owner;
  }
  return chain;
}

/** Who gives way: the lowest priority, then whoever has worked least, then whoever asked last. */
export function victimOf(workspace: Workspace, cycle: readonly TicketWaits[]): Ticket | undefined {
  const worth = ({ by, id }: Ticket) => {
    const node = nodeByKey(workspace, nodeKey(by));
    return [-(node?.spec.priority ?? 3), workedMs(workspace, node), -numberOf(id)] as const;
  };
  return cycle.map(({ ticket }) => ticket).sort((a, b) => compareWorth(worth(a), worth(b)))[0];
}

function compareWorth(a: readonly number[], b: readonly number[]): number {
  for (const [i, value] of a.entries()) if (value !== b[i]) return value < (b[i] ?? 0) ? -1 : 1;
  return 0;
}

function workedMs(workspace: Workspace, node: Node | undefined): number {
  const attempt = node && workedOn(node);
  if (!node || !attempt) return 0;
  const since = node.state.is === "rework" ? node.state.since : attempt.since;
  return node.times.workedMs + Math.max(0, workspace.now - since);
}

/** Each link names what it holds of what the link before it wants. */
function spell(workspace: Workspace, cycle: readonly TicketWaits[]): readonly CycleLink[] {
  return cycle.flatMap(({ owner, ticket }, i) => {
    const node = nodeByKey(workspace, owner);
    if (!node) return [];
    const before = cycle[(i + cycle.length - 1) % cycle.length]?.ticket;
    return [
      {
        plan: node.plan,
        node: node.id,
        agent: attemptOf(node)?.agent ?? "",
        holds: before ? heldAgainst(workspace, ticket, before) : [],
        wants: ticket.wants.map(({ pattern }) => pattern),
      },
    ];
  });
}

function heldAgainst({ locks }: Workspace, { by }: Ticket, waiting: Ticket): readonly string[] {
  const inTheWay = heldBy(locks, by).filter((held) =>
    waiting.wants.some((wish) => {
      if (wish.kind !== held.kind) return false;
      if (wish.kind !== "path") return wish.pattern === held.pattern;
      if (compatible(wish.mode, held.mode)) return false;
      const { ignoreCase } = locks;
      return overlap(patternOf(wish.pattern, ignoreCase), patternOf(held.pattern, ignoreCase)) !== undefined;
    }),
  );
  return inTheWay.map(({ pattern }) => pattern);
}
