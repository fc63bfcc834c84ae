import { listed, type Wordings } from "./wording.ts";

type Codes =
  | "agent_name_taken"
  | "bad_lease"
  | "holds_node"
  | "idle"
  | "markers_left"
  | "not_withdrawable"
  | "out_of_claim"
  | "slot_failed"
  | "stale_lease"
  | "unknown_parked"
  | "unreadable_worktree";

/** Words for those who work on nodes. */
export const workRefusals: Wordings<Codes> = {
  agent_name_taken: ({ freeName }) => ({
    say: "Another running agent has this name. Go on under free_name.",
    next: ["request_next_node"],
    facts: { free_name: freeName },
  }),
  bad_lease: () => ({
    say: "This is not a lease that we gave. Use the token from request_next_node as it was, with the same agent.",
    next: ["request_next_node"],
    facts: {},
  }),
  holds_node: ({ plan, node }) => ({
    say: "You hold a node already. Complete it or give it up first.",
    next: ["complete_node", "fail_node"],
    facts: { plan_id: plan, node_id: node },
  }),
  idle: ({ reason, waiting }) => ({
    say: "There is nothing to hand out just now.",
    next: ["request_next_node", "get_status"],
    facts: { reason, waiting: { ...waiting } },
  }),
  markers_left: ({ paths }) => ({
    say: "Conflict markers are left in these files. Resolve them and complete the node again.",
    next: ["complete_node"],
    facts: listed("paths", paths),
  }),
  not_withdrawable: ({ node, why }) => ({
    say: notWithdrawable[why],
    next: why === "not_handed_in" ? ["get_status", "complete_node"] : ["get_status"],
    facts: { node_id: node, why },
  }),
  out_of_claim: ({ paths }) => ({
    say: "You changed paths that this node may not change. Claim them, or put them back as they were, and complete the node again.",
    next: ["claim_resources", "complete_node"],
    facts: listed(
      "paths",
      paths.map(({ path, heldBy }) => ({ path, ...(heldBy === undefined ? {} : { held_by: heldBy }) })),
    ),
  }),
  slot_failed: ({ problem }) => ({
    say: "No worktree could be prepared. The node is free again.",
    next: ["request_next_node", "get_status"],
    facts: { problem },
  }),
  stale_lease: ({ state, parkedRef, handedIn }) => ({
    say: handedIn
      ? "You have handed this node in, so there is nothing to do on it now. Call complete_node with its lease to wait for what becomes of it, or ask for another node."
      : parkedRef === undefined
        ? "This lease is over, so nothing was done. Ask for another node."
        : "This lease is over, so nothing was done. What was in its worktree is kept under parked_ref; ask for another node.",
    next: handedIn ? ["complete_node", "request_next_node"] : ["request_next_node"],
    facts: { state, ...(parkedRef === undefined ? {} : { parked_ref: parkedRef }) },
  }),
  unknown_parked: ({ ref }) => ({
    say: "There is no parked work under this ref.",
    next: ["get_status"],
    facts: { ref },
  }),
  unreadable_worktree: ({ problem }) => ({
    say: "The worktree cannot be read as it is, so nothing was handed in and nothing in it was touched. Mend what problem names and complete the node again.",
    next: ["complete_node", "request_next_node", "fail_node"],
    facts: { problem },
  }),
};

const notWithdrawable = {
  landing: "It is landing this very moment, so it cannot be taken back. Mend it with another node.",
  not_handed_in: "The node is not in the train, so there is nothing to take back.",
  nobodys:
    "Nobody handed this node in, so there is nobody to give it back to. Cancel it with revise_plan if it is not wanted.",
} as const;
