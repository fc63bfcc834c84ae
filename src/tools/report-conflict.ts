import { z } from "zod";
import { nodeKey } from "../core/ids.ts";
import { artifactKey } from "../core/speculation/artifact.ts";
import { defineTool } from "./define-tool.ts";
import { agentName, artifactRefs, idField, leaseToken, textOf } from "./fields.ts";
import { replyOf } from "./reply.ts";
import { suggestionFacts, suggestionReply } from "./suggestion-words.ts";

export const reportConflict = defineTool({
  name: "report_conflict",
  profile: "worker",
  purpose:
    "Say that two things cannot both be so. Those concerned are told; high and critical pauses their nodes: converge.",
  input: {
    agent: agentName,
    lease: leaseToken.optional(),
    type: z.enum(["contract_breach", "assumption_invalidation", "file", "decision", "other"]),
    severity: z.enum(["low", "medium", "high", "critical"]),
    description: textOf(10_000).min(1),
    artifacts: artifactRefs.optional(),
    agents: z.array(idField).max(100).optional(),
  },
  reply: replyOf({
    conflict_id: z.string(),
    already_open: z.literal(true).optional(),
    affected: z.array(
      z.strictObject({ kind: z.string(), id: z.string(), via: z.array(z.string()), agent: z.string().optional() }),
    ),
    suggestions: z.array(suggestionReply),
    convergence_id: z.string().optional(),
  }),
  run: async ({ agent, lease, type, severity, description, artifacts = [], agents = [] }, { execution, call }) => {
    const speaker = { agent, ...(lease === undefined ? {} : { lease }) };
    const answer = await execution.reportConflict(speaker, { type, severity, description, artifacts, agents }, call);
    if ("refused" in answer) return answer;
    const { conflict, known, affected, suggestions, convergence } = answer;
    const via = conflict.artifacts.map(artifactKey);
    return {
      say: `${known ? "This conflict was open already, and its description stays as it was: say what is new in converge." : "Those concerned are told."} ${
        convergence === undefined
          ? "Nothing is paused; settle it with resolve_conflict, or bring them together with converge."
          : affected.length === 0
            ? "Say in the convergence what should be done."
            : "Their nodes are paused. Say in the convergence what should be done."
      }`,
      conflict_id: conflict.id,
      ...(known ? { already_open: true as const } : {}),
      affected: [
        ...affected.map((ref) => ({
          kind: "node",
          id: nodeKey(ref),
          via,
          ...(ref.agent === undefined ? {} : { agent: ref.agent }),
        })),
        ...conflict.agents
          .filter((name) => !affected.some((ref) => ref.agent === name))
          .map((name) => ({ kind: "agent", id: name, via, agent: name })),
      ],
      suggestions: suggestions.map(suggestionFacts),
      ...(convergence === undefined ? {} : { convergence_id: convergence }),
      next: ["converge", "resolve_conflict"],
    };
  },
});
