import { z } from "zod";
import type { Execution } from "../../execution/execution.ts";
import { instantReply } from "../reply.ts";
import { timeText } from "../time-text.ts";
import { type Query, shown } from "./query.ts";

export const parkedFacts = {
  view: z.literal("parked"),
  parked: z.array(
    z.strictObject({
      ref: z.string(),
      commit: z.string(),
      plan: z.string(),
      node: z.string(),
      attempt: z.int(),
      at: instantReply,
    }),
  ),
  cut: z.literal(true).optional(),
  total: z.int().optional(),
};
type ParkedView = z.infer<z.ZodObject<typeof parkedFacts>>;

/** Work that is kept on refs because it did not land. */
export function parkedView(parked: Awaited<ReturnType<Execution["parked"]>>, query: Query): ParkedView {
  const asked = parked.filter(
    ({ plan, node }) =>
      (query.plan === undefined || plan === query.plan) && (query.node === undefined || node === query.node),
  );
  const { items, mark } = shown(asked, query.limit ?? 100);
  return { view: "parked", parked: items.map((one) => ({ ...one, at: timeText(one.at) })), ...mark };
}

export function sayParked({ parked, total }: ParkedView): string {
  const count = total ?? parked.length;
  return count === 0
    ? "No work is parked."
    : `Parked pieces of work: ${count}. Read one with git, or restore it with \`interlock park restore\`.`;
}
