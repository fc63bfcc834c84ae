import { createHash } from "node:crypto";
import type { ProcessId } from "../../core/ids.ts";
import { here, isAlive, type Whereabouts } from "../../log/sqlite/whereabouts.ts";

/** Whether a process can be said to run: from another machine or container nobody can tell. */
export type Liveness = "runs" | "gone" | "unknown";

/** A name for a process that is never another one's: where it runs, its pid and when it started. */
export function processIdOf(self: Whereabouts = here()): ProcessId {
  return `${placeDigest(self)}.${self.pid}.${self.started}`;
}

export function livenessOf(id: ProcessId, self: Whereabouts = here()): Liveness {
  const [place, pid, started] = id.split(".");
  if (place !== placeDigest(self)) return "unknown";
  return isAlive({ pid: Number(pid), started: started ?? "" }) ? "runs" : "gone";
}

function placeDigest({ place }: Whereabouts): string {
  return createHash("sha256").update(place).digest("hex").slice(0, 12);
}
