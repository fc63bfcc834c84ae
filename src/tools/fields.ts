/** The fields that several tools share, each worded once. */
import { z } from "zod";
import { idProblem } from "../core/ids.ts";

/** A name that may become part of a ref. */
export const idField = z.string().superRefine((text, context) => {
  const problem = idProblem(text);
  if (problem !== undefined) context.addIssue({ code: "custom", message: problem, params: { code: "bad_id" } });
});

/** Described where agents begin; every byte of a description is there once for each tool. */
export const agentName = idField.clone();

/** Not checked for form here: whatever is not a lease of ours is `bad_lease`. */
export const leaseToken = z.string();

export const requestId = z.string().min(1).max(200);

/** The text of an agent, capped so that no reply can be flooded by another agent. */
export function textOf(most: number): z.ZodString {
  return z.string().max(most);
}

/** The kinds that are recorded; a node is one too where something is about it. */
export const artifactKinds = ["requirement", "design", "contract", "code", "test", "task"] as const;

/** What speculative work is about. */
export const artifactRef = z.strictObject({
  kind: z.enum([...artifactKinds, "node"]),
  id: z.string().min(1).max(1024),
});

/** Several of them; published in words, since each byte costs every caller. */
export const artifactRefs = z
  .array(artifactRef)
  .max(100)
  .meta({ items: { type: "object" }, description: "[{kind, id}]" });

export const patterns = z.array(z.string().min(1).max(1024)).max(1000);

export const waitSeconds = z.number().min(0).describe("How long to wait for it.");

export const tokensUsed = z.int().min(0).max(1_000_000_000);

/** Data of an agent that is handed on as it is. */
export function dataOf(mostBytes: number): z.ZodType<unknown> {
  return z
    .unknown()
    .refine((value) => (JSON.stringify(value)?.length ?? 0) <= mostBytes, `must be at most ${mostBytes} bytes as JSON`);
}
