import { z } from "zod";
import type { GateProgress } from "../../core/train-report.ts";
import { wordTally } from "../gate-words.ts";
import { instantReply } from "../reply.ts";
import { timeText } from "../time-text.ts";

/** A gate of a submission: how far it is, since when it runs, how long it usually takes, and whether it flakes. */
export const gateReply = z.strictObject({
  name: z.string(),
  state: z.enum([
    "passed",
    "failed",
    "failed_as_expected",
    "failed_as_base",
    "failed_within_threshold",
    "running",
    "waiting",
  ]),
  since: instantReply.optional(),
  usual_seconds: z.number().optional(),
  kind: z.literal("node").optional(),
  flaky: z.literal(true).optional(),
  history: z.string().optional(),
  run_again: z.literal(true).optional(),
});

export function gateFacts({ name, is, since, usualMs, flaky, again, alone }: GateProgress): z.infer<typeof gateReply> {
  return {
    name,
    state: is,
    ...(since === undefined ? {} : { since: timeText(since) }),
    ...(usualMs === undefined ? {} : { usual_seconds: Math.round(usualMs / 100) / 10 }),
    ...(alone ? { kind: "node" } : {}),
    ...(flaky ? { flaky: true, history: wordTally(flaky) } : {}),
    ...(again ? { run_again: true } : {}),
  };
}
