import { z } from "zod";
import { type Reason, why } from "../../core/why.ts";
import type { Workspace } from "../../core/workspace.ts";
import { instantReply } from "../reply.ts";
import { timeText } from "../time-text.ts";
import { plansOf, type Query, shown } from "./query.ts";

const row = z.strictObject({
  plan: z.string(),
  node: z.string(),
  speculative: z.literal(true).optional(),
  waits_for: z.array(
    z.strictObject({ kind: z.string(), what: z.string(), who: z.string().optional(), since: instantReply }),
  ),
});

export const whyFacts = {
  view: z.literal("why"),
  why: z.array(row),
  cut: z.literal(true).optional(),
  total: z.int().optional(),
};
type WhyView = z.infer<z.ZodObject<typeof whyFacts>>;

/** A reason of the core, or the one that it cannot know. */
type Waiting = Omit<Reason, "kind"> & { readonly kind: string };

/** What only a process that runs can bring on. */
const needsProcess: readonly Reason["kind"][] = ["worktree", "train", "candidate", "gate", "landing"];

const noProcess: Waiting = {
  kind: "no_process_running",
  what: "no process of Interlock runs that could go on with it",
};

const mostReasons = 20;
const longestText = 300;

/** What each node that has not landed waits for. */
export function whyView(workspace: Workspace, query: Query, processRunning: boolean): WhyView {
  const options = {
    ...(query.plan === undefined ? {} : { plan: query.plan }),
    ...(query.node === undefined ? {} : { node: query.node }),
  };
  const limit = query.limit ?? (query.detailed ? 500 : 100);
  const found = why(workspace, { ...options, limit: limit + 1 });
  const { items } = shown(found, limit);
  const rows = items.map(({ plan, node, speculative, waitsFor }) => {
    const begun = workspace.plans.get(plan)?.submittedAt ?? 0;
    const stuck = !processRunning && waitsFor.some(({ kind }) => needsProcess.includes(kind));
    const reasons: readonly Waiting[] = stuck ? [noProcess, ...waitsFor] : waitsFor;
    return {
      plan,
      node,
      ...(speculative ? { speculative } : {}),
      waits_for: reasons.slice(0, mostReasons).map(({ kind, what, who, since }) => ({
        kind,
        what: what.slice(0, longestText),
        ...(who === undefined ? {} : { who }),
        since: timeText(since ?? begun),
      })),
    };
  });
  if (found.length <= limit) return { view: "why", why: rows };
  const total = plansOf(workspace, query).reduce((sum, { open, failed }) => sum + open + failed, 0);
  return { view: "why", why: rows, cut: true, total };
}

export function sayWhy({ why: rows, total }: WhyView): string {
  const count = total ?? rows.length;
  return count === 0
    ? "No node waits for anything."
    : `Nodes that have not landed: ${count}. Each says what it waits for.`;
}
