import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { interlock } from "../built.mjs";
import { StdioClient } from "../stdio-client.mjs";
import { work } from "./agent.mjs";

const measured = fileURLToPath(new URL("measured.mjs", import.meta.url));

/** Where servers leave profiles of what they spent their time on, for whoever looks for the cause of something. */
const profiles = process.env.INTERLOCK_LOAD_PROFILES;

/** One server with its agents, as a client with sub-agents has them. A guest leaves now and then, and comes back. */
export class Crew {
  isGuest;
  #about;
  #agents;
  #client;
  #isLeaving = false;

  constructor({ agents, isGuest, ...about }) {
    this.isGuest = isGuest;
    this.#agents = agents;
    this.#about = about;
  }

  get pid() {
    return this.#client?.pid;
  }

  call = async (tool, input) => {
    try {
      return await this.#client.call(tool, input);
    } catch (fault) {
      this.#about.wrong(`${tool} failed: ${fault.message}`);
      return {};
    }
  };

  async arrive() {
    const { root, measures, wrong } = this.#about;
    const env = { ...process.env, INTERLOCK_LOAD_MEASURES: measures };
    const profile = profiles === undefined ? [] : ["--cpu-prof", "--cpu-prof-dir", profiles];
    const args = [
      "--expose-gc",
      ...profile,
      "--import",
      measured,
      interlock,
      "mcp",
      "--root",
      root,
      "--profile",
      "all",
    ];
    this.#client = await StdioClient.start(args, { name: "load", env, stderr: "pipe" });
    createInterface(this.#client.stderr).on("line", (line) => wrong(`a server said ${line.slice(0, 1_000)}`));
    this.#isLeaving = false;
  }

  /** All its agents work until everything is over; a guest goes after a while and comes back as a new server. */
  async work() {
    const { isOver, random, count, wrong, guestSeconds } = this.#about;
    while (!isOver()) {
      const timer = this.isGuest ? setTimeout(() => this.leave(), guestSeconds * 1_000) : undefined;
      const until = () => this.#isLeaving || isOver();
      const { call } = this;
      await Promise.all(this.#agents.map((name) => work({ name, call, random, isOver: until, count, wrong })));
      clearTimeout(timer);
      if (!this.#isLeaving || isOver()) break;
      await this.close();
      count("guests gone");
      await this.arrive();
    }
  }

  /** Its agents take no further node. */
  leave() {
    this.#isLeaving = true;
  }

  async close() {
    const code = await this.#client.close();
    if (code !== 0) this.#about.wrong(`a server ended with ${code}`);
  }

  kill() {
    this.#client?.kill();
  }
}
