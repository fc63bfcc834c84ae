import type { WorkspaceCommand } from "../../src/core/command.ts";
import { inForce } from "../../src/core/speculation/contracts.ts";
import { openConvergences } from "../../src/core/speculation/convergences.ts";
import { fieldsAsked } from "../../src/core/speculation/looking.ts";
import { contractName as contract } from "./plans.ts";
import type { Scene } from "./scene.ts";

/** Those who agree on a contract, and break it; what its versions say is a list of numbers. */
export class Publishers {
  readonly #scene: Scene;
  #versions = 0;

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  async stir(): Promise<void> {
    const { chance } = this.#scene.world;
    const current = inForce(this.#scene.rules.shadow.speculation.contracts.get(contract));
    const does = chance.weighed({ compatible: 2, breaking: 1, deprecate: current ? 0.5 : 0, decide: 2 });
    this.#scene.world.count(`publishers: ${does}`);
    if (does === "decide") await this.end();
    else if (does === "deprecate") await this.#publish("deprecate", "compatible");
    else await this.#publish("activate", does);
  }

  /** People decide that it is as it is; and without any version nobody would ever begin. */
  async end(): Promise<void> {
    for (const { id: convergence } of openConvergences(this.#scene.rules.shadow)) {
      const by = { agent: "operator" };
      await this.#say({ type: "CompleteConvergence", by, convergence, decisions: ["go on"], rework: [], gates: {} });
    }
    const known = this.#scene.rules.shadow.speculation.contracts.get(contract);
    if (inForce(known)?.status !== "ACTIVE") await this.#publish("activate", "compatible");
  }

  async #publish(action: "activate" | "deprecate", change: "compatible" | "breaking"): Promise<void> {
    this.#versions += 1;
    const said = `${this.#versions}`;
    const { shadow } = this.#scene.rules;
    const current = inForce(shadow.speculation.contracts.get(contract));
    const about = { type: "PublishContract", agent: "arch", contract, consumers: { agents: [], nodes: [] } } as const;
    const how = { action, against: current?.at ?? 0, change, findings: [] };
    if (action === "deprecate") return this.#say({ ...about, ...how });
    const text = { kind: "json_schema", specification: said, digest: said } as const;
    const looked = { contract, at: 0, asked: [...fieldsAsked(shadow, contract)], lacks: [] };
    return this.#say({ ...about, ...how, text, looked });
  }

  async #say(command: WorkspaceCommand): Promise<void> {
    const running = this.#scene.world.chance.pick(this.#scene.running());
    if (running) await this.#scene.ask(running, command.type, () => running.manager.execute(command));
  }
}
