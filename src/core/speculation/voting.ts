/** [K7] An agent has one vote, the last it gave; a vote is over when nothing that can still come would change it. */
import type { Workspace } from "../workspace.ts";
import type { Actor } from "./actor.ts";
import type { Conflict, ConflictEvent, Tally, Vote } from "./conflicts.ts";
import { convergenceOf, type Level } from "./convergences.ts";
import { weightOf } from "./escalation.ts";

export type VoteCast = ConflictEvent & { type: "VoteCast" };

const forEvidence = 0.5;

/** A vote as heavy as its voter's level, and half more with evidence. */
export function castVote(
  workspace: Workspace,
  conflict: Conflict,
  by: Actor,
  { option, evidence }: { readonly option: string; readonly evidence: readonly string[] },
): VoteCast {
  const weight = weightOf[levelOf(workspace, conflict, by)] + (evidence.length > 0 ? forEvidence : 0);
  return { type: "VoteCast", conflict: conflict.id, agent: by.agent, option, weight, evidence };
}

/** The options with what is behind them, heaviest first; a vote that is being cast counts already. */
export function tallyOf(conflict: Conflict, cast?: VoteCast): readonly Tally[] {
  const options = new Map<string, { weight: number; votes: number }>();
  for (const { option, weight } of votesIn(conflict, cast)) {
    const so = options.get(option) ?? { weight: 0, votes: 0 };
    options.set(option, { weight: so.weight + weight, votes: so.votes + 1 });
  }
  return [...options].map(([option, so]) => ({ option, ...so })).sort((a, b) => b.weight - a.weight);
}

/** The option that nothing can overtake any more, with the vote that is being cast. */
export function decided(workspace: Workspace, conflict: Conflict, cast: VoteCast): string | undefined {
  const [first, second] = tallyOf(conflict, cast);
  const toCome = silent(workspace, conflict, cast).reduce((sum, { level }) => sum + weightOf[level] + forEvidence, 0);
  return first && first.weight > (second?.weight ?? 0) + toCome ? first.option : undefined;
}

/** The heaviest option as it is now; none on a tie, or without votes. */
export function ahead(conflict: Conflict): string | undefined {
  const [first, second] = tallyOf(conflict);
  return first && first.weight > (second?.weight ?? 0) ? first.option : undefined;
}

/** Whether everybody who was asked has voted and two options are as heavy as each other. */
export function isTied(workspace: Workspace, conflict: Conflict): boolean {
  const hasVotes = votesIn(conflict).length > 0;
  return hasVotes && silent(workspace, conflict).length === 0 && ahead(conflict) === undefined;
}

interface Voter {
  readonly agent: string;
  readonly level: Level;
}

function votesIn({ state }: Conflict, cast?: VoteCast): readonly Vote[] {
  const votes = state.is === "open" ? state.votes : [];
  return cast ? [...votes.filter(({ agent }) => agent !== cast.agent), cast] : votes;
}

/** Those who were asked and have not voted. */
function silent(workspace: Workspace, conflict: Conflict, cast?: VoteCast): readonly Voter[] {
  const voted = new Set(votesIn(conflict, cast).map(({ agent }) => agent));
  return votersOf(workspace, conflict).filter(({ agent }) => !voted.has(agent));
}

function votersOf(workspace: Workspace, conflict: Conflict): readonly Voter[] {
  const participants = convergenceOf(workspace, conflict)?.state.participants;
  return participants ?? conflict.agents.map((agent) => ({ agent, level: "peer" }));
}

/** Who was not asked is a person: agents that show a lease vote only where they were asked. */
function levelOf(workspace: Workspace, conflict: Conflict, { agent }: Actor): Level {
  return votersOf(workspace, conflict).find((voter) => voter.agent === agent)?.level ?? "human";
}
