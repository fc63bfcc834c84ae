import type { Ground } from "./grounds.ts";
import type { AgentName, AttemptRef, CommitId, Instant, NodeId, PlanId, Position, ProcessId, SlotName } from "./ids.ts";
import type { ParkedWork } from "./node/node-events.ts";
import type { LeaseTimes } from "./settings.ts";

/** One agent's try at a node, with the right to act for it until a time. */
export interface Attempt extends AttemptRef {
  readonly agent: AgentName;
  /** The process through which the agent last acted. */
  process: ProcessId;
  readonly since: Instant;
  /** The end of the lease; past it the attempt is suspect, past the grace it is fenced. */
  until: Instant;
  /** The last sign of life of the agent itself: a call, or files that changed. */
  lastSeen: Instant;
  slot: SlotName;
  slotReady: boolean;
  fresh: boolean;
  base: CommitId;
  /** A commit or tree to put into the slot instead of the base's tree. */
  content?: string;
  offered?: ParkedWork;
  /** What it was begun on before that had landed. */
  grounds?: readonly Ground[];
  percent?: number;
  noteAt?: Position;
  tokens: number;
}

export type LeaseEvent =
  | {
      readonly type: "LeaseRenewed";
      readonly plan: PlanId;
      readonly node: NodeId;
      readonly attempt: number;
      readonly until: Instant;
      readonly by: SignOfLife;
      readonly process?: ProcessId;
    }
  /** Nobody could have been heard for a while (a restart, a sleeping machine), so everybody gets a fresh lease. */
  | { readonly type: "LeasesRefreshed"; readonly until: Instant };

/** A call with the token, files that changed in the slot, or only the running client process. */
export type SignOfLife = "call" | "files" | "client";

/** Whether a renewal is worth an event: not while three quarters of the lease are still ahead. */
export function worthRenewing(attempt: Attempt, now: Instant, times: LeaseTimes): boolean {
  return attempt.until - now < times.ttl * 0.75;
}

/** Past its lease but not yet given up: its claims are held, and it is shown. */
export function isSuspect(attempt: Attempt, now: Instant): boolean {
  return now > attempt.until;
}

export function isOverdue(attempt: Attempt, now: Instant, times: LeaseTimes): boolean {
  return now > attempt.until + times.grace;
}

/** Whether a client process that merely runs may still extend a silent lease. */
export function clientMayExtend(attempt: Attempt, now: Instant, times: LeaseTimes): boolean {
  return now - attempt.lastSeen < times.client;
}
