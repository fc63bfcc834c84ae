import { isOpen, type Plan } from "../../core/plan/plan.ts";
import { blockedNodes } from "../../tools/views/shown-state.ts";

/** Whether a run has anything left to wait for. */
export type Outlook =
  | { readonly is: "moving" }
  | { readonly is: "finished"; readonly failed: number }
  | { readonly is: "stuck"; readonly why: readonly string[] };

/** What can still happen to a plan while nobody but these workers (with these capabilities) comes along. */
export function outlookOf(plan: Plan, capabilities: readonly string[]): Outlook {
  if (!isOpen(plan) || plan.open === 0) return { is: "finished", failed: plan.failed };
  if (plan.live > 0) return { is: "moving" };
  if (plan.status.is === "paused") return { is: "stuck", why: [pausedWords(plan.id, plan.status.why)] };
  if (plan.train.length > 0 || plan.reached.size > 0) return { is: "moving" };
  const unmet = [...plan.ready].map((node) => ({
    node,
    lacking: node.spec.requires.filter((one) => !capabilities.includes(one)),
  }));
  if (unmet.some(({ lacking }) => lacking.length === 0)) return { is: "moving" };
  const why = [
    ...unmet.map(({ node, lacking }) => `${node.id} needs an agent with: ${lacking.join(", ")} (see --capabilities)`),
    ...[...blockedNodes(plan)].map(([id, by]) => `${id} is blocked by ${by.join(", ")}`),
  ];
  return { is: "stuck", why };
}

function pausedWords(id: string, why: "asked" | "node_failed" | "integration_moved"): string {
  switch (why) {
    case "asked":
      return "the plan is paused; revise_plan with resume lets it go on";
    case "node_failed":
      return "the plan is paused because a node failed; retry or cancel it with revise_plan, then resume";
    case "integration_moved":
      return `the branch interlock/${id} was moved by hand: interlock adopt ${id} keeps that, interlock restore ${id} undoes it`;
  }
}
