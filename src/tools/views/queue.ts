import { z } from "zod";
import type { Plan } from "../../core/plan/plan.ts";
import { reportTrain, type TrainEntry, type TrainWait } from "../../core/train-report.ts";
import type { Workspace } from "../../core/workspace.ts";
import { instantReply } from "../reply.ts";
import { timeText } from "../time-text.ts";
import { gateFacts, gateReply } from "./gate-progress.ts";
import { plansOf, type Query, shown } from "./query.ts";
import { wordMode, wordWait } from "./train-words.ts";

const entry = z.strictObject({
  plan: z.string(),
  node: z.string(),
  position: z.int(),
  state: z.enum(["waiting", "merging", "in_gates", "failed", "landing", "red"]),
  agent: z.string().optional(),
  gate: z.string().optional(),
  failed: z.array(z.string()).optional(),
  gates: z.array(gateReply),
  /** The node that it is merged with, or the tip; nothing before it is merged. */
  stands_on: z.string().optional(),
  assumes: z.array(z.string()),
  why: z.strictObject({ kind: z.string(), say: z.string(), nodes: z.array(z.string()).optional() }),
  since: instantReply,
});

const train = z.strictObject({
  plan: z.string(),
  mode: z.enum(["window", "batch"]),
  size: z.int(),
  chosen: z.enum(["configured", "measured", "tries_alone"]),
  say: z.string(),
});

export const queueFacts = {
  view: z.literal("queue"),
  train: z.array(entry),
  trains: z.array(train),
  cut: z.literal(true).optional(),
  total: z.int().optional(),
};
type QueueView = z.infer<z.ZodObject<typeof queueFacts>>;

/** The trains of the plans: what is handed in and waits to land, each plan's next first, and how each train judges. */
export function queueView(workspace: Workspace, query: Query): QueueView {
  const reports = plansOf(workspace, query)
    .filter((plan) => plan.train.length > 0)
    .map((plan) => ({ plan, report: reportTrain(workspace, plan) }));
  const all = reports.flatMap(({ plan, report }) => report.entries.map((one, i) => row(plan, one, i + 1)));
  const { items, mark } = shown(all, query.limit ?? 200);
  const trains = reports.map(({ plan, report }) => ({
    plan: plan.id,
    mode: report.choice.mode.is,
    size: report.choice.mode.size,
    chosen: report.choice.why,
    say: wordMode(workspace, plan, report),
  }));
  return { view: "queue", train: items, trains, ...mark };
}

export function sayQueue({ train, trains, total }: QueueView): string {
  const count = total ?? train.length;
  if (count === 0) return "Nothing is handed in and not landed.";
  const [first, ...others] = trains;
  return `Handed in and not landed: ${count}.${first && others.length === 0 ? ` How it is judged: ${first.say}.` : ""}`;
}

function row(plan: Plan, { node, isBuilt, assumes, gates, wait }: TrainEntry, position: number): z.infer<typeof entry> {
  const running = gates.find(({ is }) => is === "running");
  const failed = gates.flatMap(({ name, is }) => (is === "failed" ? [name] : []));
  const submitted = node.state.is === "submitted" ? node.state : undefined;
  return {
    plan: plan.id,
    node: node.id,
    position,
    state: stateFor(wait, isBuilt),
    ...(submitted?.attempt ? { agent: submitted.attempt.agent } : {}),
    ...(running ? { gate: running.name } : {}),
    ...(failed.length > 0 ? { failed } : {}),
    gates: gates.map(gateFacts),
    ...(isBuilt ? { stands_on: assumes.at(-1) ?? "tip" } : {}),
    assumes: [...assumes],
    why: { kind: wait.is, say: wordWait(wait), ...("of" in wait && wait.of.length > 0 ? { nodes: [...wait.of] } : {}) },
    since: timeText(submitted?.since ?? 0),
  };
}

function stateFor({ is }: TrainWait, isBuilt: boolean): z.infer<typeof entry>["state"] {
  if (is === "landing" || is === "merging" || is === "red") return is;
  if (is === "blame" || is === "goes_back" || is === "base") return "failed";
  return isBuilt ? "in_gates" : "waiting";
}
