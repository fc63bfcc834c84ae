import type { whyView } from "../../tools/views/why.ts";
import { durationText } from "../duration-text.ts";
import { oneLine, type Terminal } from "../terminal.ts";

type Why = ReturnType<typeof whyView>;
type Reason = Why["why"][number]["waits_for"][number];

/** Each node that has not landed, and below it what it waits for. */
export function drawWhy({ why, total }: Why, now: number, { colours }: Terminal): string {
  if (why.length === 0) return "Nothing waits: every node has landed or was cancelled.";
  const lines = why.flatMap(({ plan, node, waits_for: reasons }) => [
    `${colours.dim(`${plan}/`)}${colours.bold(node)}`,
    ...reasons.map((reason, i) => `${i === reasons.length - 1 ? "└─" : "├─"} ${reasonText(reason, now, colours)}`),
  ]);
  const rest = total === undefined ? [] : [colours.dim(`and ${total - why.length} more nodes`)];
  return [...lines, ...rest].join("\n");
}

/** What a person has to do something about, before anything goes on. */
const urgent: ReadonlySet<string> = new Set([
  "no_process_running",
  "failed",
  "failed_dependency",
  "plan_paused",
  "suspect_lease",
  "capability",
]);

const words: Readonly<Record<string, (what: string) => string>> = {
  no_process_running: () => "no process is running that checks and lands work: connect an agent, or interlock run",
  dependency: (what) => `${what} has to land first`,
  failed_dependency: (what) => `${what}: retry or cancel it with revise_plan`,
  failed: (what) => `it failed (${what}): retry or cancel it with revise_plan`,
  claim: (what) => `somebody holds ${what}`,
  older_wait: (what) => `somebody waits longer for ${what}`,
  pool: (what) => `nothing is left of the pool ${what}`,
  agent: () => "an agent: nobody has asked for it yet",
  capability: (what) => `an agent that can: ${what}`,
  max_parallel: (what) => `the plan's max_parallel is reached: ${what}`,
  plan_paused: (what) => `the plan is paused, ${what.replaceAll("_", " ")}`,
  work: () => "its agent works on it",
  suspect_lease: () => "its agent has been silent beyond its lease",
  worktree: (what) => `its worktree ${what} is being prepared`,
  rework_agent: (what) => `its agent has to correct it (${what.replaceAll("_", " ")})`,
  train: (what) => `it is in the train: ${what}`,
  candidate: () => "it is in the train and about to be merged",
  gate: (what) => `gate ${what}`,
  landing: () => "it is landing",
};

function reasonText({ kind, what, who, since }: Reason, now: number, colours: Terminal["colours"]): string {
  const say = oneLine(words[kind]?.(what) ?? `${kind.replaceAll("_", " ")}: ${what}`);
  const whom = who === undefined ? "" : `, ${who}`;
  const ago = colours.dim(` (${durationText(now - Date.parse(since))})`);
  return `${urgent.has(kind) ? colours.yellow(say) : say}${whom}${ago}`;
}
