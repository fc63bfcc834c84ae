import { z } from "zod";
import type { Position } from "../../core/ids.ts";
import type { Recorded } from "../../core/recorded.ts";
import type { Execution } from "../../execution/execution.ts";
import { wordEvent } from "../event-words.ts";
import { instantReply } from "../reply.ts";
import { timeText } from "../time-text.ts";
import type { Query } from "./query.ts";

const row = z.strictObject({
  position: z.int(),
  at: instantReply,
  type: z.string(),
  say: z.string(),
  plan: z.string().optional(),
  node: z.string().optional(),
  agent: z.string().optional(),
});
type Row = z.infer<typeof row>;

export const timelineFacts = {
  view: z.literal("timeline"),
  timeline: z.array(row),
  cut: z.literal(true).optional(),
  position: z.int().describe("Pass it as since to go on from here."),
};
type TimelineView = z.infer<z.ZodObject<typeof timelineFacts>>;

const readAtOnce = 1000;

/** A question without an answer near the end of the log stops here instead of reading all of it. */
const mostRead = 50_000;

/** What happened, oldest first: after `since`, or else the latest. */
export async function timelineView(
  execution: Pick<Execution, "events">,
  last: Position,
  query: Query,
): Promise<TimelineView> {
  const limit = query.limit ?? 50;
  const found =
    query.since === undefined
      ? await latest(execution, last, query, limit)
      : await after(execution, query.since, query, limit);
  return { view: "timeline", ...found };
}

export function sayTimeline({ timeline, cut }: TimelineView): string {
  return `Events shown: ${timeline.length}.${cut ? " There are more." : ""}`;
}

type Found = Omit<TimelineView, "view">;

async function after(
  execution: Pick<Execution, "events">,
  since: Position,
  query: Query,
  limit: number,
): Promise<Found> {
  const rows: Row[] = [];
  let position = since;
  for (let read = 0; read < mostRead; read += readAtOnce) {
    const page = await execution.events(position, readAtOnce);
    for (const recorded of page) {
      const one = asked(recorded, query);
      if (one && rows.length === limit) return { timeline: rows, cut: true, position };
      position = recorded.position;
      if (one) rows.push(one);
    }
    if (page.length < readAtOnce) return { timeline: rows, position };
  }
  return { timeline: rows, cut: true, position };
}

async function latest(
  execution: Pick<Execution, "events">,
  last: Position,
  query: Query,
  limit: number,
): Promise<Found> {
  let rows: Row[] = [];
  for (let end = last; end > 0 && last - end < mostRead; end -= readAtOnce) {
    const start = Math.max(0, end - readAtOnce);
    const page = await execution.events(start, end - start);
    rows = [...page.flatMap((recorded) => asked(recorded, query) ?? []), ...rows];
    if (rows.length > limit) return { timeline: rows.slice(-limit), cut: true, position: last };
    if (start === 0) return { timeline: rows, position: last };
  }
  return last === 0 ? { timeline: rows, position: last } : { timeline: rows, cut: true, position: last };
}

function asked({ position, at, event }: Recorded, query: Query): Row | undefined {
  const { say, plan, node, agent } = wordEvent(event);
  if (query.plan !== undefined && plan !== query.plan) return undefined;
  if (query.node !== undefined && node !== query.node) return undefined;
  const about = {
    ...(plan === undefined ? {} : { plan }),
    ...(node === undefined ? {} : { node }),
    ...(agent === undefined ? {} : { agent }),
  };
  return { position, at: timeText(at), type: event.type, say, ...about };
}
