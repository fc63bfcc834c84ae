/** The one place where a refusal becomes words: what happened, what to do, and the facts under names that callers know. */
import type { NamedBlocker, Refused } from "../execution/answers.ts";
import type { RefusalCode, RefusalFacts } from "./refusal-reply.ts";
import type { Reply } from "./reply.ts";
import { timeText } from "./time-text.ts";

/** Refusals that arise around a call instead of in it. */
export type CallRefused =
  | Refused
  | { readonly refused: "internal_error"; readonly reference: string }
  | { readonly refused: "store_unusable"; readonly problem: string }
  | { readonly refused: "cancelled" };

/** Lists in refusals are cut here; whoever has more wrong than this starts with these. */
const mostListed = 100;

export function wordRefusal(refusal: CallRefused): Reply {
  switch (refusal.refused) {
    case "unknown_plan":
      return words(refusal.refused, "There is no plan with this id. get_status lists the plans.", ["get_status"], {
        plan_id: refusal.plan,
      });
    case "unknown_node":
      return words(
        refusal.refused,
        "The plan has no node with this id. get_status with view plan lists its nodes.",
        ["get_status"],
        {
          plan_id: refusal.plan,
          node_id: refusal.node,
        },
      );
    case "stale_lease":
      return words(
        refusal.refused,
        refusal.parkedRef === undefined
          ? "This lease is over, so nothing was done. Ask for another node."
          : "This lease is over, so nothing was done. What was in its worktree is kept under parked_ref; ask for another node.",
        ["request_next_node"],
        { state: refusal.state, ...(refusal.parkedRef === undefined ? {} : { parked_ref: refusal.parkedRef }) },
      );
    case "agent_name_taken":
      return words(
        refusal.refused,
        "Another running agent has this name. Go on under free_name.",
        ["request_next_node"],
        {
          free_name: refusal.freeName,
        },
      );
    case "holds_node":
      return words(
        refusal.refused,
        "You hold a node already. Complete it or give it up first.",
        ["complete_node", "fail_node"],
        {
          plan_id: refusal.plan,
          node_id: refusal.node,
        },
      );
    case "idle":
      return words(refusal.refused, "There is nothing to hand out just now.", ["request_next_node", "get_status"], {
        reason: refusal.reason,
        waiting: { ...refusal.waiting },
      });
    case "out_of_claim":
      return words(
        refusal.refused,
        "You changed paths that this node may not change. Claim them, or put them back as they were, and complete the node again.",
        ["claim_resources", "complete_node"],
        listed(
          "paths",
          refusal.paths.map(({ path, heldBy }) => ({ path, ...(heldBy === undefined ? {} : { held_by: heldBy }) })),
        ),
      );
    case "deadlock":
      return words(
        refusal.refused,
        "Waiting for this would never end, because those who hold it wait for you. Release something of yours, or finish or give up the node.",
        ["release_resources", "complete_node", "fail_node"],
        {
          cycle: refusal.cycle.map(({ holds, wants, ...link }) => ({ ...link, holds: [...holds], wants: [...wants] })),
        },
      );
    case "would_wait":
      return words(refusal.refused, "Others hold this now.", ["claim_resources"], {
        blockers: refusal.blockers.map(blockerFacts),
      });
    case "unknown_ticket":
      return words(
        refusal.refused,
        "There is no such ticket of this attempt any more. Claim again.",
        ["claim_resources"],
        {
          ticket: refusal.ticket,
        },
      );
    case "unknown_claim":
      return words(refusal.refused, "This attempt does not hold these. Nothing was released.", ["get_status"], {
        patterns: [...refusal.patterns],
      });
    case "unknown_pool":
      return words(refusal.refused, "There is no pool of this name, or it is too small for this.", ["get_status"], {
        name: refusal.wish.pattern,
      });
    case "changed_path":
      return words(
        refusal.refused,
        "You changed these paths, so their claims must stay until the node is complete. Put them back as they were to release them.",
        ["complete_node"],
        listed("paths", refusal.paths),
      );
    case "plan_over":
      return words(
        refusal.refused,
        "The plan is over and can no longer be changed. Submit another one.",
        ["submit_plan"],
        {
          plan_id: refusal.plan,
          plan_status: refusal.status,
        },
      );
    case "plan_exists":
      return words(refusal.refused, "There is a plan with this id already.", ["get_status", "submit_plan"], {
        plan_id: refusal.plan,
        same: refusal.same,
      });
    case "node_live":
      return words(
        refusal.refused,
        "Somebody works on these nodes, or they have not ended, so this cannot be changed now. Cancel them first, or wait.",
        ["get_status", "revise_plan"],
        { nodes: [...refusal.nodes] },
      );
    case "node_over":
      return words(
        refusal.refused,
        "These nodes have landed and never change. Add a new node instead.",
        ["revise_plan"],
        {
          nodes: [...refusal.nodes],
        },
      );
    case "node_exists":
      return wordRefusal({
        refused: "invalid_input",
        problems: refusal.nodes.map((id) => ({
          code: "duplicate_id",
          path: "add",
          problem: `The plan has a node ${id} already.`,
        })),
      });
    case "cycle": {
      const problem = `These nodes wait for each other: ${[...refusal.cycle, refusal.cycle[0]].join(" -> ")} (each depends on the next).`;
      return wordRefusal({
        refused: "invalid_input",
        problems: [{ code: "cycle", path: "", problem, cycle: refusal.cycle }],
      });
    }
    case "unlanded_nodes":
      return words(
        refusal.refused,
        "These nodes have not landed. Wait for them or cancel them before finishing the plan.",
        ["get_status", "revise_plan"],
        listed("nodes", refusal.nodes),
      );
    case "request_id_reused":
      return words(
        refusal.refused,
        "This request_id was used for another call. Take a new one for a new call.",
        [],
        {},
      );
    case "outdated":
      return words(
        refusal.refused,
        "Things changed while this was done. Look again and repeat the call if it still makes sense.",
        ["get_status"],
        {},
      );
    case "bad_lease":
      return words(
        refusal.refused,
        "This is not a lease that we gave. Use the token from request_next_node as it was, with the same agent.",
        ["request_next_node"],
        {},
      );
    case "no_repository":
      return words(
        refusal.refused,
        "No git repository was found. Start the server inside one, or give it --root or INTERLOCK_ROOT.",
        [],
        { looked: [...refusal.looked] },
      );
    case "store_busy":
      return words(refusal.refused, "The store is busy. Nothing was done; call again in a moment.", [], {
        retry_after_seconds: 2,
      });
    case "invalid_input":
      return words(
        refusal.refused,
        refusal.problems.length === 1
          ? "The input has a problem, so nothing was done. Correct it and call again."
          : `The input has ${refusal.problems.length} problems, so nothing was done. Correct them all and call again.`,
        [],
        listed(
          "problems",
          refusal.problems.map(({ cycle, ...problem }) => ({ ...problem, ...(cycle ? { cycle: [...cycle] } : {}) })),
        ),
      );
    case "not_built":
      return words(refusal.refused, "This is not built yet. Nothing was done; call again without it.", [], {
        what: refusal.what,
      });
    case "bad_pattern":
      return words(refusal.refused, "This is not a path or pattern that can be held.", ["claim_resources"], {
        pattern: refusal.pattern,
        problem: refusal.problem,
      });
    case "markers_left":
      return words(
        refusal.refused,
        "Conflict markers are left in these files. Resolve them and complete the node again.",
        ["complete_node"],
        listed("paths", refusal.paths),
      );
    case "unreadable_worktree":
      return words(
        refusal.refused,
        "The worktree cannot be read as it is. Nothing in it was touched.",
        ["complete_node", "fail_node"],
        {
          problem: refusal.problem,
        },
      );
    case "slot_failed":
      return words(
        refusal.refused,
        "No worktree could be prepared. The node is free again.",
        ["request_next_node", "get_status"],
        {
          problem: refusal.problem,
        },
      );
    case "branch_in_the_way":
      return words(
        refusal.refused,
        "A branch of this name is in the way of the plan's own. Rename it, or give the plan another id.",
        ["submit_plan"],
        {
          branch: refusal.branch,
        },
      );
    case "unknown_parked":
      return words(refusal.refused, "There is no parked work under this ref.", ["get_status"], { ref: refusal.ref });
    case "target":
      return words(refusal.refused, "The target branch cannot be moved now.", ["get_status"], {
        problem: refusal.problem,
        ...(refusal.paths ? { paths: [...refusal.paths] } : {}),
        ...(refusal.worktree === undefined ? {} : { worktree: refusal.worktree }),
      });
    case "internal_error":
      return words(
        refusal.refused,
        "Something went wrong in Interlock itself. It was logged under reference; calling again may help, and `interlock doctor` may know more.",
        ["get_status"],
        { reference: refusal.reference },
      );
    case "store_unusable":
      return words(refusal.refused, "The store cannot be used as it is. Nothing was done.", [], {
        problem: refusal.problem,
      });
    case "cancelled":
      return words(refusal.refused, "The call was cancelled while it waited.", [], {});
  }
}

/** A blocker under the names that callers know. */
export function blockerFacts({
  pattern,
  mode,
  by,
  agent,
  since,
  witness,
}: NamedBlocker): RefusalFacts<"would_wait">["blockers"][number] {
  return {
    pattern,
    mode,
    plan: by.plan,
    node: by.node,
    ...(agent === undefined ? {} : { agent }),
    since: timeText(since),
    witness,
  };
}

function words<Code extends RefusalCode>(
  refused: Code,
  say: string,
  next: readonly string[],
  facts: RefusalFacts<Code>,
): Reply {
  return { refused, say, next, ...facts };
}

function listed<Name extends string, T>(
  name: Name,
  items: readonly T[],
): { [key in Name]: T[] } & { cut?: true; total?: number } {
  const shown = { [name]: items.slice(0, mostListed) } as { [key in Name]: T[] };
  return items.length > mostListed ? { ...shown, cut: true as const, total: items.length } : shown;
}
