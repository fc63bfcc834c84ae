import { z } from "zod";
import type { Node } from "../../core/node/node.ts";
import type { Plan } from "../../core/plan/plan.ts";
import { groundOf } from "../../core/train-ground.ts";
import type { Workspace } from "../../core/workspace.ts";
import { instantReply } from "../reply.ts";
import { timeText } from "../time-text.ts";
import { plansOf, type Query, shown } from "./query.ts";

const entry = z.strictObject({
  plan: z.string(),
  node: z.string(),
  position: z.int(),
  state: z.enum(["waiting", "merging", "in_gates", "landing"]),
  gate: z.string().optional(),
  failed: z.array(z.string()).optional(),
  assumes: z.array(z.string()),
  since: instantReply,
});

export const queueFacts = {
  view: z.literal("queue"),
  train: z.array(entry),
  cut: z.literal(true).optional(),
  total: z.int().optional(),
};
type QueueView = z.infer<z.ZodObject<typeof queueFacts>>;

/** The trains of the plans: what is handed in and waits to land, each plan's next first. */
export function queueView(workspace: Workspace, query: Query): QueueView {
  const all = plansOf(workspace, query).flatMap((plan) =>
    plan.train.flatMap((id, i) => {
      const node = plan.nodes.get(id);
      return node ? [row(plan, node, i + 1)] : [];
    }),
  );
  const { items, mark } = shown(all, query.limit ?? 200);
  return { view: "queue", train: items, ...mark };
}

export function sayQueue({ train, total }: QueueView): string {
  const count = total ?? train.length;
  return count === 0 ? "Nothing is handed in and not landed." : `Handed in and not landed: ${count}.`;
}

function row(plan: Plan, node: Node, position: number): z.infer<typeof entry> {
  const { state } = node;
  const candidate = state.is === "submitted" ? state.candidate : undefined;
  const [gate] = candidate?.running.keys() ?? [];
  const ground = groundOf(plan, node) ?? [];
  return {
    plan: node.plan,
    node: node.id,
    position,
    state: stateIn(node, position),
    ...(gate === undefined ? {} : { gate }),
    ...(candidate && candidate.failed.size > 0 ? { failed: [...candidate.failed.keys()] } : {}),
    assumes: ground.slice(0, -1).map((built) => built.node.id),
    since: timeText(state.is === "submitted" ? state.since : 0),
  };
}

function stateIn({ state }: Node, position: number): z.infer<typeof entry>["state"] {
  if (state.is !== "submitted") return "waiting";
  if (state.candidate?.intended) return "landing";
  if (state.candidate) return "in_gates";
  return position === 1 ? "merging" : "waiting";
}
