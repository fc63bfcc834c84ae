import type { PlanId } from "../../src/core/ids.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import { type ReasonKind, why } from "../../src/core/why.ts";
import type { CallContext } from "../../src/execution/answers.ts";
import type { Revision } from "../../src/execution/execution.ts";
import type { LocalExecution } from "../../src/execution/local-execution.ts";
import { softened, someNode, somePlan } from "./plans.ts";
import type { Scene } from "./scene.ts";
import { target } from "./world.ts";

/** The person who submits plans, changes them, and lands them. */
export class Operator {
  readonly #scene: Scene;
  #plans = 0;

  readonly #early: boolean;

  /** `early`: of some dependencies they say that work may begin before they have landed. */
  constructor(scene: Scene, early = false) {
    this.#scene = scene;
    this.#early = early;
  }

  async submit(): Promise<void> {
    const { world, rules } = this.#scene;
    this.#plans += 1;
    const written = somePlan(world.chance, `p${this.#plans}`);
    const request = this.#early ? softened(world.chance, written) : written;
    const requestId = this.#scene.requestId();
    for (let tries = 0; tries < 20; tries += 1) {
      const answer = await this.#ask(
        "submit_plan",
        (execution, call) => execution.submitPlan(request, { dryRun: false }, call),
        requestId,
      );
      if (answer === undefined) continue;
      if (!("refused" in answer)) rules.acknowledged(`PlanSubmitted ${answer.plan.id}`);
      else if (answer.refused === "invalid_input") world.breaks(`the plan was refused: ${JSON.stringify(answer)}`);
      return;
    }
  }

  /** Does something that people do in the middle of the work. */
  async meddle(): Promise<void> {
    const { world, rules } = this.#scene;
    const { chance } = world;
    const plan = chance.pick([...rules.shadow.plans.values()]);
    if (!plan) return;
    const does = chance.weighed({
      revise: 4,
      pause: 1,
      resume: 2,
      cancel: 1,
      retry: 2,
      land: 2,
      moveTarget: 0.7,
      moveIntegration: 1,
      settle: 3,
      garbage: 1,
      plan: 0.5,
      parked: 0.5,
    });
    world.count(`operator: ${does}`);
    const node = chance.pick([...plan.nodes.values()]);
    switch (does) {
      case "revise":
        await this.#revise(plan.id, this.#someChange(plan));
        return;
      case "pause":
        await this.#revise(plan.id, { pause: true });
        return;
      case "resume":
        await this.#revise(plan.id, { resume: true });
        return;
      case "cancel":
        if (node) await this.#revise(plan.id, { cancel: [node.id] });
        return;
      case "retry":
        if (node) await this.#revise(plan.id, { retry: [node.id] });
        return;
      case "land":
        await this.land(plan.id);
        return;
      case "moveTarget":
        this.#commitByHand(target);
        return;
      case "moveIntegration":
        this.#moveIntegration(plan);
        return;
      case "settle":
        await this.settle(plan);
        return;
      case "garbage":
        await this.#ask("gc", (execution) => execution.collectGarbage({ dryRun: chance.is(0.2) }));
        return;
      case "plan":
        if (this.#plans < 3) await this.submit();
        return;
      case "parked":
        for (const { ref } of (await this.#ask("parked", (execution) => execution.parked())) ?? [])
          if (!world.repository.refs.has(ref)) world.breaks(`[X3] ${ref} is listed and not there`);
        return;
    }
  }

  async land(plan: PlanId): Promise<boolean> {
    const { world, rules } = this.#scene;
    const stop = new AbortController();
    world.scheduler.after(60_000, () => stop.abort());
    const answer = await this.#ask("land", (execution) => execution.land(plan, { signal: stop.signal }));
    if (answer === undefined || "refused" in answer) return false;
    rules.acknowledged(`PlanLanded ${plan}`);
    const held = world.repository.refs.get(target) ?? "";
    if (!world.repository.history(held).has(answer.commit)) world.breaks(`[E3] ${plan} is said to be on the target`);
    return true;
  }

  /** Lets a paused plan go on. */
  async settle(plan: Plan): Promise<void> {
    const { world } = this.#scene;
    if (plan.status.is !== "paused") return;
    if (plan.status.why !== "integration_moved") {
      await this.#revise(plan.id, { resume: true });
      return;
    }
    const adopts = world.chance.is(0.5);
    const adopted = adopts && (await this.#ask("adopt", (execution) => execution.adopt(plan.id)));
    if (!adopted || "refused" in adopted) await this.#ask("restore", (execution) => execution.restore(plan.id));
    await this.#revise(plan.id, { resume: true });
  }

  /** What failed is tried again, and what waits for something cancelled is cancelled too. */
  async unblock(plan: Plan): Promise<void> {
    const stuck = why(this.#scene.rules.shadow, { plan: plan.id });
    const because = (kind: ReasonKind) =>
      stuck.filter(({ waitsFor }) => waitsFor.some((reason) => reason.kind === kind)).map(({ node }) => node);
    const failed = because("failed");
    const orphaned = [...because("failed_dependency"), ...because("no_dependent")];
    if (failed.length > 0) await this.#revise(plan.id, { retry: failed });
    else if (orphaned.length > 0) await this.#revise(plan.id, { cancel: orphaned });
  }

  #someChange(plan: Plan): Partial<Revision> {
    const { chance } = this.#scene.world;
    const node = chance.pick([...plan.nodes.values()]);
    const number = plan.nodes.size;
    switch (chance.pick(["add", "priority", "flags", "policy", "claims"] as const)) {
      case "add":
        return number < 9 ? { add: [{ ...someNode(chance, `n${number}`, 0), dependsOn: [] }] } : {};
      case "flags":
        return { flags: { extra: chance.is(0.5) } };
      case "policy":
        return { policy: { maxParallel: chance.between(1, 4) } };
      case "claims":
        return node ? { change: [{ id: node.id, fields: { edits: ["lib.txt"], reads: [] } }] } : {};
      default:
        return node ? { change: [{ id: node.id, fields: { priority: chance.pick([0, 1, 2, 3] as const) ?? 2 } }] } : {};
    }
  }

  async #revise(plan: PlanId, what: Partial<Revision>): Promise<void> {
    const nothing = { add: [], draft: { nodes: [] }, problems: [], change: [], cancel: [], retry: [] };
    const revision: Revision = { plan, ...nothing, pause: false, resume: false, finish: false, ...what };
    await this.#ask("revise_plan", (execution, call) => execution.revisePlan(revision, call), this.#scene.requestId());
  }

  #commitByHand(ref: string): void {
    const { world } = this.#scene;
    const { repository, chance } = world;
    const tip = repository.refs.get(ref);
    if (tip === undefined) return;
    const files = new Map(repository.files(tip));
    const path = chance.pick(["src/a.txt", "lib.txt", "by-hand.txt"]) ?? "lib.txt";
    const lines = (files.get(path) ?? "").split(/(?<=\n)/).filter(Boolean);
    lines.splice(chance.between(0, lines.length), 0, `#${world.scheduler.steps} of a person\n`);
    files.set(path, lines.join(""));
    const at = Math.floor(world.wall() / 1000);
    world.move(
      ref,
      repository.writeCommit({ tree: repository.writeTree(files), parents: [tip], message: "by hand", at }),
    );
  }

  #moveIntegration({ id, header }: Plan): void {
    const { world } = this.#scene;
    const ref = `refs/heads/interlock/${id}`;
    world.movedByHand.add(id);
    switch (world.chance.pick(["commit", "back", "delete"] as const)) {
      case "commit":
        this.#commitByHand(ref);
        return;
      case "back":
        if (world.repository.refs.has(ref)) world.move(ref, header.base);
        return;
      default:
        if (world.repository.refs.has(ref)) world.move(ref, undefined);
        return;
    }
  }

  async #ask<T>(
    what: string,
    act: (execution: LocalExecution, call: CallContext) => Promise<T>,
    requestId?: string,
  ): Promise<T | undefined> {
    const { world } = this.#scene;
    const running = world.chance.pick(this.#scene.running());
    if (!running) {
      await world.scheduler.pause(500);
      return undefined;
    }
    const outcome = await this.#scene.ask(running, what, act, requestId);
    return outcome.is === "answer" ? outcome.answer : undefined;
  }
}
