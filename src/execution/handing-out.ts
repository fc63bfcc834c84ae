import type { AgentName, PlanId, ProcessId } from "../core/ids.ts";
import { freeName, type HandOutCommand, handOut, heldNode } from "../core/node/hand-out.ts";
import { type Node, workedOn } from "../core/node/node.ts";
import { isRefusal } from "../core/refusal.ts";
import { knownRequest } from "../core/requests.ts";
import { findNode, type Workspace } from "../core/workspace.ts";
import type { Assigned, CallContext, Idle, Refused } from "./answers.ts";
import { briefOf } from "./brief.ts";
import { type Hands, markOf } from "./hands.ts";

export interface NextNodeRequest {
  readonly agent: AgentName;
  readonly capabilities: readonly string[];
  readonly plan?: PlanId;
  readonly acceptParked: boolean;
  readonly waitMs: number;
}

/** Names whose call is in flight in this process, with the id of the call where it has one. */
export type CallsInFlight = Map<AgentName, string | undefined>;

/** Hands out a node, or waits until there is one, or says why there is none. */
export async function requestNextNode(
  hands: Hands,
  inFlight: CallsInFlight,
  request: NextNodeRequest,
  call: CallContext,
): Promise<Assigned | Idle | Refused> {
  const { agent } = request;
  const sameCall = call.requestId !== undefined && inFlight.get(agent) === call.requestId;
  if (inFlight.has(agent) && !sameCall)
    return { refused: "agent_name_taken", freeName: freeName(hands.manager.workspace.agents, agent) };
  if (!sameCall) inFlight.set(agent, call.requestId);
  try {
    return await nextNode(hands, request, call);
  } finally {
    if (!sameCall) inFlight.delete(agent);
  }
}

async function nextNode(hands: Hands, request: NextNodeRequest, call: CallContext): Promise<Assigned | Idle | Refused> {
  const { manager, process, clock } = hands;
  const { agent, capabilities, plan, acceptParked } = request;
  const command: HandOutCommand = {
    type: "RequestNode",
    agent,
    process,
    capabilities,
    acceptParked,
    ...(plan ? { plan } : {}),
  };
  const mark = markOf(call, agent);
  const deadline = clock.steady() + request.waitMs;
  await manager.refresh();
  for (;;) {
    const repeated =
      mark !== undefined && knownRequest(manager.workspace.requests, mark, manager.workspace.now) !== undefined;
    const held = heldNode(manager.workspace, agent);
    if (held && !repeated) {
      const resumed = await resume(hands, held, acceptParked);
      if (resumed) return resumed;
      continue;
    }
    const answer = await manager.execute(command, mark);
    if (!isRefusal(answer)) {
      const leased = answer.events.find(({ event }) => event.type === "NodeLeased")?.event;
      const node = leased?.type === "NodeLeased" ? findNode(manager.workspace, leased.plan, leased.node) : undefined;
      if (node && !repeated) ownSlot(hands, node);
      return node ? assigned(hands, node, false) : { refused: "stale_lease", state: "gone" };
    }
    if (answer.refused === "holds_node") continue;
    if (answer.refused !== "idle") return answer;
    const left = deadline - clock.steady();
    const idle: Idle = {
      status: "none",
      reason: answer.reason,
      waiting: answer.waiting,
      retryAfterSeconds: retryAfter(answer.reason),
    };
    if (answer.reason === "plan_finished" || left <= 0 || call.signal.aborted) return idle;
    const taken = await waitForWork(hands, command, left, call);
    if (taken) return taken;
  }
}

async function resume(hands: Hands, held: Node, acceptParked: boolean): Promise<Assigned | Refused | undefined> {
  const attempt = workedOn(held);
  if (!attempt) return undefined;
  const dead: readonly ProcessId[] = hands.liveness(attempt.process) === "gone" ? [attempt.process] : [];
  const { agent } = attempt;
  if (attempt.slotReady) hands.preparing.own(attempt);
  const answer = await hands.manager.execute({
    type: "ResumeNode",
    agent,
    process: hands.process,
    acceptParked,
    deadProcesses: dead,
  });
  if (!isRefusal(answer)) return assigned(hands, held, true);
  return answer.refused === "outdated" ? undefined : answer;
}

/** Sleeps until something could be handed out; the name is shown as taken to other processes meanwhile. */
async function waitForWork(
  hands: Hands,
  command: HandOutCommand,
  ms: number,
  call: CallContext,
): Promise<Refused | undefined> {
  const { manager, clock } = hands;
  const key = `call/${command.agent}`;
  const other = await manager.log.readCell(manager.stream, key);
  if (other !== undefined && other !== hands.process && hands.liveness(other) !== "gone")
    return { refused: "agent_name_taken", freeName: freeName(manager.workspace.agents, command.agent) };
  await manager.log.swapCell(manager.stream, key, other, hands.process);
  const stop = clock.every(10_000, () => call.onWaiting?.("Still waiting for a node that can be worked on."));
  call.onWaiting?.("Waiting for a node that can be worked on.");
  try {
    await manager.waitFor((workspace) => (mayBeHandedOut(workspace, command) ? true : undefined), ms, call.signal);
    return undefined;
  } finally {
    stop();
    await manager.log.swapCell(manager.stream, key, hands.process, undefined);
  }
}

/** Looks before asking, because asking is a transaction that all processes queue for. */
function mayBeHandedOut(workspace: Workspace, command: HandOutCommand): boolean {
  const decision = handOut(workspace, command);
  return !isRefusal(decision) || decision.refused !== "idle" || decision.reason === "plan_finished";
}

function ownSlot(hands: Hands, node: Node): void {
  const attempt = workedOn(node);
  if (attempt) hands.preparing.own(attempt);
}

async function assigned(hands: Hands, node: Node, resumed: boolean): Promise<Assigned | Refused> {
  const failed = await hands.preparing.ready(hands, node);
  return failed ?? briefOf(hands, node, resumed);
}

function retryAfter(reason: Idle["reason"]): number {
  return reason === "plan_finished" || reason === "no_plan" ? 60 : 5;
}
