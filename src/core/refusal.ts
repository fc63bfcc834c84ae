import type { AgentName, Instant, NodeId, PlanId, RefName, TicketId } from "./ids.ts";
import type { CycleLink, Wish } from "./locks/claim-events.ts";
import type { Blocker } from "./locks/locks.ts";

/** Why nobody gets a node just now. */
export type IdleReason = "all_leased" | "blocked" | "nothing_ready" | "no_plan" | "plan_finished" | "at_capacity";

/** How many nodes are where, for somebody who has to wait. */
export type StateCounts = Readonly<Record<string, number>>;

/** What cannot be done, with the facts that the caller needs to go on. */
export type Refusal =
  | { readonly refused: "unknown_plan"; readonly plan: PlanId }
  | { readonly refused: "unknown_node"; readonly plan: PlanId; readonly node: NodeId }
  /** `handedIn`: it is no other attempt's, but its work is in the train. */
  | {
      readonly refused: "stale_lease";
      readonly parkedRef?: RefName;
      readonly state: string;
      readonly handedIn?: true;
    }
  | { readonly refused: "agent_name_taken"; readonly freeName: AgentName }
  | { readonly refused: "holds_node"; readonly plan: PlanId; readonly node: NodeId }
  | { readonly refused: "idle"; readonly reason: IdleReason; readonly waiting: StateCounts }
  | { readonly refused: "out_of_claim"; readonly paths: readonly { readonly path: string; readonly heldBy?: string }[] }
  | { readonly refused: "deadlock"; readonly cycle: readonly CycleLink[] }
  | { readonly refused: "would_wait"; readonly blockers: readonly Blocker[] }
  | { readonly refused: "unknown_ticket"; readonly ticket: TicketId }
  | { readonly refused: "unknown_claim"; readonly patterns: readonly string[] }
  | { readonly refused: "unknown_pool"; readonly wish: Wish }
  | { readonly refused: "changed_path"; readonly paths: readonly string[] }
  | { readonly refused: "plan_over"; readonly plan: PlanId; readonly status: string }
  | { readonly refused: "plan_exists"; readonly plan: PlanId; readonly same: boolean }
  | { readonly refused: "node_live"; readonly nodes: readonly NodeId[] }
  | { readonly refused: "node_over"; readonly nodes: readonly NodeId[] }
  /** It is landing, it was not handed in, or nobody handed it in. */
  | {
      readonly refused: "not_withdrawable";
      readonly node: NodeId;
      readonly why: "landing" | "not_handed_in" | "nobodys";
    }
  | { readonly refused: "node_exists"; readonly nodes: readonly NodeId[] }
  | { readonly refused: "cycle"; readonly cycle: readonly NodeId[] }
  | { readonly refused: "unlanded_nodes"; readonly nodes: readonly NodeId[] }
  /** Without a version: nobody published it, or none of its versions is in force. */
  | { readonly refused: "unknown_contract"; readonly contract: string; readonly version?: string }
  | { readonly refused: "unknown_assumption"; readonly assumption: string }
  | { readonly refused: "assumption_settled"; readonly assumption: string; readonly status: string }
  | { readonly refused: "unknown_artifact"; readonly artifact: string; readonly version?: string }
  /** Its text is another one, and texts of versions never change. */
  | {
      readonly refused: "version_exists";
      /** Of the contract or artifact. */
      readonly id: string;
      readonly version: string;
      readonly free: string;
    }
  /** Its node waits for a convergence. */
  | { readonly refused: "converging"; readonly convergence: string }
  | { readonly refused: "unknown_conflict"; readonly conflict: string }
  | { readonly refused: "conflict_over"; readonly conflict: string }
  | { readonly refused: "unknown_convergence"; readonly convergence: string }
  | { readonly refused: "convergence_over"; readonly convergence: string }
  /** Others have not said anything yet, and still may. */
  | {
      readonly refused: "convergence_pending";
      readonly convergence: string;
      readonly pending: readonly AgentName[];
      readonly due?: Instant;
    }
  | { readonly refused: "not_concerned"; readonly agent: AgentName }
  | {
      readonly refused: "strategy_unfit";
      readonly strategy: string;
      readonly why: "one_side" | "several_plans" | "several_red" | "no_option";
    }
  | { readonly refused: "request_id_reused" }
  /** The report of an effect that no longer matters, because the world went on meanwhile. */
  | { readonly refused: "outdated" };

export function isRefusal(value: object): value is Refusal {
  return "refused" in value;
}
