import { attemptOf } from "../../core/node/node.ts";
import type { Plan } from "../../core/plan/plan.ts";
import type { Workspace } from "../../core/workspace.ts";
import { queueView } from "../../tools/views/queue.ts";
import { countStates } from "../../tools/views/shown-state.ts";
import { durationText } from "../duration-text.ts";
import { countsText, progressBar } from "../progress-bar.ts";
import { trainLines } from "../status/draw-train.ts";
import { tableLines } from "../table.ts";
import { cut, oneLine, type Terminal } from "../terminal.ts";
import { timeLeft } from "./time-left.ts";
import type { WorkerState } from "./worker.ts";

/** The picture of a run: how far the plan is, what each worker does, what is in the train. */
export function drawRun(
  workspace: Workspace,
  id: string,
  workers: readonly WorkerState[],
  agents: number,
  now: number,
  terminal: Terminal,
): string {
  const { colours } = terminal;
  const plan = workspace.plans.get(id);
  if (!plan) return "";
  const counts = countStates(plan);
  const left = timeLeft(plan, agents, now);
  const end = left === undefined ? "" : `  ${colours.dim(`about ${durationText(left)} left`)}`;
  const lines = [
    `${colours.bold(id)}  ${progressBar(counts, 24, colours)}  ${countsText(counts, colours)}${end}`,
    ...tableLines(
      workers.map((worker) => workerRow(worker, plan, now, colours)),
      { indent: 2 },
    ),
    ...trainLines(
      queueView(workspace, { plan: id, detailed: true }),
      id,
      { now, most: 8 },
      { ...terminal, columns: terminal.columns - 2 },
    ).map((line) => `  ${line}`),
  ];
  return lines.join("\n");
}

function workerRow(
  worker: WorkerState,
  plan: Plan,
  now: number,
  { dim, yellow }: Terminal["colours"],
): readonly string[] {
  switch (worker.is) {
    case "waiting":
      return [worker.agent, dim("waits"), dim(waitWords[worker.because ?? ""] ?? worker.because ?? "")];
    case "ended":
      return [worker.agent, dim("done")];
    case "working": {
      const node = plan.nodes.get(worker.node);
      const percent = node && attemptOf(node)?.percent;
      const title = cut(oneLine(node?.spec.title ?? ""), 40);
      const doing = worker.again ? yellow("again") : "works on";
      const time = durationText(now - worker.since);
      return [worker.agent, doing, worker.node, time, percent === undefined ? "" : `${percent} %`, dim(title)];
    }
  }
}

/** Why there is no node just now, for people. */
const waitWords: Readonly<Record<string, string>> = {
  all_leased: "all nodes that could be worked on are taken",
  blocked: "others hold what the ready nodes need, or want other capabilities",
  nothing_ready: "no node is ready",
  at_capacity: "the plan allows no more agents at once",
  plan_finished: "nothing is left to do",
  preparing: "its worktree is being prepared",
};
