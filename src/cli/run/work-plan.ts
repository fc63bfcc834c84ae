import { setTimeout as pause } from "node:timers/promises";
import type { WorkspaceEvent } from "../../core/event.ts";
import { isAboutPlan } from "../../core/plan/landed-plan.ts";
import type { Recorded } from "../../core/recorded.ts";
import { type Outlook, outlookOf } from "./outlook.ts";
import type { RunView } from "./run-view.ts";
import type { StopKeys } from "./stop-keys.ts";
import { Worker } from "./worker.ts";
import { type Job, workerPorts } from "./worker-ports.ts";

/** How a run is manned. */
export interface Crew {
  readonly agents: number;
  readonly agentPrefix: string;
  readonly reworks: number;
}

/** The picture is drawn again at least this often, because times on it grow. */
const drawMs = 500;

/** Lets workers work a plan until it is over, nothing can move any more, or somebody stops them. */
export async function workPlan(job: Job, crew: Crew, keys: StopKeys, view: RunView): Promise<Outlook> {
  const { execution, plan: id } = job;
  const over = new AbortController();
  const done = new AbortController();
  const ports = workerPorts(job);
  const limits = { draining: keys.draining, stopping: keys.stopping, over: over.signal, reworks: crew.reworks };
  let outlook: Outlook = { is: "moving" };
  let halted: Outlook | undefined;
  let cutOff: { readonly fault: unknown } | undefined;
  const halt = (why: string) => {
    halted ??= { is: "stuck", why: [why] };
    over.abort();
  };
  const workers = Array.from({ length: crew.agents }, (_, i) => {
    const say = (agent: string, text: string) => view.say(`${agent}: ${text}`);
    const show = view.worker.bind(view, i);
    return new Worker(`${crew.agentPrefix}-${i + 1}`, { ...ports, say, show, halt }, limits);
  });
  const look = async () => {
    const workspace = await execution.workspace();
    const plan = workspace.plans.get(id);
    view.draw(workspace);
    if (plan) outlook = outlookOf(plan, job.capabilities);
    if (outlook.is !== "moving" && !workers.some(({ isBusy }) => isBusy)) over.abort();
  };
  const { position } = await execution.workspace();
  const following = followEvents(execution.follow(position, done.signal), (recorded) => {
    if (!isAboutPlan(recorded.event, id)) return;
    view.event(recorded);
    const ended = endedAttempt(recorded.event);
    if (ended !== undefined) for (const worker of workers) worker.attemptEnded(ended);
    look().catch(() => undefined);
  }).catch((fault: unknown) => {
    // Without the log nobody hears of anything any more: what works for it is ended, and its files stay as they are.
    cutOff = { fault };
    over.abort();
    for (const worker of workers) worker.endCommand();
  });
  const timer = setInterval(() => look().catch(() => undefined), drawMs);
  try {
    await look();
    await Promise.all(workers.map((worker) => worker.work()));
    await untilTrainIsEmpty(job, over.signal, keys.stopping);
    if (cutOff) throw cutOff.fault;
    await look();
  } finally {
    clearInterval(timer);
    done.abort();
    await following;
  }
  return halted ?? outlook;
}

/** After a drain: what is in the train lands or comes back, sync points that were reached by it included. */
async function untilTrainIsEmpty(
  { execution, plan: id }: Job,
  over: AbortSignal,
  stopping: AbortSignal,
): Promise<void> {
  while (!over.aborted && !stopping.aborted) {
    const plan = (await execution.workspace()).plans.get(id);
    if (!plan || plan.status.is === "paused" || plan.train.length + plan.reached.size === 0) return;
    await pause(100);
  }
}

async function followEvents(events: AsyncIterable<Recorded>, tell: (recorded: Recorded) => void): Promise<void> {
  for await (const recorded of events) tell(recorded);
}

/** The attempt that an event took away from its agent, as a key. */
function endedAttempt(event: WorkspaceEvent): string | undefined {
  return event.type === "AttemptFenced" || event.type === "NodeGivenUp" || event.type === "NodeLanded"
    ? `${event.plan}/${event.node}/${event.attempt}`
    : undefined;
}
