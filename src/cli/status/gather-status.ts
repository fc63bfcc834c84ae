import { workedOn } from "../../core/node/node.ts";
import { isOpen, type Plan } from "../../core/plan/plan.ts";
import type { Workspace } from "../../core/workspace.ts";
import type { Execution } from "../../execution/execution.ts";
import { wholePlan } from "../../execution/landed-plan.ts";
import { agentsView } from "../../tools/views/agents.ts";
import { clashRows } from "../../tools/views/clashes.ts";
import { type MetricsView, metricsView } from "../../tools/views/metrics.ts";
import { overview } from "../../tools/views/overview.ts";
import { parkedView } from "../../tools/views/parked.ts";
import { planView } from "../../tools/views/plan.ts";
import { plansOf, type Query } from "../../tools/views/query.ts";
import { queueView } from "../../tools/views/queue.ts";
import { type QuarantinedSlot, quarantinedSlots } from "./quarantined-slots.ts";

/** All that `status` shows, in the words of `get_status`. */
export interface Status {
  readonly overview: ReturnType<typeof overview>;
  readonly plans: readonly ReturnType<typeof planView>[];
  readonly agents: ReturnType<typeof agentsView>["agents"];
  readonly clashes: ReturnType<typeof clashRows>;
  readonly train: ReturnType<typeof queueView>["train"];
  readonly trains: ReturnType<typeof queueView>["trains"];
  readonly parked: ReturnType<typeof parkedView>["parked"];
  readonly quarantined: readonly QuarantinedSlot[];
  /** How work went, of the plan that is shown, or of all where several are. */
  readonly metrics: MetricsView["metrics"];
  /** Since when each attempt is under way, by `<plan>/<node>`. */
  readonly workedSince: Readonly<Record<string, string>>;
}

const mostPlans = 5;

/** Reads everything that people want to see at a glance; of a plan, or of those that go on (else the newest). */
export async function gatherStatus(execution: Execution, plan: string | undefined): Promise<Status> {
  const workspace = await execution.workspace();
  const query: Query = { ...(plan === undefined ? {} : { plan }), detailed: true };
  const queue = queueView(workspace, query);
  const shown = shownPlans(workspace, query);
  return {
    overview: overview(workspace, query, await execution.stewardIsThere()),
    plans: (await Promise.all(shown.map((one) => wholePlan(execution.events, one)))).map((one) => planView(one, query)),
    agents: agentsView(workspace, query).agents,
    train: queue.train,
    trains: queue.trains,
    clashes: clashRows(workspace, plan),
    parked: parkedView(await execution.parked(), query).parked,
    quarantined: quarantinedSlots(workspace, query),
    metrics: (await metricsView(workspace, execution, ofOne(shown, query))).metrics,
    workedSince: workedSince(workspace),
  };
}

/** What is asked of one plan need not be read from all of the log. */
function ofOne([first, second]: readonly Plan[], query: Query): Query {
  return first && !second ? { ...query, plan: first.id } : query;
}

function shownPlans(workspace: Workspace, query: Query): readonly Plan[] {
  const plans = plansOf(workspace, query);
  const going = plans.filter((plan) => isOpen(plan) || plan.status.is === "finished");
  return (going.length > 0 ? going : plans.slice(-1)).slice(-mostPlans).reverse();
}

function workedSince({ plans }: Workspace): Readonly<Record<string, string>> {
  const entries = [...plans.values()].flatMap((plan) =>
    [...plan.nodes.values()].flatMap((node) => {
      const attempt = workedOn(node);
      return attempt ? [[`${plan.id}/${node.id}`, new Date(attempt.since).toISOString()]] : [];
    }),
  );
  return Object.fromEntries(entries);
}
