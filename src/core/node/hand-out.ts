/**
 * Which node an agent gets.
 *
 * [H1] A node has at most one live attempt.
 * [H2] A node is handed out only when all that it depends on has landed, or failed as it was expected to, or is as far as its
 *      edge asks for, and all its claims can be granted at once.
 * [H3] Priority class, then the longest chain behind it, then age; capabilities and `max_parallel` hold.
 * [H4] A node that was passed over too often gets its claims queued, so that it cannot starve.
 */
import type { AgentName, NodeRef, PlanId, ProcessId } from "../ids.ts";
import type { LeaseEvent } from "../lease.ts";
import type { ClaimEvent, GrantedClaim } from "../locks/claim-events.ts";
import { wishesOf } from "../locks/claiming.ts";
import { judge } from "../locks/granting.ts";
import { claimKey } from "../locks/locks.ts";
import { isThere, type Obstacle, obstacleIn, ticketInAdvance } from "../locks/obstacle.ts";
import { isOpen, type Plan, parallelLimit } from "../plan/plan.ts";
import { byRank, merged } from "../plan/ranking.ts";
import type { Lane } from "../plan/ready-nodes.ts";
import { startOf } from "../red-nodes.ts";
import type { IdleReason, Refusal, StateCounts } from "../refusal.ts";
import { nextSlot } from "../slots.ts";
import { groundsFor } from "../soft-edges.ts";
import { type Agent, nodeByKey, refOf, type Workspace } from "../workspace.ts";
import { type Node, workedOn } from "./node.ts";
import type { NodeEvent } from "./node-events.ts";

export interface HandOutCommand {
  readonly type: "RequestNode";
  readonly agent: AgentName;
  readonly process: ProcessId;
  readonly capabilities: readonly string[];
  readonly plan?: PlanId;
  readonly acceptParked: boolean;
}

export interface ResumeCommand {
  readonly type: "ResumeNode";
  readonly agent: AgentName;
  readonly process: ProcessId;
  /** Whether work that an earlier attempt left is to be put into the worktree. */
  readonly acceptParked: boolean;
  /** Processes that are known not to run any more; another process's live lease keeps a name taken. */
  readonly deadProcesses: readonly ProcessId[];
}

/** A node waits this often for others of lower rank before its claims are queued. */
const passesBeforeQueue = 3;

/** Only the first few of those passed over are counted; the rest follows when these are gone. */
const mostPassedOver = 3;

export function handOut(workspace: Workspace, command: HandOutCommand): readonly (NodeEvent | ClaimEvent)[] | Refusal {
  const held = heldNode(workspace, command.agent);
  if (held) return { refused: "holds_node", ...refOf(held) };
  if (command.plan !== undefined && !workspace.plans.has(command.plan))
    return { refused: "unknown_plan", plan: command.plan };
  const plans = plansFor(workspace, command.plan);
  const choice = choose(workspace, command, plans.filter(hasRoom));
  if (choice) return lease(workspace, command, choice);
  const full = plans.some((plan) => plan.ready.size > 0 && !hasRoom(plan));
  return { refused: "idle", reason: idleReason(workspace, command.plan, full), waiting: countStates(plans) };
}

/** Gives an agent its node back, unless another running process acts under the same name. */
export function resume(workspace: Workspace, command: ResumeCommand): readonly (NodeEvent | LeaseEvent)[] | Refusal {
  const node = heldNode(workspace, command.agent);
  const attempt = node && workedOn(node);
  if (!node || !attempt) return { refused: "outdated" };
  if (attempt.process !== command.process && !command.deadProcesses.includes(attempt.process))
    return { refused: "agent_name_taken", freeName: freeName(workspace.agents, command.agent) };
  const by = { plan: node.plan, node: node.id, attempt: attempt.attempt };
  const until = workspace.now + workspace.settings.leases.ttl;
  const renewed: LeaseEvent = { type: "LeaseRenewed", ...by, until, by: "call", process: command.process };
  if (!command.acceptParked || !attempt.offered) return [renewed];
  return [renewed, { type: "ParkedAccepted", ...by, parked: attempt.offered }];
}

/** The node that an agent works on: one in its hands first, else one that came back to it. */
export function heldNode(workspace: Workspace, agent: AgentName): Node | undefined {
  const nodes = [...(workspace.agents.get(agent)?.nodes ?? [])].flatMap((key) => nodeByKey(workspace, key) ?? []);
  const own = nodes.filter((node) => workedOn(node)?.agent === agent);
  return own.find(({ state }) => state.is === "leased") ?? own[0];
}

/** A name nobody uses, made from one that is taken. */
export function freeName(agents: ReadonlyMap<AgentName, Agent>, taken: AgentName): AgentName {
  const stem = taken.slice(0, 58);
  for (let number = 2; ; number += 1) if (!agents.has(`${stem}-${number}`)) return `${stem}-${number}`;
}

interface Choice {
  readonly node: Node;
  readonly claims: readonly GrantedClaim[];
  /** Those of higher rank that others' claims kept from this agent, the first few. */
  readonly passedOver: readonly Node[];
}

function choose(workspace: Workspace, command: HandOutCommand, plans: readonly Plan[]): Choice | undefined {
  const { locks, settings } = workspace;
  const able = new Set(command.capabilities);
  const lanesOf = (plan: Plan) => plan.ready.lanes().filter((lane) => lane.requires.every((one) => able.has(one)));
  const open = plans.flatMap(lanesOf).filter(({ behind }) => !behind || !isThere(locks, settings, behind));
  // Many nodes often want the very same; what stands in the way of one does so for all that have no place in the queue.
  const known = new Map<string, Obstacle>();
  for (let lane = best(open); lane; lane = best(open)) {
    const node = lane.nodes.first;
    if (!node) break;
    const ticket = ticketInAdvance(locks, refOf(node));
    const wishes = wishesOf(node, settings);
    const wanted = ticket ? "" : wishes.map(claimKey).join("\n");
    const before = known.get(wanted);
    if (before) {
      workspace.plans.get(node.plan)?.ready.hinder(node, before);
      continue;
    }
    const verdict = judge(locks, settings, refOf(node), wishes, ticket?.place);
    if ("claims" in verdict) {
      const higher = firstOf(
        merged(plans.flatMap(lanesOf).map(({ nodes }) => nodes)),
        mostPassedOver,
        (other) => byRank(other, node) < 0,
      );
      return { node, claims: verdict.claims, passedOver: higher };
    }
    const obstacle = obstacleIn(verdict, ticket?.id);
    if (!obstacle || !isThere(locks, settings, obstacle))
      throw new Error(`Kept back by nothing: ${node.plan}/${node.id}`);
    if (wanted !== "") known.set(wanted, obstacle);
    workspace.plans.get(node.plan)?.ready.hinder(node, obstacle);
  }
  return undefined;
}

/** The lane with the node of highest rank. */
function best(lanes: readonly Lane[]): Lane | undefined {
  return lanes.reduce<Lane | undefined>((found, lane) => {
    const [a, b] = [lane.nodes.first, found?.nodes.first];
    return a && (!b || byRank(a, b) < 0) ? lane : found;
  }, undefined);
}

function firstOf<T>(all: Iterable<T>, most: number, picks: (one: T) => boolean): readonly T[] {
  const found: T[] = [];
  for (const one of all) {
    if (found.length === most || !picks(one)) break;
    found.push(one);
  }
  return found;
}

function lease(
  workspace: Workspace,
  command: HandOutCommand,
  { node, claims, passedOver }: Choice,
): readonly (NodeEvent | ClaimEvent)[] {
  const { settings, slots, now } = workspace;
  const plan = workspace.plans.get(node.plan);
  if (!plan) throw new Error(`A node without its plan: ${node.plan}/${node.id}`);
  const grounds = groundsFor(workspace, plan, node);
  const content = node.spec.merges || command.acceptParked ? node.parked : undefined;
  return [
    {
      type: "NodeLeased",
      plan: node.plan,
      node: node.id,
      attempt: node.attempts + 1,
      agent: command.agent,
      process: command.process,
      until: now + settings.leases.ttl,
      ...nextSlot(slots),
      base: startOf(workspace, plan, node),
      ...(content ? { content } : {}),
      ...(grounds.length > 0 ? { grounds } : {}),
      claims,
      passedOver: passedOver.map(refOf),
    },
    ...passedOver
      .filter((other) => other.passedOver + 1 === passesBeforeQueue)
      .map((other, i) => queued(workspace, other, i)),
  ];
}

/** Lets go of the place of a node that nobody came for during a whole lease, so that it does not hold up the rest. */
export function dropStarvation(workspace: Workspace, { plan, node }: NodeRef): readonly ClaimEvent[] {
  const ticket = ticketInAdvance(workspace.locks, { plan, node });
  return ticket ? [{ type: "TicketEnded", ...ticket.by, ticket: ticket.id, why: "withdrawn", cycle: [] }] : [];
}

/** A place in the queue for a node that nobody works on: it holds others back until somebody takes the node. */
function queued(workspace: Workspace, node: Node, offset: number): ClaimEvent {
  const ticket = `t${workspace.locks.lastTicket + 1 + offset}`;
  return {
    type: "ClaimsQueued",
    ...refOf(node),
    attempt: 0,
    ticket,
    wants: wishesOf(node, workspace.settings),
    before: [],
  };
}

function hasRoom(plan: Plan): boolean {
  return plan.live < parallelLimit(plan);
}

function plansFor(workspace: Workspace, wanted: PlanId | undefined): readonly Plan[] {
  const plans = [...workspace.plans.values()].filter((plan) => plan.status.is === "active");
  return wanted === undefined ? plans : plans.filter(({ id }) => id === wanted);
}

function idleReason(workspace: Workspace, wanted: PlanId | undefined, atCapacity: boolean): IdleReason {
  const plans = [...workspace.plans.values()].filter(({ id }) => wanted === undefined || id === wanted);
  if (plans.length === 0) return "no_plan";
  const open = plans.filter((plan) => isOpen(plan) && plan.open > 0);
  if (open.length === 0) return "plan_finished";
  if (atCapacity) return "at_capacity";
  if (open.some((plan) => plan.ready.size > 0)) return "blocked";
  return open.some((plan) => plan.live > 0 || plan.train.length > 0) ? "all_leased" : "nothing_ready";
}

function countStates(plans: readonly Plan[]): StateCounts {
  const total = (pick: (plan: Plan) => number) => plans.reduce((sum, plan) => sum + pick(plan), 0);
  const [open, ready, live, train] = [
    total((plan) => plan.open),
    total((plan) => plan.ready.size),
    total((plan) => plan.live),
    total((plan) => plan.train.length),
  ];
  return { ready, worked_on: live, in_train: train, pending: open - ready - live - train };
}
