import type { AgentName } from "../core/ids.ts";
import { freeName } from "../core/node/hand-out.ts";
import type { Refused } from "./answers.ts";
import type { Hands } from "./hands.ts";

const prefix = "call/";

/** An agent's name, shown as taken to other processes while a call of the agent waits in this one. */
export class NameInUse {
  readonly #hands: Hands;
  readonly #agent: AgentName;
  #isTaken = false;

  constructor(hands: Hands, agent: AgentName) {
    this.#hands = hands;
    this.#agent = agent;
  }

  /** Refused while a call in another living process has it. */
  async take(): Promise<Refused | undefined> {
    if (this.#isTaken) return undefined;
    const { manager, process, liveness } = this.#hands;
    const key = prefix + this.#agent;
    const other = await manager.log.readCell(manager.stream, key);
    if (other !== undefined && other !== process && liveness(other) !== "gone")
      return { refused: "agent_name_taken", freeName: freeName(manager.workspace.agents, this.#agent) };
    await manager.log.swapCell(manager.stream, key, other, process);
    this.#isTaken = true;
    return undefined;
  }

  /** How many names that come before this one are in use by calls that wait, in all processes. */
  async turn(): Promise<number> {
    const { manager } = this.#hands;
    const inUse = await manager.log.listCells(manager.stream, prefix);
    return [...inUse.keys()].filter((key) => key < prefix + this.#agent).length;
  }

  async giveBack(): Promise<void> {
    if (!this.#isTaken) return;
    const { manager, process } = this.#hands;
    await manager.log.swapCell(manager.stream, prefix + this.#agent, process, undefined);
    this.#isTaken = false;
  }
}
