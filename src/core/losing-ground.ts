/** What becomes of those who may begin early, and have begun, when nodes and contracts move on. [T12] */
import { isBrokenBy, isTakenBy, loseGround } from "./grounds.ts";
import type { Instant } from "./ids.ts";
import { release } from "./locks/locks.ts";
import type { Node } from "./node/node.ts";
import { disorder } from "./plan/order.ts";
import type { Plan } from "./plan/plan.ts";
import { allBehind } from "./red-nodes.ts";
import { isBeforeSoft, namesContract } from "./soft-edges.ts";
import type { ContractEvent } from "./speculation/contracts.ts";
import { refOf, type Workspace } from "./workspace.ts";

/** Who may begin on a node has to be found anew when that comes further; who has begun loses it when it comes back. */
export function nodeMoved(workspace: Workspace, plan: Plan, node: Node, was: Node["state"]["is"], at: Instant): void {
  const { is } = node.state;
  if (is === was) return;
  if (was === "submitted" && is !== "landed") {
    loseGround(plan, (ground) => isTakenBy(node, ground));
    giveWay(workspace, plan, node);
  }
  if (isBeforeSoft(plan, node) || isSoft(node)) disorder(workspace, plan, at);
}

/** Who has begun need not wait for a contract any more; who begins anew has to. */
function isSoft({ spec }: Node): boolean {
  return spec.soft?.some(({ edge }) => edge === "contract") ?? false;
}

/** Call before the event is applied. */
export function contractMoved(workspace: Workspace, event: ContractEvent, at: Instant): void {
  const contract = workspace.speculation.contracts.get(event.contract);
  for (const plan of workspace.plans.values()) {
    loseGround(plan, (ground) => isBrokenBy(contract, event, ground));
    if ([...plan.nodes.values()].some((node) => namesContract(node, event.contract))) disorder(workspace, plan, at);
  }
}

/** What came back may need what those hold who cannot land before it. */
function giveWay(workspace: Workspace, plan: Plan, node: Node): void {
  for (const next of allBehind(plan, node))
    if (next.state.is === "submitted") release(workspace.locks, refOf(next), () => true);
}
