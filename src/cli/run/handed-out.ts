import { z } from "zod";
import type { Reply } from "../../tools/reply.ts";

/** What a runner itself needs of a hand-out; the command gets the whole reply. */
const handedOut = z.looseObject({
  status: z.literal("assigned"),
  node: z.looseObject({ id: z.string(), plan_id: z.string(), title: z.string(), attempt: z.number() }),
  lease: z.string(),
  worktree: z.string(),
  environment: z.record(z.string(), z.string()),
  /** The agent had it already. */
  resumed: z.boolean(),
  rework: z.unknown().optional(),
});

export type HandedOut = z.infer<typeof handedOut>;

/** The hand-out in a reply of `request_next_node`, if there is one. */
export function handedOutIn(reply: Reply): HandedOut | undefined {
  return handedOut.safeParse(reply).data;
}

/** One attempt at one node, as a key. */
export function attemptKey({ node }: HandedOut): string {
  return `${node.plan_id}/${node.id}/${node.attempt}`;
}
