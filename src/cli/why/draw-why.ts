import { z } from "zod";
import type { Reply } from "../../tools/reply.ts";
import { durationText } from "../duration-text.ts";
import { oneLine, type Terminal } from "../terminal.ts";

const waits = z.looseObject({
  kind: z.string(),
  what: z.string(),
  who: z.string().optional(),
  since: z.iso.datetime().optional(),
});
const row = z.looseObject({
  node: z.string(),
  plan: z.string().optional(),
  state: z.string().optional(),
  waits_for: z.array(waits),
});
const answer = z.looseObject({ why: z.array(row) });

/** Each node that has not landed, and below it what it waits for. */
export function drawWhy(reply: Reply, now: number, { colours }: Terminal): string {
  const { why } = answer.parse(reply);
  if (why.length === 0) return "Nothing waits: every node has landed or was cancelled.";
  const lines = why.flatMap(({ node, plan, state, waits_for: reasons }) => [
    `${colours.bold(plan === undefined ? node : `${plan}/${node}`)}${state === undefined ? "" : `  ${colours.dim(state)}`}`,
    ...reasons.map((reason, i) => `${i === reasons.length - 1 ? "└─" : "├─"} ${reasonText(reason, now, colours)}`),
  ]);
  return lines.join("\n");
}

function reasonText(
  { kind, what, who, since }: z.infer<typeof waits>,
  now: number,
  { dim, red, yellow }: Terminal["colours"],
): string {
  const urgent = kind === "no_process_running" || kind === "failed" ? red : yellow;
  const name = kind.replaceAll("_", " ");
  const whom = who === undefined ? "" : `, ${who}`;
  const ago = since === undefined ? "" : dim(` for ${durationText(now - Date.parse(since))}`);
  return `${urgent(name)}: ${oneLine(what)}${whom}${ago}`;
}
