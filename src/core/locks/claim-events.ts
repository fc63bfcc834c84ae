import type { AgentName, NodeId, PlanId, TicketId } from "../ids.ts";
import type { Mode } from "./modes.ts";

/** What somebody wants to hold: a path pattern, a place in a pool, or a named thing. */
export interface Wish {
  readonly kind: "path" | "pool" | "name";
  /** The canonical text of the pattern, or the pool's or the thing's name. */
  readonly pattern: string;
  readonly mode: Mode;
}

/** A wish that came true; a pool's grant has the value that was lent. */
export interface GrantedClaim extends Wish {
  readonly value?: number;
}

/** One link of a cycle of waits: who holds what, and wants what the next one holds. */
export interface CycleLink {
  readonly plan: PlanId;
  readonly node: NodeId;
  readonly agent: AgentName;
  readonly holds: readonly string[];
  readonly wants: readonly string[];
}

export type ClaimEvent =
  | {
      readonly type: "ClaimsGranted";
      readonly plan: PlanId;
      readonly node: NodeId;
      readonly attempt: number;
      readonly claims: readonly GrantedClaim[];
      /** The ticket that had waited for these. */
      readonly ticket?: TicketId;
    }
  | {
      readonly type: "ClaimsQueued";
      readonly plan: PlanId;
      readonly node: NodeId;
      readonly attempt: number;
      readonly ticket: TicketId;
      readonly wants: readonly Wish[];
      /**
       * Older tickets that would never move if this one stood behind them. A ticket that is queued already only changes
       * its place.
       */
      readonly before: readonly TicketId[];
    }
  | {
      readonly type: "TicketEnded";
      readonly plan: PlanId;
      readonly node: NodeId;
      readonly attempt: number;
      readonly ticket: TicketId;
      readonly why: "withdrawn" | "victim";
      readonly cycle: readonly CycleLink[];
    }
  | {
      readonly type: "ClaimsReleased";
      readonly plan: PlanId;
      readonly node: NodeId;
      readonly attempt: number;
      readonly patterns: readonly string[];
    };
