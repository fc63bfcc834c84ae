/**
 * Those whom a conflict concerns, come together until it is decided.
 *
 * [K3] While it is open its nodes are not handed out, get no new claims and do not land; their leases go on.
 * [K4] It is over once all its conflicts are decided, and no earlier.
 */
import type { AgentName, Instant, NodeRef, Position } from "../ids.ts";
import type { Recorded } from "../recorded.ts";
import type { Workspace } from "../workspace.ts";
import type { Conflict, ConflictId } from "./conflicts.ts";
import { goOn, pause } from "./pausing.ts";
import type { ReworkAsked } from "./rework.ts";

/** `v` and the position of the event that opened it. */
export type ConvergenceId = string;

/** Who decides: those concerned, those who know what it is about, who sees the whole, a person. */
export type Level = "peer" | "expert" | "architect" | "human";

export interface Convergence {
  readonly id: ConvergenceId;
  readonly conflicts: readonly ConflictId[];
  /** They are paused while it is open. */
  readonly nodes: readonly NodeRef[];
  readonly since: Instant;
  /** The rework that was ordered for its conflicts. */
  rework: readonly NodeRef[];
  state: ConvergenceState;
}

export type ConvergenceState =
  | {
      readonly is: "open";
      readonly level: Level;
      /** When those present decide, or the rules do; never where only a person may. */
      readonly due?: Instant;
      readonly participants: readonly Participant[];
      /** What was said so far, oldest first. */
      readonly decisions: readonly Said[];
      readonly rework: readonly ReworkAsked[];
    }
  | { readonly is: "completed"; readonly at: Instant; readonly participants: readonly AgentName[] };

export interface Participant {
  readonly agent: AgentName;
  /** As whom it was asked: its vote weighs as much. */
  readonly level: Level;
  readonly is: "invited" | "joined" | "decided";
}

export interface Said {
  readonly agent?: AgentName;
  readonly text: string;
}

export type ConvergenceEvent =
  | {
      readonly type: "ConvergenceOpened";
      readonly conflicts: readonly ConflictId[];
      readonly nodes: readonly NodeRef[];
      readonly participants: readonly { readonly agent: AgentName; readonly level: Level }[];
      readonly level: Level;
      readonly due?: Instant;
      /** Nobody where the severity of its conflicts asked for it. */
      readonly agent?: AgentName;
    }
  | {
      readonly type: "ConvergenceJoined";
      readonly convergence: ConvergenceId;
      readonly agent: AgentName;
      readonly level: Level;
      readonly is: "invited" | "joined";
    }
  | {
      readonly type: "ConvergenceDecided";
      readonly convergence: ConvergenceId;
      readonly agent: AgentName;
      readonly decisions: readonly string[];
      readonly rework: readonly ReworkAsked[];
    }
  | {
      readonly type: "ConvergenceEscalated";
      readonly convergence: ConvergenceId;
      readonly level: Level;
      readonly invited: readonly AgentName[];
      readonly due?: Instant;
      readonly because: "overdue" | "tied";
    }
  | {
      readonly type: "ConvergenceCompleted";
      readonly convergence: ConvergenceId;
      readonly decisions: readonly string[];
      /** Nobody where its deadline did, or its last conflict was settled. */
      readonly agent?: AgentName;
    }
  /** A node has to be gone over again: one that was made for it, or one that is still in hands. */
  | {
      readonly type: "ReworkOrdered";
      readonly plan: string;
      readonly node: string;
      readonly conflict: ConflictId;
      readonly estimateMinutes: number;
      readonly made: boolean;
    };

export function evolveConvergences(workspace: Workspace, event: ConvergenceEvent, { at, position }: Recorded): void {
  const { speculation } = workspace;
  switch (event.type) {
    case "ConvergenceOpened": {
      const { conflicts, nodes, level, due } = event;
      const id = convergenceId(position);
      const participants = event.participants.map(
        (one): Participant => ({ ...one, is: one.agent === event.agent ? "joined" : "invited" }),
      );
      const state = { is: "open" as const, level, ...until(due), participants, decisions: [], rework: [] };
      speculation.unsettled.add(id);
      speculation.convergences.set(id, { id, conflicts, nodes, since: at, rework: [], state });
      pause(workspace, id, nodes);
      return;
    }
    case "ReworkOrdered":
      reworkOrdered(workspace, event, position);
      return;
    case "ConvergenceJoined":
    case "ConvergenceDecided":
    case "ConvergenceEscalated":
    case "ConvergenceCompleted":
      break;
  }
  const convergence = speculation.convergences.get(event.convergence);
  if (convergence?.state.is !== "open") return;
  const { state } = convergence;
  switch (event.type) {
    case "ConvergenceJoined": {
      const { agent, level, is } = event;
      convergence.state = { ...state, participants: present(state.participants, { agent, level, is }) };
      return;
    }
    case "ConvergenceDecided": {
      const { agent, decisions, rework } = event;
      for (const id of convergence.conflicts) {
        const conflict = speculation.conflicts.get(id);
        if (conflict) conflict.heard = [...conflict.heard, position];
      }
      convergence.state = {
        ...state,
        participants: present(state.participants, { agent, level: state.level, is: "decided" }),
        decisions: [...state.decisions, ...decisions.map((text) => ({ agent, text }))],
        rework: [...state.rework, ...rework],
      };
      return;
    }
    case "ConvergenceEscalated": {
      const { level, invited, due } = event;
      const { due: _due, ...kept } = state;
      const asked = invited.map((agent): Participant => ({ agent, level, is: "invited" }));
      convergence.state = { ...kept, level, ...until(due), participants: [...state.participants, ...asked] };
      return;
    }
    case "ConvergenceCompleted": {
      const participants = state.participants.map(({ agent }) => agent);
      convergence.state = { is: "completed", at, participants };
      speculation.unsettled.delete(convergence.id);
      goOn(workspace, convergence.id, convergence.nodes, at);
      return;
    }
  }
}

/** The convergences that have not come to an end. */
export function* openConvergences({ speculation }: Workspace): Generator<OpenConvergence> {
  for (const id of speculation.unsettled) {
    const convergence = speculation.convergences.get(id);
    if (convergence && isOpen(convergence)) yield convergence;
  }
}

export type OpenConvergence = Convergence & { readonly state: ConvergenceState & { is: "open" } };

export function isOpen(convergence: Convergence): convergence is OpenConvergence {
  return convergence.state.is === "open";
}

/** The open convergence that a conflict belongs to. */
export function convergenceOf(workspace: Workspace, { id }: Pick<Conflict, "id">): OpenConvergence | undefined {
  for (const convergence of openConvergences(workspace)) if (convergence.conflicts.includes(id)) return convergence;
  return undefined;
}

/** Those from whom nothing has been heard yet. */
export function pendingIn({ state }: OpenConvergence): readonly AgentName[] {
  return state.participants.filter(({ is }) => is !== "decided").map(({ agent }) => agent);
}

/** Agents that an event brings in, who may never have been heard of. */
export function namedIn(event: ConvergenceEvent): readonly AgentName[] {
  switch (event.type) {
    case "ConvergenceOpened":
      return event.participants.map(({ agent }) => agent);
    case "ConvergenceEscalated":
      return event.invited;
    case "ConvergenceJoined":
    case "ConvergenceDecided":
      return [event.agent];
    case "ConvergenceCompleted":
    case "ReworkOrdered":
      return [];
  }
}

/** The name of the convergence that the event at this position opened. */
export function convergenceId(position: Position): ConvergenceId {
  return `v${position}`;
}

/** It belongs to the newest convergence of its conflict, also to one that has just come to its end. */
function reworkOrdered(
  { speculation }: Workspace,
  { plan, node, conflict, made }: ConvergenceEvent & { type: "ReworkOrdered" },
  position: Position,
): void {
  if (!made) speculation.rework.set(`${plan}/${node}`, position);
  const about = [...speculation.convergences.values()].findLast(({ conflicts }) => conflicts.includes(conflict));
  if (about) about.rework = [...about.rework, { plan, node }];
}

/** Who is there comes further; nobody who has decided is asked or joins again. */
function present(participants: readonly Participant[], { agent, level, is }: Participant): readonly Participant[] {
  const known = participants.find((one) => one.agent === agent);
  if (!known) return [...participants, { agent, level, is }];
  return participants.map((one) => (one === known ? { ...one, is } : one));
}

function until(due: Instant | undefined): { readonly due?: Instant } {
  return due === undefined ? {} : { due };
}
