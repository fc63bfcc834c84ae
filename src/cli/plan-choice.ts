import { isOpen, type Plan } from "../core/plan/plan.ts";
import type { Workspace } from "../core/workspace.ts";
import { exitCodes } from "./exit-code.ts";
import { Problem } from "./problem.ts";

/** The plan that is named, or else the only one that `fits`; who must choose is told among which. */
export function choosePlan(workspace: Workspace, named: string | undefined, fits: (plan: Plan) => boolean): Plan {
  if (named !== undefined) {
    const plan = workspace.plans.get(named);
    if (plan) return plan;
    const known = [...workspace.plans.keys()].slice(-10).join(", ") || "none yet";
    throw new Problem("unknown_plan", exitCodes.failed, `There is no plan ${named}. Plans: ${known}.`);
  }
  const fitting = [...workspace.plans.values()].filter(fits);
  const [only] = fitting;
  if (only && fitting.length === 1) return only;
  throw new Problem(
    "which_plan",
    fitting.length === 0 ? exitCodes.failed : exitCodes.badUsage,
    fitting.length === 0
      ? "There is no plan that this could be done for."
      : `Name the plan; there are several: ${fitting.map(({ id }) => id).join(", ")}.`,
  );
}

/** Whether a plan waits for somebody to settle that its branch was moved by hand. */
export function wasMovedByHand(plan: Plan): boolean {
  return isOpen(plan) && plan.status.is === "paused" && plan.status.why === "integration_moved";
}
