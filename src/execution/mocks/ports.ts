import { namesHeld } from "../../core/locks/locks.ts";
import type { Workspace } from "../../core/workspace.ts";

/** The pool whose numbers are ports. */
const pool = "port";

/** So many are tried before any other does. */
const mostTried = 20;

/**
 * Ports for a mock, to be tried in order: those of the pool that nobody was lent, from its end, since the pool lends from its
 * beginning; at last any.
 */
export function portsFor({ settings, locks }: Workspace): readonly number[] {
  const size = settings.pools[pool];
  if (!size || "capacity" in size) return [0];
  const lent = new Set(namesHeld(locks, pool).map(({ value }) => value));
  const free: number[] = [];
  for (let port = Math.min(size.to, 65_535); port >= size.from && free.length < mostTried; port -= 1)
    if (port > 0 && !lent.has(port)) free.push(port);
  return [...free, 0];
}

/** Whether the pool has lent a port since to somebody, who comes first. */
export function isLent({ locks }: Workspace, port: number): boolean {
  return namesHeld(locks, pool).some(({ value }) => value === port);
}
