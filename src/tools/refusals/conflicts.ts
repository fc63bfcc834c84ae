import { timeText } from "../time-text.ts";
import type { Wordings } from "./wording.ts";

type Codes =
  | "conflict_over"
  | "convergence_over"
  | "convergence_pending"
  | "converging"
  | "not_concerned"
  | "strategy_unfit"
  | "unknown_conflict"
  | "unknown_convergence";

/** Words for those who decide what cannot both be so. */
export const conflictRefusals: Wordings<Codes> = {
  conflict_over: ({ conflict }) => ({
    say: "This conflict is settled already. What was decided is in the timeline.",
    next: ["get_status"],
    facts: { conflict_id: conflict },
  }),
  convergence_over: ({ convergence }) => ({
    say: "This convergence is over already. What was decided is in the timeline.",
    next: ["get_status"],
    facts: { convergence_id: convergence },
  }),
  convergence_pending: ({ convergence, pending, due }) => ({
    say: "Others have not said anything yet. Complete it once they have; at due_at it is decided by those who did.",
    next: ["get_status", "report_progress"],
    facts: {
      convergence_id: convergence,
      pending: [...pending],
      ...(due === undefined ? {} : { due_at: timeText(due) }),
    },
  }),
  converging: ({ convergence }) => ({
    say: "Your node waits for a convergence and gets nothing new until that is over. Say in it what should be done; your lease goes on.",
    next: ["converge", "report_progress"],
    facts: { convergence_id: convergence },
  }),
  not_concerned: ({ agent }) => ({
    say: "This does not concern your node. Join its convergence first, or leave it to those whom it concerns.",
    next: ["converge", "get_status"],
    facts: { agent },
  }),
  strategy_unfit: ({ strategy, why }) => ({
    say: unfitBecause[why],
    next: ["resolve_conflict", "converge"],
    facts: { strategy, why },
  }),
  unknown_conflict: ({ conflict }) => ({
    say: "There is no such conflict.",
    next: ["get_status", "report_conflict"],
    facts: { conflict_id: conflict },
  }),
  unknown_convergence: ({ convergence }) => ({
    say: "There is no such convergence.",
    next: ["get_status", "converge"],
    facts: { convergence_id: convergence },
  }),
};

const unfitBecause = {
  one_side:
    "This strategy chooses between nodes, and this conflict has fewer than two that can still change. Use manual or vote.",
  several_plans: "Nodes of different plans cannot be merged into one. Use priority, vote or manual.",
  several_red:
    "Several of the nodes have gates that are expected to fail, and no node can stand on all of these. Use priority, vote or manual.",
  no_option: "A vote needs an option.",
} as const;
