import type { AgentName, NodeRef } from "../core/ids.ts";
import { attemptOf } from "../core/node/node.ts";
import { isRefusal } from "../core/refusal.ts";
import { findNode } from "../core/workspace.ts";
import type { CallContext, Refused, Rework } from "./answers.ts";
import { reworkOf } from "./brief.ts";
import type { Caller } from "./execution.ts";
import { attemptBehind, type Hands, markOf } from "./hands.ts";

/** Gives an agent back what it handed in, in its worktree as it left it; asked again it says the same. */
export async function takeBack(
  hands: Hands,
  caller: Caller,
  because: string,
  call: CallContext,
): Promise<Rework | Refused> {
  const { manager } = hands;
  await manager.refresh();
  const by = attemptBehind(hands, caller);
  if ("refused" in by) return by;
  const isBack = () => {
    const node = findNode(manager.workspace, by.plan, by.node);
    const isOurs = node?.state.is === "rework" && node.state.reason === "withdrawn";
    return isOurs && attemptOf(node)?.attempt === by.attempt ? node : undefined;
  };
  if (!isBack()) {
    const answer = await manager.execute({ type: "WithdrawNode", ...by, because }, markOf(call, caller.agent));
    if (isRefusal(answer)) return answer;
  }
  const node = isBack();
  const failed = node && (await hands.preparing.ready(hands, node));
  return failed ?? (node && (await reworkOf(hands, node))) ?? { refused: "outdated" };
}

/** Takes a node out of the train, back to the agent that handed it in, who is told why. */
export async function withdraw(
  { manager }: Hands,
  { plan, node }: NodeRef,
  because: string | undefined,
): Promise<(NodeRef & { readonly agent: AgentName }) | Refused> {
  await manager.refresh();
  const said = because === undefined ? {} : { because };
  const answer = await manager.execute({ type: "WithdrawNode", plan, node, ...said });
  if (isRefusal(answer)) return answer;
  const found = findNode(manager.workspace, plan, node);
  return { plan, node, agent: (found && attemptOf(found)?.agent) ?? "" };
}
