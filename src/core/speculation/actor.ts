import type { AgentName, AttemptRef } from "../ids.ts";
import { actingAttempt } from "../node/hand-in.ts";
import { isRefusal, type Refusal } from "../refusal.ts";
import { findNode, type Workspace } from "../workspace.ts";

/** Who acts: an agent for the attempt whose lease it shows; without one, for the people of the workspace. */
export interface Actor {
  readonly agent: AgentName;
  readonly attempt?: AttemptRef;
}

/** What speaks against somebody acting at all: the lease it shows is not good any more. */
export function objectionTo(workspace: Workspace, { attempt }: Actor): Refusal | undefined {
  if (!attempt) return undefined;
  const node = findNode(workspace, attempt.plan, attempt.node);
  if (!node) return { refused: "unknown_node", plan: attempt.plan, node: attempt.node };
  const acting = actingAttempt(node, attempt.attempt);
  return isRefusal(acting) ? acting : undefined;
}
