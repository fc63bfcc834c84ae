/** What an event means: `evolve` is the only thing that changes a workspace. */

import { evolveBase } from "./base-runs.ts";
import { evolveTrain } from "./evolve-train.ts";
import type { AgentName, Instant, ProcessId } from "./ids.ts";
import type { LeaseEvent } from "./lease.ts";
import { worked } from "./lease-keeping.ts";
import { evolveClaims, refold } from "./locks/evolve-claims.ts";
import { evolveLoans } from "./locks/loans.ts";
import { contractMoved } from "./losing-ground.ts";
import { tellAgents } from "./news.ts";
import { evolveNode } from "./node/evolve-node.ts";
import { attemptOf, workedOn } from "./node/node.ts";
import { evolvePlan } from "./plan/evolve-plan.ts";
import { orderPlans } from "./plan/order.ts";
import { evolveRadar } from "./radar.ts";
import type { Recorded } from "./recorded.ts";
import { rememberRequest } from "./requests.ts";
import type { Settings } from "./settings.ts";
import { evolveSlots, type SlotEvent } from "./slots.ts";
import { evolveArtifacts } from "./speculation/artifacts.ts";
import { evolveAssumptions } from "./speculation/assumptions.ts";
import { evolveConflicts } from "./speculation/conflicts.ts";
import { evolveContractLandings } from "./speculation/contract-landings.ts";
import { evolveContracts } from "./speculation/contracts.ts";
import { evolveConvergences, namedIn } from "./speculation/convergences.ts";
import { forgetRework } from "./speculation/rework.ts";
import { findNode, type Workspace } from "./workspace.ts";

/** Applies one event. Call `settled` before the state is read. */
export function evolve(workspace: Workspace, recorded: Recorded): void {
  const { event, at, position } = recorded;
  workspace.position = position;
  workspace.now = Math.max(workspace.now, at);
  if (!joinsDisorder(workspace, recorded)) orderPlans(workspace);
  rememberRequest(workspace.requests, recorded);
  switch (event.type) {
    case "WorkspaceConfigured":
      configured(workspace, event.settings);
      return;
    case "PlanSubmitted":
    case "NodeAdded":
    case "NodeChanged":
    case "NodeRetried":
    case "PlanChanged":
    case "PlanPaused":
    case "PlanResumed":
    case "PlanFinished":
    case "PlanLanded":
    case "IntegrationAdopted":
      tellAgents(workspace, recorded);
      evolvePlan(workspace, event, recorded);
      return;
    case "NodeLeased":
      meet(workspace, event.agent, event.process, at);
      evolveNode(workspace, event, recorded);
      return;
    case "ProgressReported":
    case "NodeSubmitted":
    case "NodeReturned":
    case "NodeWithdrawn":
    case "NodeGivenUp":
    case "AttemptFenced":
    case "WorkParked":
    case "ParkedAccepted":
    case "NodeLanded":
    case "NodeFailed":
    case "NodeCancelled":
    case "NodeReached":
      tellAgents(workspace, recorded);
      evolveNode(workspace, event, recorded);
      forgetRework(workspace, event);
      return;
    case "LeaseRenewed":
    case "LeasesRefreshed":
      evolveLease(workspace, event, at);
      return;
    case "ClaimsGranted":
    case "ClaimsQueued":
    case "TicketEnded":
    case "ClaimsReleased":
      tellAgents(workspace, recorded);
      evolveClaims(workspace, event, at);
      return;
    case "SlotPrepared":
    case "SlotReplaced":
    case "SlotFreed":
    case "SlotQuarantined":
    case "SlotRemoved":
      evolveSlots(workspace.slots, event);
      followSlot(workspace, event);
      return;
    case "CandidateBuilt":
    case "CandidateClashed":
    case "GateStarted":
    case "GateDropped":
    case "GateDoubted":
    case "GateJudged":
    case "LandingIntended":
    case "TrainReordered":
      evolveTrain(workspace, event, at);
      return;
    case "BaseGateStarted":
    case "BaseGateDropped":
    case "BaseGateJudged":
      evolveBase(workspace, event, at);
      return;
    case "GateLent":
    case "GateHeldUp":
    case "GateRepaid":
      evolveLoans(workspace, event, at);
      return;
    case "ClashFound":
    case "ClashCleared":
      tellAgents(workspace, recorded);
      evolveRadar(workspace, event, at);
      return;
    case "ConflictOpened":
      for (const agent of event.agents) knowOf(workspace, agent, at);
      tellAgents(workspace, recorded);
      evolveConflicts(workspace, event, recorded);
      return;
    case "ContractPublished":
    case "ContractActivated":
    case "ContractDeprecated":
      for (const agent of event.tells) knowOf(workspace, agent, at);
      tellAgents(workspace, recorded);
      contractMoved(workspace, event, at);
      evolveContracts(workspace, event, recorded);
      return;
    case "AssumptionSettled":
      for (const agent of event.tells) knowOf(workspace, agent, at);
      tellAgents(workspace, recorded);
      evolveAssumptions(workspace, event, recorded);
      return;
    case "AssumptionTracked":
    case "AssumptionHeld":
      evolveAssumptions(workspace, event, recorded);
      return;
    case "ArtifactRecorded":
      for (const agent of event.tells) knowOf(workspace, agent, at);
      tellAgents(workspace, recorded);
      evolveArtifacts(workspace, event, recorded);
      return;
    case "ContractLanded":
      tellAgents(workspace, recorded);
      evolveContractLandings(workspace, event);
      return;
    case "ConsumersNamed":
      evolveContracts(workspace, event, recorded);
      return;
    case "ConflictRaised":
    case "VoteCast":
    case "FirstCompletionAwaited":
    case "ConflictResolved":
      tellAgents(workspace, recorded);
      evolveConflicts(workspace, event, recorded);
      return;
    case "ConvergenceOpened":
    case "ConvergenceJoined":
    case "ConvergenceDecided":
    case "ConvergenceEscalated":
    case "ConvergenceCompleted":
    case "ReworkOrdered":
      for (const agent of namedIn(event)) knowOf(workspace, agent, at);
      tellAgents(workspace, recorded);
      evolveConvergences(workspace, event, recorded);
      return;
    case "KnowledgeShared": {
      const { agent, topic, paths, from } = event;
      workspace.knowledge.push({ id: `k${position}`, at: position, agent, topic, paths, ...(from ? { from } : {}) });
      return;
    }
  }
}

/** Finishes what single events only noted, so that the state can be read. */
export function settled(workspace: Workspace): Workspace {
  orderPlans(workspace);
  return workspace;
}

/** Other pools or another rule of comparison may let go on what waited. */
function configured(workspace: Workspace, settings: Settings): void {
  workspace.settings = settings;
  workspace.locks.loosened = true;
  if (workspace.locks.ignoreCase !== settings.ignoreCase)
    workspace.locks = refold(workspace.locks, settings.ignoreCase);
  for (const plan of workspace.plans.values()) plan.ready.reconsider();
}

/** What comes many at a time, and what one order at the end will do for all of them. */
function joinsDisorder(workspace: Workspace, { event, at }: Recorded): boolean {
  if (event.type !== "NodeAdded" && !(event.type === "NodeCancelled" && event.why === "flag")) return false;
  return (workspace.unordered.get(event.plan) ?? at) === at;
}

function meet(workspace: Workspace, name: AgentName, process: ProcessId, at: Instant): void {
  const known = workspace.agents.get(name);
  if (known) {
    known.lastSeen = at;
    known.process = process;
  } else {
    workspace.agents.set(name, { name, lastSeen: at, process, nodes: new Set(), notices: new Map() });
  }
}

/** News may be for agents who never asked for a node. */
function knowOf(workspace: Workspace, name: AgentName, at: Instant): void {
  if (!workspace.agents.has(name)) meet(workspace, name, "", at);
}

function evolveLease(workspace: Workspace, event: LeaseEvent, at: Instant): void {
  if (event.type === "LeasesRefreshed") {
    for (const node of worked(workspace)) {
      const attempt = workedOn(node);
      if (attempt) attempt.until = Math.max(attempt.until, event.until);
    }
    return;
  }
  const node = findNode(workspace, event.plan, event.node);
  const attempt = node && workedOn(node);
  if (attempt?.attempt !== event.attempt) return;
  attempt.until = event.until;
  if (event.process) attempt.process = event.process;
  if (event.by === "client") return;
  attempt.lastSeen = at;
  if (event.process) meet(workspace, attempt.agent, event.process, at);
}

/** An attempt whose slot was put aside has none until it gets another. */
function followSlot(workspace: Workspace, event: SlotEvent): void {
  if (event.type === "SlotFreed" || event.type === "SlotRemoved") return;
  const by = event.type === "SlotQuarantined" ? workspace.slots.byName.get(event.slot)?.by : event;
  const node = by && findNode(workspace, by.plan, by.node);
  const attempt = node && attemptOf(node);
  if (!attempt || attempt.attempt !== by.attempt) return;
  if (event.type === "SlotReplaced") {
    attempt.slot = event.slot;
    attempt.fresh = true;
  }
  if (attempt.slot === event.slot) attempt.slotReady = event.type === "SlotPrepared";
}
