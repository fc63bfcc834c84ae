/**
 * The state as text, so that a process need not fold the whole log.
 *
 * [D1] Folding the log gives the state; a snapshot with the events after it gives the same.
 */
import type { PastRun } from "./gate-history.ts";
import type { AgentName, Instant, PlanId, Position, TicketId } from "./ids.ts";
import type { Knowledge } from "./knowledge.ts";
import { regrant } from "./locks/evolve-claims.ts";
import type { HeldUp, Loan } from "./locks/loans.ts";
import { type Held, type Locks, noLocks, type SettledTicket, type Ticket } from "./locks/locks.ts";
import { type Notice, noticesFrom } from "./notices.ts";
import { orderPlans } from "./plan/order.ts";
import { type PlanText, planFromText, planToText } from "./plan/plan-text.ts";
import type { Clash } from "./radar.ts";
import type { KnownRequest } from "./requests.ts";
import type { Settings } from "./settings.ts";
import type { SlotState } from "./slots.ts";
import { type SpeculationText, speculationFromText, speculationToText } from "./speculation/speculation.ts";
import { type Agent, emptyWorkspace, type Workspace } from "./workspace.ts";

/** The state in named sections, `workspace` and `plan/<id>`, so that only what changed need be written again. */
export function toSections(workspace: Workspace): ReadonlyMap<string, string> {
  orderPlans(workspace);
  const { now, settings, plans, locks, slots, agents, knowledge, gatePace, gateHistory, passed, clashes } = workspace;
  const { speculation, requests } = workspace;
  const text: WorkspaceText = {
    version,
    now,
    settings,
    plans: [...plans.keys()],
    locks: {
      held: [...locks.held.values()].flat().sort((a, b) => a.grant - b.grant),
      queue: locks.queue,
      settled: [...locks.settled],
      loans: [...locks.loans],
      heldUp: [...locks.heldUp],
      lastTicket: locks.lastTicket,
      lastGrant: locks.lastGrant,
    },
    slots: { byName: [...slots.byName], lastNumber: slots.lastNumber },
    agents: [...agents.values()].map((agent) => ({
      ...agent,
      nodes: [...agent.nodes],
      notices: [...agent.notices.values()],
    })),
    knowledge,
    gatePace: { ...gatePace, alone: [...gatePace.alone], beside: [...gatePace.beside] },
    gateHistory: [...gateHistory],
    passed: [...passed],
    clashes: [...clashes],
    speculation: speculationToText(speculation),
    requests: [...requests],
  };
  const sections = new Map([["workspace", JSON.stringify(text)]]);
  for (const plan of plans.values()) sections.set(sectionOf(plan.id), JSON.stringify(planToText(plan)));
  return sections;
}

/** The state as it was at a position; undefined for sections of another version, which the log can replace. */
export function fromSections(sections: ReadonlyMap<string, string>, position: Position): Workspace | undefined {
  const text: WorkspaceText = JSON.parse(sectionIn(sections, "workspace"));
  if (text.version !== version) return undefined;
  const workspace = emptyWorkspace();
  workspace.position = position;
  workspace.now = text.now;
  workspace.settings = text.settings;
  workspace.locks = locksFrom(text);
  for (const id of text.plans) {
    const plan: PlanText = JSON.parse(sectionIn(sections, sectionOf(id)));
    workspace.plans.set(id, planFromText(plan));
    workspace.unordered.set(id, text.now);
  }
  for (const [slot, state] of text.slots.byName) workspace.slots.byName.set(slot, state);
  workspace.slots.lastNumber = text.slots.lastNumber;
  for (const agent of text.agents) {
    const { name, nodes, notices } = agent;
    workspace.agents.set(name, { ...agent, nodes: new Set(nodes), notices: noticesFrom(notices) });
  }
  workspace.knowledge.push(...text.knowledge);
  workspace.gatePace.slowDown = text.gatePace.slowDown;
  workspace.gatePace.besideRuns = text.gatePace.besideRuns;
  for (const [gate, ms] of text.gatePace.alone) workspace.gatePace.alone.set(gate, ms);
  for (const [gate, ms] of text.gatePace.beside) workspace.gatePace.beside.set(gate, ms);
  for (const [gate, runs] of text.gateHistory) workspace.gateHistory.set(gate, runs);
  for (const key of text.passed) workspace.passed.add(key);
  for (const [key, clash] of text.clashes) workspace.clashes.set(key, clash);
  workspace.speculation = speculationFromText(text.speculation);
  for (const [key, request] of text.requests) workspace.requests.set(key, request);
  orderPlans(workspace);
  return workspace;
}

/** Changes whenever the texts do. */
const version = 11;

interface WorkspaceText {
  readonly version: number;
  readonly now: Instant;
  readonly settings: Settings;
  readonly plans: readonly PlanId[];
  readonly locks: {
    readonly held: readonly Held[];
    readonly queue: readonly Ticket[];
    readonly settled: readonly (readonly [TicketId, SettledTicket])[];
    readonly loans: readonly (readonly [string, Loan])[];
    readonly heldUp: readonly (readonly [string, HeldUp])[];
    readonly lastTicket: number;
    readonly lastGrant: number;
  };
  readonly slots: { readonly byName: readonly (readonly [string, SlotState])[]; readonly lastNumber: number };
  readonly agents: readonly AgentText[];
  readonly knowledge: readonly Knowledge[];
  readonly gatePace: {
    readonly slowDown: number;
    readonly besideRuns: number;
    readonly alone: readonly (readonly [string, number])[];
    readonly beside: readonly (readonly [string, number])[];
  };
  readonly gateHistory: readonly (readonly [string, readonly PastRun[]])[];
  readonly passed: readonly string[];
  readonly clashes: readonly (readonly [string, Clash])[];
  readonly speculation: SpeculationText;
  readonly requests: readonly (readonly [string, KnownRequest])[];
}

interface AgentText extends Omit<Agent, "nodes" | "notices"> {
  readonly name: AgentName;
  readonly nodes: readonly string[];
  readonly notices: readonly Notice[];
}

function locksFrom({ settings, locks: text }: WorkspaceText): Locks {
  const { held, queue, settled, loans, heldUp, lastTicket, lastGrant } = text;
  const locks = noLocks(settings.ignoreCase);
  for (const one of held) regrant(locks, one);
  locks.queue.push(...queue);
  for (const [id, outcome] of settled) locks.settled.set(id, outcome);
  for (const [run, loan] of loans) locks.loans.set(run, loan);
  for (const [key, one] of heldUp) locks.heldUp.set(key, one);
  locks.lastTicket = lastTicket;
  locks.lastGrant = lastGrant;
  locks.loosened = true;
  return locks;
}

function sectionOf(plan: PlanId): string {
  return `plan/${plan}`;
}

function sectionIn(sections: ReadonlyMap<string, string>, name: string): string {
  const text = sections.get(name);
  if (text === undefined) throw new Error(`A snapshot without its section ${name}`);
  return text;
}
