import { expect } from "vitest";
import type { WorkspaceCommand } from "../../src/core/command.ts";
import type { WorkspaceEvent } from "../../src/core/event.ts";
import type { AttemptRef, Instant } from "../../src/core/ids.ts";
import type { Wish } from "../../src/core/locks/claim-events.ts";
import { heldNode } from "../../src/core/node/hand-out.ts";
import { attemptOf, type Node } from "../../src/core/node/node.ts";
import { type Notice, unread } from "../../src/core/notices.ts";
import { type Done, perform } from "../../src/core/perform.ts";
import type { Recorded, RequestMark } from "../../src/core/recorded.ts";
import { isRefusal, type Refusal } from "../../src/core/refusal.ts";
import { emptyWorkspace, type Workspace } from "../../src/core/workspace.ts";
import { holdsTogether } from "./invariants.ts";

export type Step = WorkspaceCommand | ((scenario: Scenario) => WorkspaceCommand | undefined);

/** A workspace after some commands, all of which must be carried out. */
export function given(...steps: readonly Step[]): Scenario {
  return new Scenario().and(...steps);
}

export class Scenario {
  readonly workspace: Workspace = emptyWorkspace();
  now: Instant = 0;
  outcome: Done | Refusal | undefined;

  /** Carries commands out that must not be refused. */
  and(...steps: readonly Step[]): this {
    for (const step of steps) {
      const outcome = this.try(step);
      if (outcome && isRefusal(outcome)) expect.fail(`refused: ${JSON.stringify(outcome)}`);
    }
    return this;
  }

  /** Carries a command out, however it ends. */
  when(step: Step, request?: RequestMark): this {
    this.try(step, request);
    return this;
  }

  later(milliseconds: number): this {
    this.now += milliseconds;
    this.workspace.now = this.now;
    return this;
  }

  expect(...events: readonly object[]): this {
    const { outcome } = this;
    if (!outcome || isRefusal(outcome)) expect.fail(`refused: ${JSON.stringify(outcome)}`);
    expect(outcome.events.map(({ event }) => event)).toMatchObject(events);
    return this;
  }

  expectRefused(refusal: object): this {
    expect(this.outcome).toMatchObject(refusal);
    return this;
  }

  events(): readonly WorkspaceEvent[] {
    return this.recorded().map(({ event }) => event);
  }

  recorded(): readonly Recorded[] {
    return this.outcome && !isRefusal(this.outcome) ? this.outcome.events : [];
  }

  node(id: string, plan = "p"): Node {
    const node = this.workspace.plans.get(plan)?.nodes.get(id);
    if (!node) throw new Error(`No node ${plan}/${id}`);
    return node;
  }

  /** The news that an agent has, oldest first. */
  notices(agent: string): readonly Notice[] {
    return unread(this.workspace.agents.get(agent)?.notices ?? new Map(), 0);
  }

  state(id: string, plan = "p"): string {
    return this.node(id, plan).state.is;
  }

  /** What the agent works on. */
  attempt(agent: string): AttemptRef {
    const node = heldNode(this.workspace, agent);
    const attempt = node && attemptOf(node);
    if (!attempt) throw new Error(`${agent} works on nothing`);
    return { plan: attempt.plan, node: attempt.node, attempt: attempt.attempt };
  }

  private try(step: Step, request?: RequestMark): Done | Refusal | undefined {
    const command = typeof step === "function" ? step(this) : step;
    if (!command) return undefined;
    this.outcome = perform(this.workspace, command, this.now, request);
    holdsTogether(this.workspace);
    return this.outcome;
  }
}

/** A wish written as `write src/**`, `use build` or `name db`. */
export function wish(text: string): Wish {
  const [mode = "", pattern = ""] = text.split(" ");
  if (mode === "use") return { kind: "pool", pattern, mode: "write" };
  if (mode === "name") return { kind: "name", pattern, mode: "write" };
  if (mode !== "write" && mode !== "edit" && mode !== "read" && mode !== "watch") throw new Error(`No mode: ${text}`);
  return { kind: "path", pattern, mode };
}

export function request(agent: string, capabilities: readonly string[] = [], plan?: string): WorkspaceCommand {
  const only = plan === undefined ? {} : { plan };
  return { type: "RequestNode", agent, process: "process", capabilities, acceptParked: false, ...only };
}

export function claims(agent: string, ...wants: readonly string[]): Step {
  return (s) => ({ type: "ClaimResources", ...s.attempt(agent), wants: wants.map(wish), wait: true });
}

export function asks(agent: string, ...wants: readonly string[]): Step {
  return (s) => ({ type: "ClaimResources", ...s.attempt(agent), wants: wants.map(wish), wait: false });
}

export function gives(agent: string, ...patterns: readonly string[]): Step {
  return (s) => ({ type: "ReleaseResources", ...s.attempt(agent), patterns, changedPaths: [] });
}

export function withdraws(agent: string, ticket: string): Step {
  return (s) => ({ type: "WithdrawTicket", ...s.attempt(agent), ticket });
}

/** Hands in changes of these paths against the attempt's base. */
export function submits(agent: string, ...paths: readonly string[]): Step {
  return (s) => {
    const by = s.attempt(agent);
    const base = attemptOf(s.node(by.node, by.plan))?.base ?? "";
    return {
      type: "SubmitNode",
      ...by,
      commit: `commit-${by.node}`,
      tree: `tree-${by.node}`,
      base,
      paths,
      summary: "done",
    };
  };
}

export function fails(agent: string, retryable = true): Step {
  return (s) => ({ type: "GiveUpNode", ...s.attempt(agent), reason: "cannot", retryable });
}
