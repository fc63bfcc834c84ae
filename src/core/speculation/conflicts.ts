/**
 * Things that cannot both be so: two attempts, or what work stands on and what became of that.
 *
 * [K1] Of one cause there is one open conflict at a time, whoever finds it and however often, as severe as the most severe report of it.
 * [K2] A conflict is told to the agents it concerns, and to nobody else.
 */
import { type AgentName, type Instant, type NodeRef, nodeKey, type PlanId, type Position } from "../ids.ts";
import { attemptOf } from "../node/node.ts";
import type { Recorded } from "../recorded.ts";
import { findNode, type Workspace } from "../workspace.ts";
import type { ArtifactRef } from "./artifact.ts";

/** `c` and the position of the event that opened it. */
export type ConflictId = string;

export type ConflictType = "contract_breach" | "assumption_invalidation" | "file" | "decision" | "other";

export type Severity = "low" | "medium" | "high" | "critical";

/** How a conflict is settled: who matters more, who is for what, who is first, both together, or as somebody says. */
export type Strategy = "priority" | "vote" | "first_completion" | "merge" | "manual";

export interface Conflict {
  readonly id: ConflictId;
  readonly type: ConflictType;
  severity: Severity;
  /** The event that has its description. */
  readonly at: Position;
  readonly since: Instant;
  readonly artifacts: readonly ArtifactRef[];
  readonly plans: readonly PlanId[];
  readonly nodes: readonly NodeRef[];
  readonly agents: readonly AgentName[];
  /** What it came from: the same cause is the same conflict. */
  readonly cause: string;
  /** The events with votes on it, with what made it more severe, and with what was said where it was converged over. */
  heard: readonly Position[];
  state: ConflictState;
}

export type ConflictState =
  /** `awaits` says how it will be settled once enough votes are in, or somebody is first. */
  | { readonly is: "open"; readonly awaits?: "vote" | "first_completion"; readonly votes: readonly Vote[] }
  | { readonly is: "resolved"; readonly at: Position };

export interface Vote {
  readonly agent: AgentName;
  readonly option: string;
  readonly weight: number;
}

/** How much is behind an option. */
export interface Tally {
  readonly option: string;
  readonly weight: number;
  readonly votes: number;
}

export interface ConflictFound {
  readonly type: ConflictType;
  readonly severity: Severity;
  readonly description: string;
  readonly artifacts: readonly ArtifactRef[];
  readonly nodes: readonly NodeRef[];
  /** Those at work on its nodes come by themselves. */
  readonly agents: readonly AgentName[];
  readonly cause: string;
  /** Who reported it, where it was not found by the engine. */
  readonly by?: AgentName;
}

export type ConflictEvent =
  | {
      readonly type: "ConflictOpened";
      readonly conflict: ConflictType;
      readonly severity: Severity;
      readonly description: string;
      readonly artifacts: readonly ArtifactRef[];
      readonly plans: readonly PlanId[];
      readonly nodes: readonly NodeRef[];
      readonly agents: readonly AgentName[];
      readonly cause: string;
      readonly by?: AgentName;
    }
  /** It was reported again, and as more severe. */
  | {
      readonly type: "ConflictRaised";
      readonly conflict: ConflictId;
      readonly severity: Severity;
      readonly description: string;
      readonly agent: AgentName;
    }
  | {
      readonly type: "VoteCast";
      readonly conflict: ConflictId;
      readonly agent: AgentName;
      readonly option: string;
      readonly weight: number;
      readonly evidence: readonly string[];
    }
  /** Whoever of its nodes is handed in first is kept. */
  | { readonly type: "FirstCompletionAwaited"; readonly conflict: ConflictId; readonly agent: AgentName }
  | {
      readonly type: "ConflictResolved";
      readonly conflict: ConflictId;
      readonly strategy: Strategy;
      /** What was decided, in words. */
      readonly decision: string;
      /** Somebody said so, the votes did, somebody was first, or nobody decided in time. */
      readonly because: "said" | "voted" | "first" | "overdue";
      readonly keeps: readonly NodeRef[];
      readonly yields: readonly NodeRef[];
      readonly tally: readonly Tally[];
      /** Nobody where the engine settled it. */
      readonly agent?: AgentName;
    };

/** Opens a conflict; nothing while one of the same cause is open. [K1] */
export function openConflict(workspace: Workspace, found: ConflictFound): readonly ConflictEvent[] {
  if (conflictOf(workspace, found.cause)) return [];
  const { type, severity, description, artifacts, cause, by } = found;
  const nodes = distinct(found.nodes);
  const atWork = nodes.flatMap(({ plan, node: id }) => {
    const node = findNode(workspace, plan, id);
    return (node && attemptOf(node)?.agent) ?? [];
  });
  return [
    {
      type: "ConflictOpened",
      conflict: type,
      severity,
      description,
      artifacts,
      plans: [...new Set(nodes.map(({ plan }) => plan))],
      nodes,
      agents: [...new Set([...found.agents, ...atWork])],
      cause,
      ...(by === undefined ? {} : { by }),
    },
  ];
}

/** The conflicts that are not settled, oldest first. */
export function* openConflicts({ speculation }: Workspace): Generator<OpenConflict> {
  for (const id of speculation.unsettled) {
    const conflict = speculation.conflicts.get(id);
    if (conflict && isUnsettled(conflict)) yield conflict;
  }
}

export type OpenConflict = Conflict & { readonly state: ConflictState & { readonly is: "open" } };

function isUnsettled(conflict: Conflict): conflict is OpenConflict {
  return conflict.state.is === "open";
}

/** The open conflict of a cause, if there is one. */
export function conflictOf(workspace: Workspace, cause: string): Conflict | undefined {
  for (const conflict of openConflicts(workspace)) if (conflict.cause === cause) return conflict;
  return undefined;
}

export function evolveConflicts({ speculation }: Workspace, event: ConflictEvent, { at, position }: Recorded): void {
  if (event.type === "ConflictOpened") {
    const { conflict: type, severity, artifacts, plans, nodes, agents, cause } = event;
    const id = conflictId(position);
    const about = { type, severity, artifacts, plans, nodes, agents, cause };
    const state = { is: "open", votes: [] } as const;
    speculation.unsettled.add(id);
    speculation.conflicts.set(id, { id, at: position, since: at, ...about, heard: [], state });
    return;
  }
  const conflict = speculation.conflicts.get(event.conflict);
  if (conflict?.state.is !== "open") return;
  const { votes } = conflict.state;
  switch (event.type) {
    case "ConflictRaised":
      conflict.heard = [...conflict.heard, position];
      conflict.severity = event.severity;
      return;
    case "VoteCast": {
      const { agent, option, weight } = event;
      conflict.heard = [...conflict.heard, position];
      const others = votes.filter((vote) => vote.agent !== agent);
      conflict.state = { is: "open", awaits: "vote", votes: [...others, { agent, option, weight }] };
      return;
    }
    case "FirstCompletionAwaited":
      conflict.state = { is: "open", awaits: "first_completion", votes };
      return;
    case "ConflictResolved":
      conflict.state = { is: "resolved", at: position };
      speculation.unsettled.delete(conflict.id);
      return;
  }
}

/** The name of the conflict that the event at this position opened. */
export function conflictId(position: Position): ConflictId {
  return `c${position}`;
}

/** Each node once, and of each only its name. */
export function distinct(nodes: readonly NodeRef[]): readonly NodeRef[] {
  return [...new Map(nodes.map(({ plan, node }) => [nodeKey({ plan, node }), { plan, node }])).values()];
}
