import { evolve, settled } from "../core/evolve.ts";
import { isAboutPlan } from "../core/plan/landed-plan.ts";
import type { Plan } from "../core/plan/plan.ts";
import { emptyWorkspace } from "../core/workspace.ts";
import type { Execution } from "./execution.ts";

const readAtOnce = 5_000;

/** The plan with all its nodes: of one that has landed they are read from the log again, which takes as long as there are events. */
export async function wholePlan(events: Execution["events"], plan: Plan): Promise<Plan> {
  const { status } = plan;
  if (status.is !== "landed") return plan;
  const workspace = emptyWorkspace();
  for (let after = plan.begins - 1; after < status.at - 1; ) {
    const some = await events(after, readAtOnce);
    for (const recorded of some)
      if (recorded.position < status.at && isAboutPlan(recorded.event, plan.id)) evolve(workspace, recorded);
    after = some.at(-1)?.position ?? status.at;
  }
  const nodes = settled(workspace).plans.get(plan.id)?.nodes;
  return nodes ? { ...plan, nodes } : plan;
}
