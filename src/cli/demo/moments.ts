/** The six situations that the demo is there to show, recognised in the log when they have really come to a good end. */
import type { WorkspaceEvent } from "../../core/event.ts";
import type { Recorded } from "../../core/recorded.ts";
import type { CycleLink } from "./replies.ts";

export const situations = {
  parallel: "nodes in parallel",
  wait: "a wait for a lock",
  deadlock: "a deadlock refused",
  conflict: "a conflict reworked",
  red: "a red gate fixed",
  takeover: "an agent killed, its work taken over",
} as const;

export type Situation = keyof typeof situations;

export interface Moment {
  readonly situation: Situation;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly say: string;
}

/** So many nodes at once are called parallel. */
const severalNodes = 3;

export class Moments {
  readonly seen = new Map<Situation, Moment>();
  /** What happened to nodes that have not landed yet; only then it has ended well. */
  readonly #begun = new Map<string, Map<Situation, string>>();
  readonly #workedOn = new Map<string, string>();
  readonly #tickets = new Map<string, { readonly at: number; readonly paths: string }>();
  readonly #deadlocked = new Set<string>();
  readonly #killed = new Set<string>();
  readonly #agents = new Map<string, string>();
  #mostAtOnce = 0;

  /** The demo killed this agent. */
  killed(agent: string): void {
    this.#killed.add(agent);
  }

  /** An agent was refused because of a cycle of waits. The log holds no refusals, so the agent tells. */
  deadlock(node: string, cycle: readonly CycleLink[]): void {
    for (const link of cycle) this.#deadlocked.add(link.node);
    this.#begin(node, "deadlock", `${spelled(cycle)}; ${node} was refused, gave way, and landed after that`);
  }

  /** Returns what has just come to its end. */
  see({ event, at }: Recorded): readonly Moment[] {
    const before = this.seen.size;
    this.#look(event, at);
    return [...this.seen.values()].slice(before);
  }

  #look(event: WorkspaceEvent, at: number): void {
    switch (event.type) {
      case "NodeLeased":
        this.#agents.set(`${event.node}/${event.attempt}`, event.agent);
        this.#workedOn.set(event.node, event.agent);
        this.#several(at);
        return;
      case "NodeSubmitted":
        this.#workedOn.delete(event.node);
        return;
      case "ClaimsQueued":
        this.#tickets.set(event.ticket, { at, paths: event.wants.map(({ pattern }) => pattern).join(", ") });
        return;
      case "ClaimsGranted": {
        const waited = this.#tickets.get(event.ticket ?? "");
        if (!waited) return;
        const seconds = ((at - waited.at) / 1000).toFixed(1);
        this.#begin(event.node, "wait", `${event.node} waited ${seconds} s for ${waited.paths}`);
        return;
      }
      case "NodeReturned":
        this.#returned(event);
        return;
      case "AttemptFenced":
        this.#workedOn.delete(event.node);
        return;
      case "ParkedAccepted": {
        const { node, attempt } = event;
        const before = this.#agents.get(`${node}/${attempt - 1}`) ?? "";
        const after = this.#agents.get(`${node}/${attempt}`) ?? "";
        if (this.#killed.has(before))
          this.#begin(node, "takeover", `${after} went on with ${node} from what ${before} had written`);
        return;
      }
      case "NodeLanded":
        this.#landed(event.node, at);
        return;
    }
  }

  /** The moment is when there were several at once; the words are those for the most. */
  #several(at: number): void {
    const nodes = [...this.#workedOn.keys()];
    if (nodes.length < severalNodes || nodes.length <= this.#mostAtOnce) return;
    this.#mostAtOnce = nodes.length;
    const say = `${nodes.join(", ")} at once, each in a worktree of its own`;
    this.seen.set("parallel", { situation: "parallel", at: this.seen.get("parallel")?.at ?? at, say });
  }

  #returned({ node, why }: WorkspaceEvent & { type: "NodeReturned" }): void {
    if (why.reason === "conflict") {
      const where = why.conflicts.map(({ path, with: others }) => `${path} with ${others.join(", ")}`).join("; ");
      this.#begin(node, "conflict", `${node} conflicted in ${where}, was resolved, and landed`);
    } else if (why.reason === "gate_failed") {
      const red = why.gates.map(({ name }) => name).join(", ");
      this.#begin(node, "red", `${node} failed the gate ${red}, was mended, and landed`);
    }
  }

  /** The waits of those in a deadlock are part of that. */
  #landed(node: string, at: number): void {
    for (const [situation, say] of this.#begun.get(node) ?? []) {
      if (situation !== "wait" || !this.#deadlocked.has(node)) this.#end(situation, at, say);
    }
  }

  #begin(node: string, situation: Situation, say: string): void {
    this.#begun.set(node, (this.#begun.get(node) ?? new Map<Situation, string>()).set(situation, say));
  }

  #end(situation: Situation, at: number, say: string): void {
    if (!this.seen.has(situation)) this.seen.set(situation, { situation, at, say });
  }
}

/** A cycle of waits in words. */
export function spelled(cycle: readonly CycleLink[]): string {
  const links = cycle.map(
    ({ node, holds, wants }) => `${node} held ${holds.join(", ")} and wanted ${wants.join(", ")}`,
  );
  return links.join(", ");
}
