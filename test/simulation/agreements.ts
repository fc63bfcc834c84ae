import type { AssumptionCheck } from "../../src/core/speculation/assumptions.ts";
import type { CallContext } from "../../src/execution/answers.ts";
import type { LocalExecution } from "../../src/execution/local-execution.ts";
import type { Scene } from "./scene.ts";

const contracts = ["AlertsAPI", "UsersAPI"] as const;
const fields = ["id", "ip", "time"];

/** Those who agree on interfaces, ask for things, and take others for granted before they are there. */
export class Agreements {
  readonly #scene: Scene;

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  /** Publishes, assumes, finds out or asks for something. */
  async stir(): Promise<void> {
    const { world } = this.#scene;
    const does = world.chance.weighed({ publish: 4, assume: 4, settle: 2, record: 3 });
    world.count(`agreements: ${does}`);
    await { publish: this.#publish, assume: this.#assume, settle: this.#settle, record: this.#record }[does]();
  }

  #publish = async () => {
    const { chance } = this.#scene.world;
    const action = chance.pick([undefined, "activate", "draft", "deprecate"] as const);
    const version = chance.is(0.2) ? chance.pick(["v0.1", "v0.2"]) : undefined;
    const node = this.#node();
    const text = { kind: "json_schema", specification: this.#some().join("\n") } as const;
    const request = {
      ...this.#speaker(),
      contract: this.#contract(),
      consumers: chance.is(0.3) && node ? [`node:${node}`] : chance.is(0.3) ? ["eve"] : [],
      ...(action ? { action } : {}),
      ...(version === undefined ? {} : { version }),
      ...(action === "deprecate" || (version !== undefined && chance.is(0.5)) ? {} : { text }),
    };
    await this.#ask("publish_contract", (execution, call) => execution.publishContract(request, call));
  };

  #assume = async () => {
    const { chance } = this.#scene.world;
    const contract = this.#contract();
    const check = chance.pick<AssumptionCheck | undefined>([
      { is: "contract_has", contract, fields: this.#some() },
      { is: "contract_covers", contract, requirement: "r1" },
      { is: "path_exists", path: chance.is(0.5) ? "src/new.txt" : "lib.txt" },
      undefined,
    ]);
    const node = this.#node();
    const depends = node && chance.is(0.6) ? [{ kind: "node", id: node } as const] : [];
    const about = { kind: "contract", id: contract } as const;
    const request = { ...this.#speaker(), text: "it is so", about, depends, ...(check ? { check } : {}) };
    await this.#ask("track_assumption", (execution, call) => execution.trackAssumption(request, call));
  };

  #settle = async () => {
    const { chance } = this.#scene.world;
    const assumption = chance.pick([...this.#scene.rules.shadow.speculation.assumptions.keys()]);
    const verdict = chance.pick(["validated", "invalidated", "superseded"] as const) ?? "validated";
    if (assumption === undefined) return;
    const request = { ...this.#speaker(), assumption, verdict, notes: "now we know" };
    await this.#ask("settle_assumption", (execution, call) => execution.settleAssumption(request, call));
  };

  #record = async () => {
    const { chance } = this.#scene.world;
    const artifact = { kind: chance.is(0.8) ? "requirement" : "design", id: chance.is(0.5) ? "r1" : "r2" } as const;
    const requires = chance.is(0.7) ? [{ contract: this.#contract(), fields: this.#some() }] : [];
    const rollback = chance.is(0.2);
    const request = {
      ...this.#speaker(),
      artifact,
      rollback,
      ...(rollback ? { version: chance.pick(["1", "2"]) ?? "1" } : { requires, content: `${chance.between(1, 9)}` }),
    };
    await this.#ask("record_artifact", (execution, call) => execution.recordArtifact(request, call));
  };

  #contract(): string {
    return this.#scene.world.chance.pick(contracts) ?? contracts[0];
  }

  #some(): string[] {
    const { chance } = this.#scene.world;
    const found = fields.filter(() => chance.is(0.6));
    return found.length > 0 ? found : ["id"];
  }

  #node(): string | undefined {
    const { chance } = this.#scene.world;
    const nodes = [...this.#scene.rules.shadow.plans.values()].flatMap((plan) => [...plan.nodes.values()]);
    const node = chance.pick(nodes);
    return node && `${node.plan}/${node.id}`;
  }

  /** Somebody with a lease, which may be over, or without one. */
  #speaker(): { readonly agent: string; readonly lease?: string } {
    const { chance } = this.#scene.world;
    const caller = chance.is(0.5) ? chance.pick(this.#scene.callers.slice(-4)) : undefined;
    return caller ? { agent: caller.agent, lease: caller.lease } : { agent: "hal" };
  }

  async #ask(what: string, act: (execution: LocalExecution, call: CallContext) => Promise<object>): Promise<void> {
    const { world } = this.#scene;
    const running = world.chance.pick(this.#scene.running());
    if (!running) return;
    const requestId = world.chance.is(0.3) ? this.#scene.requestId() : undefined;
    const outcome = await this.#scene.ask(running, what, act, requestId);
    if (outcome.is === "answer")
      world.count(`${what}: ${"refused" in outcome.answer ? outcome.answer.refused : "done"}`);
  }
}
