import type { Pending, Recorded } from "../../src/core/recorded.ts";
import type { ClaimRow, Step } from "../../src/log/port.ts";

/** The stream that tests write to. */
export const stream = "w1";

/** An event that carries a text. */
export function shared(text: string, at = 1): Pending {
  return { at, event: { type: "KnowledgeShared", agent: "a", topic: "t", text, paths: [] } };
}

/** A step that appends texts; its result is the first of them. */
export function appends(...all: readonly string[]): Step<string> {
  return { append: all.map((text) => shared(text)), claims: [], result: all[0] ?? "" };
}

/** The texts of events made by `shared`. */
export function texts(events: readonly Recorded[]): readonly string[] {
  return events.map(({ event }) => (event.type === "KnowledgeShared" ? event.text : event.type));
}

/** A row of the claim table. */
export function claim(id: string, pattern = "src/**"): ClaimRow {
  return { id, plan: "p", node: "n", attempt: 1, agent: "a", mode: "write", pattern, slot: "s1", since: 7 };
}

/** The change that sets such a row. */
export function put(id: string, pattern?: string): { readonly put: ClaimRow } {
  return { put: claim(id, pattern) };
}
