import { z } from "zod";
import { checkField, readCheck } from "./assumption-check.ts";
import { defineTool } from "./define-tool.ts";
import { agentName, artifactRef, artifactRefs, leaseToken, textOf } from "./fields.ts";
import { replyOf } from "./reply.ts";

export const trackAssumption = defineTool({
  name: "track_assumption",
  profile: "worker",
  purpose: "Say what you take for granted before the facts are in; who stands on it is told if it is wrong.",
  input: {
    agent: agentName,
    lease: leaseToken.optional(),
    text: textOf(5000).min(1),
    about: artifactRef,
    check: checkField,
    depends: artifactRefs.optional().describe("What stands on it: [{kind, id}]"),
    confidence: z.number().min(0).max(1).optional(),
  },
  reply: replyOf({ assumption_id: z.string(), status: z.enum(["active", "validated", "invalidated", "superseded"]) }),
  run: async ({ agent, lease, text, about, check: raw, depends = [], confidence }, { execution, call }) => {
    const read = readCheck(raw);
    if ("refused" in read) return read;
    const more = { ...(lease === undefined ? {} : { lease }), ...(confidence === undefined ? {} : { confidence }) };
    const answer = await execution.trackAssumption({ agent, text, about, depends, ...read, ...more }, call);
    if ("refused" in answer) return answer;
    return {
      say:
        answer.status === "invalidated"
          ? "This does not hold: its check fails already. Do not build on it."
          : "It is written down. You are told if it turns out wrong; call settle_assumption when you know.",
      assumption_id: answer.assumption,
      status: answer.status,
      next: ["settle_assumption", "complete_node"],
    };
  },
});
