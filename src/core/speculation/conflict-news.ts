/** Whom conflicts and what becomes of them are news for. [K2] */
import { type AgentName, nodeKey } from "../ids.ts";
import { attemptOf } from "../node/node.ts";
import type { Notice } from "../notices.ts";
import type { Recorded } from "../recorded.ts";
import { findNode, type Workspace } from "../workspace.ts";
import { type ConflictEvent, conflictId } from "./conflicts.ts";
import { type Convergence, type ConvergenceEvent, convergenceId } from "./convergences.ts";

type News = readonly [AgentName, Omit<Notice, "id" | "at">];

/** What a notice can carry of an agent's text. */
const mostCharacters = 600;

export function* conflictNews(
  workspace: Workspace,
  event: Exclude<
    ConflictEvent | ConvergenceEvent,
    { type: "VoteCast" | "FirstCompletionAwaited" | "ConvergenceDecided" }
  >,
  { position }: Recorded,
): Generator<News> {
  const { conflicts, convergences } = workspace.speculation;
  const askingIn = (id: string, level: string) => asking(id, convergences.get(id)?.conflicts ?? [], level);
  switch (event.type) {
    case "ConflictOpened": {
      const { conflict: type, severity, description, agents, by } = event;
      const facts = { type, severity, description: cut(description) };
      yield* toAll(agents, by, { kind: "conflict", about: conflictId(position), facts });
      return;
    }
    case "ConflictRaised": {
      const { conflict: about, severity, description, agent } = event;
      const { agents = [], type = "" } = conflicts.get(about) ?? {};
      yield* toAll(agents, agent, {
        kind: "conflict",
        about,
        facts: { type, severity, description: cut(description) },
      });
      return;
    }
    case "ConflictResolved": {
      const { conflict: about, strategy, keeps, decision, agent } = event;
      const facts = { strategy, decision: cut(decision), keeps: keeps.map(nodeKey).join(", ") };
      yield* toAll(conflicts.get(about)?.agents ?? [], agent, { kind: "conflict_resolved", about, facts });
      return;
    }
    case "ConvergenceOpened": {
      const asked = event.participants.map(({ agent }) => agent);
      yield* toAll(asked, event.agent, asking(convergenceId(position), event.conflicts, event.level));
      return;
    }
    case "ConvergenceEscalated": {
      yield* toAll(event.invited, undefined, askingIn(event.convergence, event.level));
      return;
    }
    case "ConvergenceJoined": {
      if (event.is === "invited") yield [event.agent, askingIn(event.convergence, event.level)];
      return;
    }
    case "ConvergenceCompleted": {
      const convergence = convergences.get(event.convergence);
      const facts = { decisions: cut(event.decisions.join("\n")) };
      yield* toAll(present(convergence), event.agent, { kind: "converged", about: event.convergence, facts });
      return;
    }
    case "ReworkOrdered": {
      const node = findNode(workspace, event.plan, event.node);
      const agent = node && attemptOf(node)?.agent;
      const facts = { conflict: event.conflict, estimate_minutes: String(event.estimateMinutes) };
      if (agent !== undefined && !event.made) yield [agent, { kind: "rework_ordered", about: nodeKey(event), facts }];
      return;
    }
  }
}

function asking(about: string, conflicts: readonly string[], level: string): News[1] {
  return { kind: "converge", about, facts: { conflicts: conflicts.join(", "), level } };
}

function* toAll(agents: readonly AgentName[], but: AgentName | undefined, news: News[1]): Generator<News> {
  for (const agent of new Set(agents))
    if (agent !== but) yield [agent, { ...news, ...(but === undefined ? {} : { from: but }) }];
}

function present(convergence: Convergence | undefined): readonly AgentName[] {
  return convergence?.state.is === "open" ? convergence.state.participants.map(({ agent }) => agent) : [];
}

function cut(text: string): string {
  return text.length <= mostCharacters ? text : `${text.slice(0, mostCharacters)}…`;
}
