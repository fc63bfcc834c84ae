import type { CycleLink } from "./replies.ts";

/** What an agent prints, one JSON object a line, for whoever started it. Interlock does not read it. */
export type AgentNews = { readonly agent: string; readonly node?: string } & Untold;

export type Untold =
  | { readonly is: "ready"; readonly pid: number; readonly serverPid: number }
  /** What it does now. */
  | { readonly is: "doing"; readonly doing: string }
  /** Something that a reply told it, and what it makes of that. */
  | { readonly is: "told"; readonly say: string }
  /** A claim of its was refused, because those who hold it wait for the agent. */
  | { readonly is: "deadlocked"; readonly cycle: readonly CycleLink[] }
  | { readonly is: "half_done" }
  /** How long it worked on a node, without the time in which it waited for others; rework and coming together apart. */
  | { readonly is: "worked"; readonly ms: number; readonly on?: "rework" | "convergence" }
  /** Its server has told it something; `at` is in milliseconds since 1970. */
  | { readonly is: "noticed"; readonly kind: string; readonly about: string; readonly at: number }
  /** The mock that it got data from, and the contract's version that it plays. */
  | { readonly is: "mocked"; readonly url: string; readonly version: string };

/** The news in a line of an agent's output, if it is news. */
export function readNews(line: string): AgentNews | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && "agent" in value && "is" in value
      ? (value as AgentNews)
      : undefined;
  } catch {
    return undefined;
  }
}
