import type { WorkspaceCommand } from "../../src/core/command.ts";
import { perform } from "../../src/core/perform.ts";
import type { NodeSpec, PlanSpec } from "../../src/core/plan/spec.ts";
import type { Recorded } from "../../src/core/recorded.ts";
import { isRefusal } from "../../src/core/refusal.ts";
import { emptyWorkspace } from "../../src/core/workspace.ts";
import type { Execution } from "../../src/execution/execution.ts";

export function node(id: string, fields: Partial<NodeSpec> = {}): NodeSpec {
  return {
    id,
    kind: "work",
    title: `Title of ${id}`,
    instructions: `Do ${id}`,
    requires: [],
    dependsOn: [],
    writes: [],
    edits: [],
    reads: [],
    watches: [],
    uses: [],
    priority: 2,
    gates: [],
    retries: 2,
    ...fields,
  };
}

export function plan(id: string, nodes: readonly NodeSpec[], fields: Partial<PlanSpec> = {}): PlanSpec {
  return {
    id,
    title: `Title of ${id}`,
    constraints: [],
    target: "main",
    base: "base",
    policy: { mode: "parallel", maxParallel: 4, scope: "auto", onFailure: "continue" },
    flags: {},
    digest: id,
    nodes,
    ...fields,
  };
}

/** A workspace in which commands are carried out for real, at times that the test says, in minutes. */
export class Played {
  readonly workspace = emptyWorkspace();
  readonly log: Recorded[] = [];
  #minutes = 0;

  after(minutes: number): this {
    this.#minutes += minutes;
    return this;
  }

  does(command: WorkspaceCommand): this {
    const done = perform(this.workspace, command, Date.UTC(2026, 10, 20, 12) + this.#minutes * 60_000);
    if (isRefusal(done)) throw new Error(JSON.stringify(done));
    this.log.push(...done.events);
    return this;
  }

  takes(agent: string): this {
    return this.does({ type: "RequestNode", agent, process: "p1", capabilities: [], acceptParked: false });
  }

  /** What tools may ask of hands to look at it. */
  hands(given: Partial<Execution> = {}): Partial<Execution> {
    return {
      workspace: async () => this.workspace,
      events: async (after, limit) => this.log.filter(({ position }) => position > after).slice(0, limit),
      ...given,
    };
  }
}
