import { listed, type Wordings } from "./wording.ts";

type Codes =
  | "branch_in_the_way"
  | "node_live"
  | "node_over"
  | "plan_exists"
  | "plan_over"
  | "target"
  | "unknown_node"
  | "unknown_plan"
  | "unlanded_nodes";

/** Words for those who plan, revise and land. */
export const planRefusals: Wordings<Codes> = {
  branch_in_the_way: ({ branch }) => ({
    say: "A branch of this name is in the way of the plan's own. Rename it, or give the plan another id.",
    next: ["submit_plan"],
    facts: { branch },
  }),
  node_live: ({ nodes }) => ({
    say: "Somebody works on these nodes, or they have not ended, so this cannot be changed now. Cancel them first, or wait.",
    next: ["get_status", "revise_plan"],
    facts: { nodes: [...nodes] },
  }),
  node_over: ({ nodes }) => ({
    say: "These nodes have landed and never change. Add a new node instead.",
    next: ["revise_plan"],
    facts: { nodes: [...nodes] },
  }),
  plan_exists: ({ plan, same }) => ({
    say: "There is a plan with this id already.",
    next: ["get_status", "submit_plan"],
    facts: { plan_id: plan, same },
  }),
  plan_over: ({ plan, status }) => ({
    say: "The plan is over and can no longer be changed. Submit another one.",
    next: ["submit_plan"],
    facts: { plan_id: plan, plan_status: status },
  }),
  target: ({ problem, paths, worktree }) => ({
    say: "The target branch cannot be moved now.",
    next: ["get_status"],
    facts: { problem, ...(paths ? { paths: [...paths] } : {}), ...(worktree === undefined ? {} : { worktree }) },
  }),
  unknown_node: ({ plan, node }) => ({
    say:
      plan === ""
        ? "No open plan has a node with this id. Name it as <plan>/<node>; get_status with view plan lists the nodes of a plan."
        : "The plan has no node with this id. get_status with view plan lists its nodes.",
    next: ["get_status"],
    facts: { ...(plan === "" ? {} : { plan_id: plan }), node_id: node },
  }),
  unknown_plan: ({ plan }) => ({
    say: "There is no plan with this id. get_status lists the plans.",
    next: ["get_status"],
    facts: { plan_id: plan },
  }),
  unlanded_nodes: ({ nodes }) => ({
    say: "These nodes have not landed. Wait for them, or cancel them with revise_plan.",
    next: ["get_status", "revise_plan"],
    facts: listed("nodes", nodes),
  }),
};
