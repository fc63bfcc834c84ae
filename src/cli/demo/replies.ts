/** What the demo's agents read in the replies of tools; everything else they leave alone. */
import { z } from "zod";

const cycleLink = z.object({
  node: z.string(),
  agent: z.string(),
  holds: z.array(z.string()),
  wants: z.array(z.string()),
});
export type CycleLink = z.infer<typeof cycleLink>;

const refusal = z.object({
  refused: z.string(),
  say: z.string(),
  free_name: z.string().optional(),
  cycle: z.array(cycleLink).default([]),
  /** Names of files with left-over markers; other refusals have other paths. */
  paths: z.array(z.string()).catch([]),
});

const reworkFacts = {
  reason: z.string(),
  conflicts: z.array(z.object({ path: z.string(), with: z.array(z.string()) })).default([]),
  gates: z.array(z.object({ name: z.string(), output_tail: z.string() })).default([]),
};
const rework = z.object(reworkFacts);
export type Rework = z.infer<typeof rework>;

const assigned = z.object({
  status: z.literal("assigned"),
  node: z.object({ id: z.string(), title: z.string() }),
  lease: z.string(),
  worktree: z.string(),
  parked: z.object({ ref: z.string() }).optional(),
  resumed: z.boolean(),
  rework: rework.optional(),
});
export type Assignment = z.infer<typeof assigned>;

export const nextNodeReply = z.union([assigned, z.object({ status: z.literal("none"), reason: z.string() }), refusal]);

export const completeReply = z.union([
  z.object({ status: z.literal("landed") }),
  z.object({ status: z.literal("queued") }),
  z.object({ status: z.literal("rework"), ...reworkFacts }),
  refusal,
]);

export const claimReply = z.union([
  z.object({ status: z.literal("granted") }),
  z.object({ status: z.literal("queued"), ticket: z.string() }),
  refusal,
]);

/** What can be seen of the others; nothing, when looking was refused. */
export const locksReply = z.object({
  locks: z.array(z.object({ pattern: z.string(), agent: z.string() })).default([]),
  waiting: z.array(z.object({ wants: z.array(z.object({ pattern: z.string() })) })).default([]),
});

export const planReply = z.object({ nodes: z.array(z.object({ id: z.string(), state: z.string() })).default([]) });

/** The news that came with a reply. */
export const noticesReply = z.object({
  notices: z
    .array(
      z.object({
        kind: z.string(),
        about: z.string().default(""),
        facts: z.record(z.string(), z.string()).default({}),
      }),
    )
    .default([]),
});

export const convergeReply = z.union([z.object({ convergence_id: z.string(), status: z.string() }), refusal]);

export const mockReply = z.union([z.object({ version: z.string(), mock: z.object({ url: z.string() }) }), refusal]);
