/**
 * Taking back what was handed in: the same attempt has it in its hands again, in the worktree as it was.
 *
 * [T5] What has begun to land is not taken back.
 */
import type { NodeId, PlanId } from "../ids.ts";
import type { ClaimEvent } from "../locks/claim-events.ts";
import type { Plan } from "../plan/plan.ts";
import type { Refusal } from "../refusal.ts";
import type { SlotEvent } from "../slots.ts";
import { givenBack } from "../soft-edges.ts";
import { isLanding } from "../train-ground.ts";
import type { Workspace } from "../workspace.ts";
import { actingAttempt, newSlotIfGone, regainable } from "./hand-in.ts";
import type { Node } from "./node.ts";
import type { NodeEvent } from "./node-events.ts";

export interface WithdrawCommand {
  readonly type: "WithdrawNode";
  readonly plan: PlanId;
  readonly node: NodeId;
  /** The attempt that takes its own back; whoever steers the plan needs none. */
  readonly attempt?: number;
  readonly because?: string;
}

/** Takes a node out of the train, back to its agent. */
export function withdrawNode(
  workspace: Workspace,
  plan: Plan,
  node: Node,
  command: WithdrawCommand,
): readonly (NodeEvent | ClaimEvent | SlotEvent)[] | Refusal {
  if (command.attempt !== undefined) {
    const acting = actingAttempt(node, command.attempt);
    if ("refused" in acting) return acting;
  }
  const refused = (why: "landing" | "not_handed_in" | "nobodys"): Refusal => ({
    refused: "not_withdrawable",
    node: node.id,
    why,
  });
  const { state } = node;
  if (state.is !== "submitted") return refused("not_handed_in");
  if (isLanding(plan, node)) return refused("landing");
  const { attempt } = state;
  if (!attempt) return refused("nobodys");
  const by = { plan: plan.id, node: node.id, attempt: attempt.attempt };
  const claims = regainable(workspace, node);
  return [
    {
      type: "NodeWithdrawn",
      ...by,
      by: command.attempt === undefined ? "operator" : "agent",
      ...(command.because === undefined ? {} : { because: command.because }),
      until: workspace.now + workspace.settings.leases.ttl,
    },
    ...givenBack(workspace, plan, node),
    ...newSlotIfGone(workspace, attempt),
    ...(claims.length > 0 ? [{ type: "ClaimsGranted" as const, ...by, claims }] : []),
  ];
}
