import { execFile } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { interlock } from "../built.mjs";
import { shared } from "./repository.mjs";

const run = promisify(execFile);

/** Plans of small nodes without end: as soon as one is finished it is landed on its target, and another one comes. */
export class EndlessPlans {
  landed = 0;
  #made = 0;
  #open = new Set();
  #ending = false;
  #call;
  #about;

  /** `call` reaches a server that has the planner's tools. */
  constructor(call, about) {
    this.#call = call;
    this.#about = about;
  }

  /** Keeps so many plans going until it is told to end, and returns when the last one has landed. */
  async keep(atOnce) {
    while (!this.#ending || this.#open.size > 0) {
      while (!this.#ending && this.#open.size < atOnce) await this.#submit();
      for (const plan of this.#open) if (await this.#isFinished(plan)) await this.#land(plan);
      await sleep(500);
    }
  }

  /** No new plans; those that are open are worked to their end. */
  end() {
    this.#ending = true;
  }

  get over() {
    return this.#ending && this.#open.size === 0;
  }

  async #submit() {
    this.#made += 1;
    const id = `load-${this.#made}`;
    const { status, ...rest } = await this.#call("submit_plan", { plan: planOf(id, this.#about.nodes) });
    if (status !== "active") throw new Error(`${id} was not taken: ${JSON.stringify(rest)}`);
    this.#open.add(id);
  }

  async #isFinished(plan) {
    const { plans = [] } = await this.#call("get_status", { plan_id: plan });
    return plans.some(({ plan_id: id, status }) => id === plan && (status === "finished" || status === "landed"));
  }

  /**
   * As its owner would, from the terminal. When other plans landed before, that takes a merge, which the train makes; when
   * that conflicts, it takes an agent, and the plan goes on.
   */
  async #land(plan) {
    const args = [interlock, "land", plan, "--json", "--root", this.#about.root];
    const { stdout, stderr } = await run(process.execPath, args).catch((failed) => failed);
    if (/"problem": ".* moved meanwhile/.test(stdout)) return;
    if (!/"landed"/.test(stdout)) this.#about.wrong(`land ${plan}: ${stdout}${stderr}`);
    this.#open.delete(plan);
    this.landed += 1;
  }
}

/** Most nodes write files of their own, some edit what others edit too, some wait for another one. */
function planOf(id, size) {
  const nodes = Array.from({ length: size }, (_, i) => {
    const own = `src/area-${i % 30}/${id}-${i}.txt`;
    const edits = i % 5 === 0 ? [`shared/${i % shared.files}.txt`] : [];
    return {
      id: `n${i}`,
      title: `Change part ${i} of ${id}`,
      instructions: `Do what part ${i} needs, and nothing else.`,
      writes: i % 7 === 0 ? [own, `docs/${id}/${i}/**`] : [own],
      edits,
      ...(i % 6 === 5 ? { depends_on: [`n${i - 3}`] } : {}),
      ...(i % 11 === 0 ? { uses: ["port"] } : {}),
      estimate_minutes: 1 + (i % 3),
    };
  });
  return { id, title: `Load ${id}`, policy: { max_parallel: 1000 }, nodes };
}
