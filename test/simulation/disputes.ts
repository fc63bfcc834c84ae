import type { Conflict, Severity, Strategy } from "../../src/core/speculation/conflicts.ts";
import { type OpenConvergence, openConvergences } from "../../src/core/speculation/convergences.ts";
import type { CallContext } from "../../src/execution/answers.ts";
import type { LocalExecution } from "../../src/execution/local-execution.ts";
import type { Scene } from "./scene.ts";

/** Those who find that pieces of work exclude each other, and decide about it or do not. */
export class Disputes {
  readonly #scene: Scene;

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  /** Finds something, or takes part in what was found. */
  async stir(): Promise<void> {
    const { world, rules } = this.#scene;
    const { chance } = world;
    const { plans, speculation } = rules.shadow;
    const conflict = chance.pick([...speculation.conflicts.values()].filter(({ state }) => state.is === "open"));
    const convergence = chance.pick([...openConvergences(rules.shadow)]);
    const plan = chance.pick([...plans.values()].filter(({ status }) => status.is !== "landed"));
    const does = chance.weighed({ report: 3, decide: 2, resolve: 3, wait: 1 });
    world.count(`disputes: ${does}`);
    if (does === "report" && plan) {
      const nodes = [chance.pick([...plan.nodes.keys()]), chance.pick([...plan.nodes.keys()])];
      await this.#report(nodes.flatMap((node) => node ?? []).map((node) => `${plan.id}/${node}`));
    } else if (does === "decide" && convergence) await this.#say(convergence, chance.is(0.5) ? "decide" : "complete");
    else if (does === "resolve" && conflict) await this.#resolve(conflict);
  }

  /** People end whatever is open. */
  async end(): Promise<void> {
    for (const convergence of openConvergences(this.#scene.rules.shadow)) await this.#say(convergence, "complete");
  }

  async #report(nodes: readonly string[]): Promise<void> {
    const { chance } = this.#scene.world;
    const severity = chance.pick<Severity>(["low", "medium", "high", "critical"]) ?? "high";
    const artifacts = nodes.map((id) => ({ kind: "node", id }) as const);
    const found = { type: "decision", severity, description: "both define it", artifacts, agents: [] } as const;
    await this.#ask("report_conflict", (execution, call) => execution.reportConflict({ agent: "eve" }, found, call));
  }

  async #say({ id: convergence, nodes }: OpenConvergence, action: "decide" | "complete"): Promise<void> {
    const { chance } = this.#scene.world;
    const one = chance.pick([...nodes]);
    const rework = one && chance.is(0.4) ? [{ node: `${one.plan}/${one.node}`, estimateMinutes: 5 }] : [];
    const request = { action, convergence, decisions: ["this way"], rework } as const;
    const answer = await this.#ask("converge", (execution, call) =>
      execution.converge({ agent: "fay" }, request, call),
    );
    // What is over cannot be gone over again, and would keep the rest from being decided.
    if (!answer || !("refused" in answer) || rework.length === 0) return;
    const without = { ...request, rework: [] };
    await this.#ask("converge", (execution, call) => execution.converge({ agent: "fay" }, without, call));
  }

  async #resolve({ id: conflict }: Conflict): Promise<void> {
    const { chance } = this.#scene.world;
    const strategy = chance.pick<Strategy>(["priority", "vote", "first_completion", "merge", "manual"]) ?? "manual";
    const vote = { option: chance.is(0.5) ? "n0" : "neither", evidence: [] };
    const request = { conflict, strategy, decision: "so", vote } as const;
    await this.#ask("resolve_conflict", (execution, call) =>
      execution.resolveConflict({ agent: "gus" }, request, call),
    );
  }

  async #ask<T>(
    what: string,
    act: (execution: LocalExecution, call: CallContext) => Promise<T>,
  ): Promise<T | undefined> {
    const running = this.#scene.world.chance.pick(this.#scene.running());
    if (!running) return undefined;
    const outcome = await this.#scene.ask(running, what, act);
    return outcome.is === "answer" ? outcome.answer : undefined;
  }
}
