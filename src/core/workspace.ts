import type { GateHistory } from "./gate-history.ts";
import { type GatePace, newGatePace } from "./gate-pace.ts";
import type { AgentName, Instant, PlanId, Position, ProcessId } from "./ids.ts";
import type { Knowledge } from "./knowledge.ts";
import { type Locks, noLocks } from "./locks/locks.ts";
import type { Node } from "./node/node.ts";
import type { Notices } from "./notices.ts";
import type { Plan } from "./plan/plan.ts";
import type { Clashes } from "./radar.ts";
import { noRequests, type Requests } from "./requests.ts";
import { defaultSettings, type Settings } from "./settings.ts";
import { noSlots, type Slots } from "./slots.ts";
import { noSpeculation, type Speculation } from "./speculation/speculation.ts";

/** A worker as the log knows it. */
export interface Agent {
  readonly name: AgentName;
  lastSeen: Instant;
  process: ProcessId;
  /** Keys of the nodes it works on, reworks or has handed in. */
  readonly nodes: Set<string>;
  /** News that it may not have read yet, oldest first. */
  readonly notices: Notices;
}

/** Everything that follows from the log; only `evolve` changes it. */
export interface Workspace {
  position: Position;
  /** The latest time seen; it never goes back. */
  now: Instant;
  settings: Settings;
  readonly plans: Map<PlanId, Plan>;
  /** Plans whose nodes or edges changed since they were last put in order, with the time of the last change. */
  readonly unordered: Map<PlanId, Instant>;
  locks: Locks;
  readonly slots: Slots;
  readonly agents: Map<AgentName, Agent>;
  readonly knowledge: Knowledge[];
  /** How gates get on beside each other. */
  readonly gatePace: GatePace;
  /** How gates ended lately. */
  readonly gateHistory: GateHistory;
  /** Gates that a tree has passed, as `passKey` names them. */
  readonly passed: Set<string>;
  /** Attempts under way whose changes exclude each other. */
  readonly clashes: Clashes;
  /** What was begun before the facts were in, and what came of it. */
  speculation: Speculation;
  readonly requests: Requests;
}

export function emptyWorkspace(): Workspace {
  return {
    position: 0,
    now: 0,
    settings: defaultSettings,
    plans: new Map(),
    unordered: new Map(),
    locks: noLocks(defaultSettings.ignoreCase),
    slots: noSlots(),
    agents: new Map(),
    knowledge: [],
    gatePace: newGatePace(),
    gateHistory: new Map(),
    passed: new Set(),
    clashes: new Map(),
    speculation: noSpeculation(),
    requests: noRequests(),
  };
}

export function findNode(workspace: Workspace, plan: PlanId, node: string): Node | undefined {
  return workspace.plans.get(plan)?.nodes.get(node);
}

/** The node behind a key made by `nodeKey`. */
export function nodeByKey(workspace: Workspace, key: string): Node | undefined {
  const [plan = "", node = ""] = key.split("/");
  return findNode(workspace, plan, node);
}

export function refOf(node: Node): { readonly plan: string; readonly node: string } {
  return { plan: node.plan, node: node.id };
}
