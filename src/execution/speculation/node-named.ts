import { type NodeRef, nodeKey } from "../../core/ids.ts";
import { isOpen } from "../../core/plan/plan.ts";
import type { Refusal } from "../../core/refusal.ts";
import type { ArtifactRef } from "../../core/speculation/artifact.ts";
import type { Workspace } from "../../core/workspace.ts";

/** The node that somebody means by `<plan>/<id>`, or by `<id>` alone: then one of their own plan, or of any other that is open. */
export function nodeNamed(workspace: Workspace, name: string, from: NodeRef | undefined): NodeRef | Refusal {
  const [first = "", second] = name.split("/", 2);
  const node = second ?? first;
  const named = second === undefined ? undefined : first;
  const plans = [...workspace.plans.values()].filter(
    (plan) => named === plan.id || (named === undefined && isOpen(plan)),
  );
  const own = plans.find(({ id }) => id === from?.plan);
  const plan = [own, ...plans].find((one) => one?.nodes.has(node));
  if (plan) return { plan: plan.id, node };
  return { refused: "unknown_node", plan: named ?? from?.plan ?? "", node };
}

/** A node by the id that is unique in the workspace. */
export function withPlanOf(workspace: Workspace, name: string, from?: NodeRef): ArtifactRef | Refusal {
  const node = nodeNamed(workspace, name, from);
  return "refused" in node ? node : { kind: "node", id: nodeKey(node) };
}
