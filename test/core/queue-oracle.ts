import { nodeKey } from "../../src/core/ids.ts";
import type { Wish } from "../../src/core/locks/claim-events.ts";
import { type Locks, patternOf, type Ticket } from "../../src/core/locks/locks.ts";
import { compatible } from "../../src/core/locks/modes.ts";
import { overlap } from "../../src/core/pattern/overlap.ts";
import type { Settings } from "../../src/core/settings.ts";

// Plays the queue strictly in its order, knowing nothing of how the core does it: who waits for nothing finishes and gives
// everything back; a ticket is granted when nobody holds what it excludes and no older ticket waits for such.

/** The tickets that are never granted although everybody who can finish does. */
export function neverGranted(locks: Locks, settings: Settings, queue: readonly Ticket[]): readonly Ticket[] {
  const held = new Map<string, Wish[]>();
  for (const [owner, claims] of locks.held) held.set(owner, [...claims]);
  let waiting = [...queue];
  for (let went = true; went; ) {
    went = false;
    for (const owner of [...held.keys()]) {
      if (waiting.some(({ by }) => nodeKey(by) === owner)) continue;
      held.delete(owner);
      went = true;
    }
    for (const ticket of waiting) {
      const owner = nodeKey(ticket.by);
      const older = waiting.slice(0, waiting.indexOf(ticket)).filter(({ by }) => nodeKey(by) !== owner);
      if (!ticket.wants.every((wish) => isFree(locks, settings, wish, owner, held, older))) continue;
      held.set(owner, [...(held.get(owner) ?? []), ...ticket.wants]);
      waiting = waiting.filter((one) => one !== ticket);
      went = true;
      break;
    }
  }
  return waiting;
}

function isFree(
  locks: Locks,
  settings: Settings,
  wish: Wish,
  owner: string,
  held: ReadonlyMap<string, readonly Wish[]>,
  older: readonly Ticket[],
): boolean {
  const others = [...held].filter(([one]) => one !== owner);
  if (wish.kind !== "pool") {
    const isInTheWay = (one: Wish) => excludes(locks, one, wish);
    return !others.some(([, claims]) => claims.some(isInTheWay)) && !older.some(({ wants }) => wants.some(isInTheWay));
  }
  const wantsPool = (one: Wish) => one.kind === "pool" && one.pattern === wish.pattern;
  const lent = others.filter(([, claims]) => claims.some(wantsPool)).length;
  const ahead = new Set(
    older
      .filter(({ by, wants }) => wants.some(wantsPool) && !(held.get(nodeKey(by)) ?? []).some(wantsPool))
      .map(({ by }) => nodeKey(by)),
  );
  return lent + ahead.size < sizeOf(settings, wish.pattern);
}

export function sizeOf(settings: Settings, pool: string): number {
  const size = settings.pools[pool];
  if (!size) return 0;
  return "capacity" in size ? size.capacity : size.to - size.from + 1;
}

/** Whether two claims of different nodes may not be held at once, pools aside. */
export function excludes({ ignoreCase }: Pick<Locks, "ignoreCase">, a: Wish, b: Wish): boolean {
  if (a.kind !== b.kind || a.kind === "pool" || compatible(a.mode, b.mode)) return false;
  if (a.kind === "name") return a.pattern === b.pattern;
  return overlap(patternOf(a.pattern, ignoreCase), patternOf(b.pattern, ignoreCase)) !== undefined;
}
