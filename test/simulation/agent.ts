import type { Assigned } from "../../src/execution/answers.ts";
import type { Scene } from "./scene.ts";
import type { Running } from "./start-process.ts";
import { Work } from "./work.ts";

export interface Manners {
  /** From 0, never, to 1, often: silence, repetition, death, writing where it should not. */
  readonly mischief: number;
  readonly capabilities: readonly string[];
}

/** Somebody who takes nodes and works on them, through whichever process there is. */
export class Agent {
  name: string;
  readonly scene: Scene;
  readonly manners: Manners;
  /** The session that it works in, until that is gone. */
  #session: Running | undefined;

  constructor(scene: Scene, name: string, manners: Manners) {
    this.scene = scene;
    this.name = name;
    this.manners = manners;
  }

  /** Lives until the scene closes, or the agent dies of its own. */
  async live(): Promise<void> {
    const { world } = this.scene;
    while (this.scene.isOpen) {
      const answer = await this.#nextNode();
      if (!answer) {
        await world.scheduler.pause(world.chance.between(100, 1_500));
        continue;
      }
      const outcome = await new Work(this, answer).run();
      if (outcome === "died") {
        world.count("mischief: agent died");
        world.trace(`${this.name} dies`);
        return;
      }
    }
  }

  /** Does it misbehave now? `much` says how often the worst agent does. */
  misbehaves(what: string, much: number): boolean {
    const { world } = this.scene;
    const does = world.chance.is(this.manners.mischief * much);
    if (does) world.count(`mischief: ${what}`);
    return does;
  }

  /** The process that it speaks to; now and then another one. */
  async session(): Promise<Running> {
    const { world } = this.scene;
    for (;;) {
      if (this.#session?.process.alive && !this.misbehaves("another session", 0.02)) return this.#session;
      this.#session = world.chance.pick(this.scene.running());
      if (this.#session) return this.#session;
      await world.scheduler.pause(500);
    }
  }

  async #nextNode(): Promise<Assigned | undefined> {
    const { world, rules } = this.scene;
    const { chance } = world;
    const session = await this.session();
    const request = {
      agent: this.name,
      capabilities: this.manners.capabilities,
      acceptParked: chance.is(0.5),
      waitMs: chance.pick([0, 2_000, 10_000, 20_000]) ?? 0,
    };
    const requestId = chance.is(0.5) ? this.scene.requestId() : undefined;
    const ask = (at: Running) =>
      this.scene.ask(
        at,
        `request_next_node ${this.name}`,
        (execution, call) => execution.requestNextNode(request, call),
        requestId,
      );
    if (this.misbehaves("asked twice at once", 0.05)) ask(chance.pick(this.scene.running()) ?? session);
    let outcome = await ask(session);
    if (outcome.is !== "answer" && requestId !== undefined) {
      world.count("mischief: repeated with the same id");
      outcome = await ask(await this.session());
    }
    if (outcome.is !== "answer") return undefined;
    const { answer } = outcome;
    if ("refused" in answer) {
      world.count(`refused: ${answer.refused}`);
      if (answer.refused === "agent_name_taken" && chance.is(0.5)) this.name = answer.freeName;
      return undefined;
    }
    if (answer.status !== "assigned") return undefined;
    rules.acknowledged(`NodeLeased ${answer.node.planId}/${answer.node.id}/${answer.node.attempt}`);
    return answer;
  }
}
