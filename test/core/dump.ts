import { PatternIndex } from "../../src/core/pattern/pattern-index.ts";
import { ReadyNodes } from "../../src/core/plan/ready-nodes.ts";
import type { Workspace } from "../../src/core/workspace.ts";

/**
 * Everything in a workspace as text, found by walking it, so that no field can be forgotten. Left out is only what is no
 * part of the state: the index that follows from the claims, and what is remembered to save looking.
 */
export function dump({ locks: { loosened: _, ...locks }, now: _now, ...workspace }: Workspace): string {
  return JSON.stringify(plain({ ...workspace, locks }, ""), undefined, 1);
}

/** Maps whose order means nothing. */
const unordered = ["held", "names", "holders", "ceded"];

function plain(value: unknown, key: string): unknown {
  if (value instanceof PatternIndex) return "index";
  if (value instanceof ReadyNodes) return [...value].map(({ id }) => id);
  if (value instanceof Map) {
    const entries = [...value].map(([name, one]) => [name, plain(one, String(name))] as const);
    return unordered.includes(key) ? entries.sort(([a], [b]) => (a < b ? -1 : 1)) : entries;
  }
  if (value instanceof Set) return [...value].map((one) => plain(one, ""));
  if (Array.isArray(value)) return value.map((one) => plain(one, ""));
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).filter(([, one]) => one !== undefined);
  return Object.fromEntries(fields.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, one]) => [name, plain(one, name)]));
}
