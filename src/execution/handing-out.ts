import type { AgentName, PlanId, ProcessId } from "../core/ids.ts";
import { freeName, type HandOutCommand, handOut, heldNode } from "../core/node/hand-out.ts";
import { type Node, workedOn } from "../core/node/node.ts";
import { isRefusal } from "../core/refusal.ts";
import { knownRequest } from "../core/requests.ts";
import { findNode, type Workspace } from "../core/workspace.ts";
import type { Assigned, CallContext, Idle, Refused } from "./answers.ts";
import { briefOf } from "./brief.ts";
import { type Hands, markOf } from "./hands.ts";
import { NameInUse } from "./name-in-use.ts";
import { lookForQuestions } from "./reading-notices.ts";

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
  const name = new NameInUse(hands, agent);
  try {
    return await nextNode(hands, name, request, call);
  } finally {
    await name.giveBack();
    if (!sameCall) inFlight.delete(agent);
  }
}

async function nextNode(
  hands: Hands,
  name: NameInUse,
  request: NextNodeRequest,
  call: CallContext,
): Promise<Assigned | Idle | Refused> {
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
  const isAsked = await lookForQuestions(hands, agent);
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
    if (answer.reason === "plan_finished" || left <= 0 || call.signal.aborted || isAsked(manager.workspace))
      return idle;
    const taken = await name.take();
    if (taken) return taken;
    await waitForWork(hands, name, { command, isAsked }, left, call);
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

interface LookingOut {
  readonly command: HandOutCommand;
  /** Whether the agent is asked for something else. */
  readonly isAsked: (workspace: Workspace) => boolean;
}

/** Sleeps until something could be handed out, and it is this agent's turn to ask for it. */
async function waitForWork(
  hands: Hands,
  name: NameInUse,
  { command, isAsked }: LookingOut,
  ms: number,
  call: CallContext,
): Promise<void> {
  const { manager, clock } = hands;
  const stop = clock.every(10_000, () => call.onWaiting?.("Still waiting for a node that can be worked on."));
  call.onWaiting?.("Waiting for a node that can be worked on.");
  const deadline = clock.steady() + ms;
  const look = (workspace: Workspace) => isAsked(workspace) || mayBeHandedOut(workspace, command) || undefined;
  try {
    do {
      if (!(await manager.waitFor(look, deadline - clock.steady(), call.signal))) return;
      const turn = await name.turn();
      if (turn > 0) await clock.sleep(Math.min(turn * turnMs, longestTurnMs), call.signal);
    } while (!look(manager.workspace));
  } finally {
    stop();
  }
}

/** Where one node comes free for many, they ask one after another: all but the first would only be in its way. */
const turnMs = 3;
const longestTurnMs = 30;

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
