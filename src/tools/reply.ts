/** What every reply has in common. The full types of replies are made of these and published as a resource. */
import { z } from "zod";

/** A reply as it leaves us; everything beside the common fields is a fact of the tool's own. */
export interface Reply {
  readonly say: string;
  readonly next: readonly string[];
  readonly status?: string;
  readonly refused?: string;
  readonly notices?: readonly NoticeReply[];
  readonly more_notices?: number;
  readonly [fact: string]: unknown;
}

export const instantReply = z.iso.datetime().describe("ISO 8601, UTC");

export const noticeReply = z.strictObject({
  id: z.string(),
  kind: z.string(),
  from: z.string().optional(),
  say: z.string(),
  about: z.string().optional(),
  facts: z.record(z.string(), z.string()).optional(),
  at: instantReply,
});
export type NoticeReply = z.infer<typeof noticeReply>;

const common = {
  say: z.string().min(1),
  next: z.array(z.string()),
  notices: z.array(noticeReply).max(5).optional(),
  more_notices: z.int().min(1).optional(),
};

/** The type of a reply that has these facts beside the common fields, and nothing else. */
export function replyOf<Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<typeof common & Shape, z.core.$strict> {
  return z.strictObject({ ...common, ...shape }) as unknown as z.ZodObject<typeof common & Shape, z.core.$strict>;
}

/**
 * The one output schema that clients are shown: small, because schemas cost tokens, and true of refusals too, because some
 * clients validate them.
 */
export const outputSchema = {
  type: "object",
  properties: {
    say: { type: "string" },
    status: {},
    refused: {},
    next: {},
    notices: {},
  },
  required: ["say"],
} as const;
