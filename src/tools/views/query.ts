import type { NodeId, PlanId, Position } from "../../core/ids.ts";
import { isOpen, type Plan } from "../../core/plan/plan.ts";
import type { Workspace } from "../../core/workspace.ts";

/** What a caller wants to see of the state. */
export interface Query {
  readonly plan?: PlanId;
  readonly node?: NodeId;
  readonly since?: Position;
  readonly limit?: number;
  readonly detailed: boolean;
}

/** A list as it is shown: whole, or its beginning with its length. */
export interface Shown<T> {
  readonly items: T[];
  readonly mark: { readonly cut?: true; readonly total?: number };
}

/** The beginning of a list; says so when something is left out. */
export function shown<T>(all: readonly T[], limit: number): Shown<T> {
  if (all.length <= limit) return { items: [...all], mark: {} };
  return { items: all.slice(0, limit), mark: { cut: true, total: all.length } };
}

/** The plans that a query is about. */
export function plansOf(workspace: Workspace, { plan }: Query): readonly Plan[] {
  const plans = [...workspace.plans.values()];
  return plan === undefined ? plans : plans.filter(({ id }) => id === plan);
}

/** The plan that is meant when none is named: the newest that still goes on, else the newest; nodes of landed ones are not known here. */
export function meantPlan(workspace: Workspace, { plan, node }: Query): Plan | undefined {
  if (plan !== undefined) return workspace.plans.get(plan);
  const plans = [...workspace.plans.values()].reverse();
  const having = node === undefined ? plans : plans.filter(({ nodes }) => nodes.has(node));
  return having.find(isOpen) ?? having[0] ?? plans.find(({ status }) => status.is === "landed");
}
