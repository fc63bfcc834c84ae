/** Suggestions for settling a conflict, in the words of agents. */
import { z } from "zod";
import { nodeKey } from "../core/ids.ts";
import type { Suggestion } from "../core/speculation/suggestions.ts";

export const suggestionReply = z.strictObject({
  strategy: z.enum(["priority", "vote", "first_completion", "merge", "manual"]),
  say: z.string(),
  keeps: z.array(z.string()).optional(),
  rework: z.array(z.strictObject({ node: z.string(), estimate_minutes: z.number() })).optional(),
  about: z.array(z.string()).optional(),
});

/** One suggestion with its reason. */
export function suggestionFacts({ strategy, why, keeps, rework, about }: Suggestion): z.infer<typeof suggestionReply> {
  const again = rework.map((one) => ({ node: nodeKey(one), estimate_minutes: one.estimateMinutes }));
  return {
    strategy,
    say: reasons[why],
    ...(keeps.length > 0 ? { keeps: keeps.map(nodeKey) } : {}),
    ...(again.length > 0 ? { rework: again } : {}),
    ...(about.length > 0 ? { about: [...about] } : {}),
  };
}

const reasons: Readonly<Record<Suggestion["why"], string>> = {
  landed_already: "Keep what has landed already: the others can still change at no cost to anybody else.",
  handed_in_already: "Keep what is handed in already: the others are still being worked on.",
  higher_priority: "Keep the node of higher priority; the others yield.",
  more_waits_behind: "Keep the node that more work waits for; the others yield.",
  older: "Keep the node that comes first in the plan; nothing else sets them apart.",
  different_paths: "Keep all: they were planned to change different paths. A node behind them brings them together.",
  next_version:
    "Publish the next version of the contract with what is missing; those who stand on it go over their work.",
  premise_gone: "Whoever built on what was assumed goes over their work.",
  opinions: "Several agents are concerned: let them vote, with evidence.",
};
