/** What agents and people do about conflicts: reporting, settling, coming together. */
import type { WorkspaceCommand } from "../core/command.ts";
import type { AgentName, Instant, NodeRef, PlanId } from "../core/ids.ts";
import { isRefusal } from "../core/refusal.ts";
import type { Actor } from "../core/speculation/actor.ts";
import {
  type Conflict,
  type ConflictEvent,
  type ConflictId,
  conflictOf,
  type Strategy,
  type Tally,
} from "../core/speculation/conflicts.ts";
import {
  type ConvergenceId,
  convergenceId,
  convergenceOf,
  isOpen,
  type Level,
  pendingIn,
} from "../core/speculation/convergences.ts";
import { causeOf, type Reported } from "../core/speculation/reporting.ts";
import type { DefaultGates, ReworkAsked } from "../core/speculation/rework.ts";
import { type Suggestion, suggestionsFor } from "../core/speculation/suggestions.ts";
import { tallyOf } from "../core/speculation/voting.ts";
import { findNode } from "../core/workspace.ts";
import type { CallContext, Refused } from "./answers.ts";
import { decisionRecord, eventsAbout } from "./decision-record.ts";
import { attemptBehind, type Hands, markOf } from "./hands.ts";
import { defaultGates } from "./planning.ts";

/** Who speaks; without a lease, for the people of the workspace. */
export interface Speaker {
  readonly agent: AgentName;
  readonly lease?: string;
}

export interface ReportAnswer {
  readonly conflict: Conflict;
  /** Set when it was open before, so that this report of it has added nothing. */
  readonly known?: true;
  /** Its nodes with who works on them. */
  readonly affected: readonly (NodeRef & { readonly agent?: AgentName })[];
  readonly suggestions: readonly Suggestion[];
  readonly convergence?: ConvergenceId;
}

export interface ResolveRequest {
  readonly conflict: ConflictId;
  readonly strategy: Strategy;
  readonly decision: string;
  readonly vote?: { readonly option: string; readonly evidence: readonly string[] };
}

export interface ResolveAnswer {
  /** `voting` and `waiting` say what it will be settled by. */
  readonly status: "resolved" | "voting" | "waiting";
  readonly outcome?: ConflictEvent & { type: "ConflictResolved" };
  readonly tally: readonly Tally[];
  /** What was decided and why, as Markdown. */
  readonly record?: string;
}

/** A node is named by its id, alone or with its plan's. */
export type ReworkWish =
  | { readonly node: string; readonly estimateMinutes?: number }
  | { readonly title: string; readonly estimateMinutes?: number };

export type ConvergeRequest =
  | { readonly action: "open"; readonly conflicts: readonly ConflictId[]; readonly participants: readonly AgentName[] }
  | { readonly action: "join"; readonly convergence: ConvergenceId }
  | {
      readonly action: "decide" | "complete";
      readonly convergence: ConvergenceId;
      readonly decisions: readonly string[];
      readonly rework: readonly ReworkWish[];
    };

export interface ConvergeAnswer {
  readonly convergence: ConvergenceId;
  readonly status: "open" | "completed";
  readonly participants: readonly AgentName[];
  readonly pending: readonly AgentName[];
  readonly level?: Level;
  readonly due?: Instant;
  readonly rework: readonly NodeRef[];
  readonly minutes?: number;
}

/** Opens a conflict, or finds the one that is open for the same cause. */
export async function reportConflict(
  hands: Hands,
  speaker: Speaker,
  reported: Reported,
  call: CallContext,
): Promise<ReportAnswer | Refused> {
  const by = await actorBehind(hands, speaker);
  if ("refused" in by) return by;
  const { manager } = hands;
  const cause = causeOf(manager.workspace, by, reported);
  const answer = await manager.execute({ type: "ReportConflict", by, reported }, markOf(call, speaker.agent));
  if (isRefusal(answer)) return answer;
  const { workspace } = manager;
  const opened = answer.events.find(({ event }) => event.type === "ConflictOpened");
  const conflict = opened ? workspace.speculation.conflicts.get(`c${opened.position}`) : conflictOf(workspace, cause);
  // Whoever settled it in this very moment left nothing to report.
  if (!conflict) return { refused: "outdated" };
  const convergence = convergenceOf(workspace, conflict)?.id;
  const affected = conflict.nodes.map(({ plan, node }) => {
    const agent = findNode(workspace, plan, node)?.times.agent;
    return { plan, node, ...(agent === undefined ? {} : { agent }) };
  });
  const suggestions = suggestionsFor(workspace, conflict);
  const known = answer.events.length === 0 ? { known: true as const } : {};
  return { conflict, ...known, affected, suggestions, ...(convergence === undefined ? {} : { convergence }) };
}

/** Settles a conflict, or notes by what it will be. */
export async function resolveConflict(
  hands: Hands,
  speaker: Speaker,
  request: ResolveRequest,
  call: CallContext,
): Promise<ResolveAnswer | Refused> {
  const by = await actorBehind(hands, speaker);
  if ("refused" in by) return by;
  const { manager } = hands;
  const plans = manager.workspace.speculation.conflicts.get(request.conflict)?.plans ?? [];
  const command = { type: "ResolveConflict", by, ...request, gates: await gatesOf(hands, plans) } as const;
  const answer = await manager.execute(command, markOf(call, speaker.agent));
  if (isRefusal(answer)) return answer;
  const conflict = manager.workspace.speculation.conflicts.get(request.conflict);
  if (!conflict) return { refused: "unknown_conflict", conflict: request.conflict };
  const { state } = conflict;
  if (state.is === "open") return { status: state.awaits === "vote" ? "voting" : "waiting", tally: tallyOf(conflict) };
  const events = await eventsAbout(hands, conflict);
  const record = decisionRecord(events);
  const outcome = events.map(({ event }) => event).find((event) => event.type === "ConflictResolved");
  return {
    status: "resolved",
    ...(outcome ? { outcome } : {}),
    tally: outcome?.tally ?? [],
    ...(record === undefined ? {} : { record }),
  };
}

/** Opens a convergence, takes part in it, or ends it. */
export async function converge(
  hands: Hands,
  speaker: Speaker,
  request: ConvergeRequest,
  call: CallContext,
): Promise<ConvergeAnswer | Refused> {
  const by = await actorBehind(hands, speaker);
  if ("refused" in by) return by;
  const { manager } = hands;
  const command = await commandFor(hands, by, request);
  if ("refused" in command) return command;
  const answer = await manager.execute(command, markOf(call, speaker.agent));
  if (isRefusal(answer)) return answer;
  const { speculation, now } = manager.workspace;
  const opened = answer.events.find(({ event }) => event.type === "ConvergenceOpened");
  const [conflict] = request.action === "open" ? request.conflicts : [];
  const known = [...speculation.convergences.values()].findLast(({ conflicts }) => conflicts.includes(conflict ?? ""));
  const own = request.action === "open" ? known?.id : request.convergence;
  const convergence = speculation.convergences.get(opened ? convergenceId(opened.position) : (own ?? ""));
  if (!convergence) return { refused: "unknown_convergence", convergence: own ?? "" };
  const { id, since, state, rework } = convergence;
  if (!isOpen(convergence))
    return {
      convergence: id,
      status: "completed",
      participants: state.participants.map((one) => (typeof one === "string" ? one : one.agent)),
      pending: [],
      rework,
      minutes: (("at" in state ? state.at : now) - since) / 60_000,
    };
  const { level, due, participants } = convergence.state;
  const names = participants.map(({ agent }) => agent);
  const until = due === undefined ? {} : { due };
  return {
    convergence: id,
    status: "open",
    participants: names,
    pending: pendingIn(convergence),
    level,
    ...until,
    rework,
  };
}

async function commandFor(hands: Hands, by: Actor, request: ConvergeRequest): Promise<WorkspaceCommand | Refused> {
  const { workspace } = hands.manager;
  if (request.action === "open") {
    const { conflicts, participants } = request;
    return { type: "OpenConvergence", by, conflicts, participants };
  }
  const { convergence: id } = request;
  if (request.action === "join") return { type: "JoinConvergence", by, convergence: id };
  const convergence = workspace.speculation.convergences.get(id);
  const conflicts = (convergence?.conflicts ?? []).flatMap((one) => workspace.speculation.conflicts.get(one) ?? []);
  const plans = [...new Set([...(by.attempt ? [by.attempt.plan] : []), ...conflicts.flatMap((one) => one.plans)])];
  const rework: ReworkAsked[] = [];
  for (const wish of request.rework) {
    const asked = reworkAsked(hands, plans, wish);
    if ("refused" in asked) return asked;
    rework.push(asked);
  }
  const gates = await gatesOf(hands, plans);
  const type = request.action === "decide" ? "DecideInConvergence" : "CompleteConvergence";
  return { type, by, convergence: id, decisions: request.decisions, rework, gates };
}

/** Rework belongs to the plans that the conflicts are about; with several, to the one of who asks, or the first. */
function reworkAsked(hands: Hands, plans: readonly PlanId[], wish: ReworkWish): ReworkAsked | Refused {
  const { workspace } = hands.manager;
  const estimate = wish.estimateMinutes === undefined ? {} : { estimateMinutes: wish.estimateMinutes };
  const all = plans.length > 0 ? plans : [...workspace.plans.keys()];
  const [plan = ""] = all;
  if ("title" in wish) return { plan, title: wish.title, ...estimate };
  const [first = "", second] = wish.node.split("/", 2);
  if (second !== undefined) return { plan: first, node: second, ...estimate };
  const home = all.find((id) => findNode(workspace, id, first));
  if (home === undefined) return { refused: "unknown_node", plan, node: first };
  return { plan: home, node: first, ...estimate };
}

async function actorBehind(hands: Hands, { agent, lease }: Speaker): Promise<Actor | Refused> {
  await hands.manager.refresh();
  if (lease === undefined) return { agent };
  const attempt = attemptBehind(hands, { agent, lease });
  return "refused" in attempt ? attempt : { agent, attempt };
}

async function gatesOf(hands: Hands, plans: readonly PlanId[]): Promise<DefaultGates> {
  const found: [PlanId, DefaultGates[string]][] = [];
  for (const id of plans) {
    const plan = hands.manager.workspace.plans.get(id);
    if (plan) found.push([id, await defaultGates(hands, plan.header.target)]);
  }
  return Object.fromEntries(found);
}
