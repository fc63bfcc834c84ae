/**
 * Things that cannot both be so: two attempts, or what work stands on and what became of that.
 *
 * [K1] Of one cause there is one open conflict at a time, whoever finds it and however often.
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

export interface Conflict {
  readonly id: ConflictId;
  readonly type: ConflictType;
  readonly severity: Severity;
  /** The event that has its description. */
  readonly at: Position;
  readonly since: Instant;
  readonly artifacts: readonly ArtifactRef[];
  readonly plans: readonly PlanId[];
  readonly nodes: readonly NodeRef[];
  readonly agents: readonly AgentName[];
  /** What it came from: the same cause is the same conflict. */
  readonly cause: string;
  state: ConflictState;
}

export type ConflictState = { readonly is: "open" };

export interface ConflictFound {
  readonly type: ConflictType;
  readonly severity: Severity;
  readonly description: string;
  readonly artifacts: readonly ArtifactRef[];
  /** Those of its nodes come by themselves. */
  readonly plans?: readonly PlanId[];
  readonly nodes: readonly NodeRef[];
  /** Those at work on its nodes come by themselves. */
  readonly agents: readonly AgentName[];
  readonly cause: string;
  /** Who reported it, where it was not found by the engine. */
  readonly by?: AgentName;
}

export type ConflictEvent = {
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
};

/** Opens a conflict; nothing while one of the same cause is open. [K1] */
export function openConflict(workspace: Workspace, found: ConflictFound): readonly ConflictEvent[] {
  if (conflictOf(workspace, found.cause)) return [];
  const { type, severity, description, artifacts, cause, by } = found;
  const nodes = [...new Map(found.nodes.map(({ plan, node }) => [nodeKey({ plan, node }), { plan, node }])).values()];
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
      plans: [...new Set([...(found.plans ?? []), ...nodes.map(({ plan }) => plan)])],
      nodes,
      agents: [...new Set([...found.agents, ...atWork])],
      cause,
      ...(by === undefined ? {} : { by }),
    },
  ];
}

/** The open conflict of a cause, if there is one. */
export function conflictOf({ speculation }: Workspace, cause: string): Conflict | undefined {
  return [...speculation.conflicts.values()].find(
    ({ state, ...conflict }) => conflict.cause === cause && state.is === "open",
  );
}

export function evolveConflicts({ speculation }: Workspace, event: ConflictEvent, { at, position }: Recorded): void {
  const { conflict: type, severity, artifacts, plans, nodes, agents, cause } = event;
  const id = conflictId(position);
  const about = { type, severity, artifacts, plans, nodes, agents, cause };
  speculation.conflicts.set(id, { id, at: position, since: at, ...about, state: { is: "open" } });
}

/** The name of the conflict that the event at this position opened. */
export function conflictId(position: Position): ConflictId {
  return `c${position}`;
}
