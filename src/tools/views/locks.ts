import { z } from "zod";
import { nodeKey } from "../../core/ids.ts";
import { attemptOf } from "../../core/node/node.ts";
import { nodeByKey, type Workspace } from "../../core/workspace.ts";
import { instantReply } from "../reply.ts";
import { timeText } from "../time-text.ts";
import { type Query, shown } from "./query.ts";

const heldRow = z.strictObject({
  pattern: z.string(),
  mode: z.string(),
  value: z.number().optional(),
  plan: z.string(),
  node: z.string(),
  agent: z.string(),
  /** Set when a gate has it while it judges what the node handed in. */
  gate: z.string().optional(),
  since: instantReply,
});
const waitingRow = z.strictObject({
  ticket: z.string(),
  plan: z.string(),
  node: z.string(),
  agent: z.string().optional(),
  wants: z.array(z.strictObject({ pattern: z.string(), mode: z.string() })),
  since: instantReply,
});

export const locksFacts = {
  view: z.literal("locks"),
  locks: z.array(heldRow),
  cut: z.literal(true).optional(),
  total: z.int().optional(),
  waiting: z.array(waitingRow),
  waiting_cut: z.literal(true).optional(),
  waiting_total: z.int().optional(),
};
type LocksView = z.infer<z.ZodObject<typeof locksFacts>>;

/** Who holds what, and who waits for what, oldest first. */
export function locksView(workspace: Workspace, query: Query): LocksView {
  const limit = query.limit ?? 200;
  const agentOf = (key: string) => {
    const node = nodeByKey(workspace, key);
    return node && attemptOf(node)?.agent;
  };
  const asked = (by: { readonly plan: string; readonly node: string }) =>
    (query.plan === undefined || by.plan === query.plan) && (query.node === undefined || by.node === query.node);
  const held = [...workspace.locks.held].flatMap(([key, claims]) => {
    const agent = agentOf(key) ?? "";
    return claims
      .filter(({ by }) => asked(by))
      .map(({ pattern, mode, value, by, since }) => ({
        pattern,
        mode,
        ...(value === undefined ? {} : { value }),
        plan: by.plan,
        node: by.node,
        agent,
        since: timeText(since),
      }));
  });
  const lent = [...workspace.locks.loans.values()].filter(asked).flatMap((loan) =>
    loan.lent.map(({ pattern, mode, value }) => ({
      pattern,
      mode,
      ...(value === undefined ? {} : { value }),
      plan: loan.plan,
      node: loan.node,
      agent: agentOf(nodeKey(loan)) ?? "",
      gate: loan.gate,
      since: timeText(loan.since),
    })),
  );
  const waiting = workspace.locks.queue.flatMap(({ id, by, wants, since }) => {
    const agent = by.attempt === 0 ? undefined : agentOf(nodeKey(by));
    if (!asked(by)) return [];
    const wishes = wants.map(({ pattern, mode }) => ({ pattern, mode }));
    const who = { plan: by.plan, node: by.node, ...(agent === undefined ? {} : { agent }) };
    return [{ ticket: id, ...who, wants: wishes, since: timeText(since) }];
  });
  const claims = shown([...held, ...lent], limit);
  const queue = shown(waiting, limit);
  return {
    view: "locks",
    locks: claims.items,
    ...claims.mark,
    waiting: queue.items,
    ...(queue.mark.cut ? { waiting_cut: true as const } : {}),
    ...(queue.mark.total === undefined ? {} : { waiting_total: queue.mark.total }),
  };
}

export function sayLocks({ locks, total, waiting, waiting_total: allWaiting }: LocksView): string {
  return `Claims held: ${total ?? locks.length}. Requests waiting: ${allWaiting ?? waiting.length}.`;
}
