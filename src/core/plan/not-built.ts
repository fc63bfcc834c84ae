import type { DraftNode, PlanDraft, Problem } from "./check.ts";

/** What a plan may say one day but not yet; it is refused in words, never ignored. */
export function notBuilt(draft: PlanDraft): readonly Problem[] {
  return [...ofPlan(draft), ...draft.nodes.flatMap(ofNode)];
}

/** The whole list: what is meant, and what to do instead. */
const sayings = {
  review: "Review nodes are not built yet. Make it a work node whose instructions ask for a review.",
  approval: "Approvals are not built yet. Use none, and pause the plan where somebody has to look.",
  reviewers: "Reviewers are not built yet. Leave it empty.",
  template: "Templates are not built yet. Write the nodes out.",
  groups: "Stage groups are not built yet. Write the stages as nodes with depends_on.",
} as const;

function ofPlan({ template, groups }: PlanDraft): readonly Problem[] {
  return [...(template ? [problem("template", "template")] : []), ...(groups ? [problem("groups", "groups")] : [])];
}

function ofNode({ at, kind, approval, reviewers }: DraftNode): readonly Problem[] {
  return [
    ...(kind === "review" ? [problem(`${at}.kind`, "review")] : []),
    ...(isOther(approval, "none") ? [problem(`${at}.approval`, "approval")] : []),
    ...(reviewers.length > 0 ? [problem(`${at}.reviewers`, "reviewers")] : []),
  ];
}

function isOther(value: string | undefined, built: string): boolean {
  return value !== undefined && value !== built;
}

function problem(path: string, what: keyof typeof sayings): Problem {
  return { code: "not_built", path, problem: sayings[what] };
}
