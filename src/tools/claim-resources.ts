import { z } from "zod";
import { defineTool } from "./define-tool.ts";
import { agentName, leaseToken, patterns, waitSeconds } from "./fields.ts";
import { blockerReply } from "./refusal-reply.ts";
import { blockerFacts } from "./refusals/wording.ts";
import { replyOf } from "./reply.ts";
import { claimFacts, claimReply } from "./work-replies.ts";

const granted = replyOf({ status: z.literal("granted"), claims: z.array(claimReply) });
const queued = replyOf({
  status: z.literal("queued"),
  ticket: z.string().optional(),
  position: z.int(),
  blockers: z.array(blockerReply),
});

export const claimResources = defineTool({
  name: "claim_resources",
  profile: "worker",
  purpose:
    "Hold more paths before you change or rely on them, all or nothing. On `queued`, go on with something else or call again with the ticket. On `deadlock`, release something.",
  input: {
    agent: agentName,
    lease: leaseToken,
    write: patterns.optional().describe("Yours alone to change."),
    edit: patterns.optional().describe("To change beside others; the merge decides."),
    read: patterns.optional().describe("Nobody may change them meanwhile."),
    watch: patterns.optional().describe("Only tell me when they change."),
    uses: patterns.optional().describe("Pools and named things: port, build, db:main."),
    wait_seconds: waitSeconds.default(20),
    dry_run: z.boolean().default(false),
    ticket: z.string().max(100).optional().describe("Wait on for a queued claim; name nothing else then."),
  },
  reply: z.union([granted, queued]),
  run: async (input, { execution, call, waitMs }) => {
    const { write = [], edit = [], read = [], watch = [], uses = [], ticket, dry_run: dryRun } = input;
    const named = [...write, ...edit, ...read, ...watch, ...uses].length;
    if (ticket === undefined && named === 0)
      return {
        refused: "invalid_input",
        problems: [{ path: "", problem: "name something to claim, or a ticket to wait for" }],
      };
    if (ticket !== undefined && named > 0)
      return {
        refused: "invalid_input",
        problems: [{ path: "ticket", problem: "must stand alone: a ticket knows what it waits for" }],
      };
    const answer = await execution.claimResources(
      { agent: input.agent, lease: input.lease },
      { write, edit, read, watch, uses, dryRun, ...(ticket === undefined ? {} : { ticket }) },
      dryRun ? 0 : waitMs(input.wait_seconds),
      call,
    );
    if ("refused" in answer) return answer;
    if (answer.status === "granted") {
      const changed = answer.claims.some(({ changedSinceBase }) => changedSinceBase);
      return {
        say: sayGranted(dryRun, changed),
        status: "granted" as const,
        claims: answer.claims.map(claimFacts),
        next: dryRun ? ["claim_resources"] : ["complete_node", "release_resources"],
      };
    }
    return {
      say: dryRun
        ? "You would have to wait for these."
        : "Others hold this now; you are in the queue. Call again with the ticket to wait on.",
      status: "queued" as const,
      ...(answer.ticket === undefined ? {} : { ticket: answer.ticket }),
      position: answer.position,
      blockers: answer.blockers.map(blockerFacts),
      next: ["claim_resources", "release_resources"],
    };
  },
});

function sayGranted(dryRun: boolean, changed: boolean): string {
  if (dryRun) return "You could have these now.";
  return changed
    ? "These are yours. Some changed on the integration branch since your worktree was made; expect a merge."
    : "These are yours until the node is complete.";
}
