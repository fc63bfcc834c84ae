import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { AgentNews, Untold } from "./agent-news.ts";
import { McpClient, ServerGone, type ToolReply } from "./mcp-client.ts";
import { type Assignment, nextNodeReply } from "./replies.ts";

/** What an agent works with: the tools, somebody who listens, and its name. */
export interface Desk {
  readonly call: (tool: string, input: object) => Promise<ToolReply>;
  readonly tell: (news: Untold) => void;
  readonly isMine: (agent: string) => boolean;
}

interface AgentOptions {
  readonly name: string;
  readonly root: string;
  /** The plan that it works on; without, whichever there is, also one that is yet to come. */
  readonly plan?: string;
  readonly capabilities?: readonly string[];
  /** The tools that its server offers. */
  readonly profile?: "planner";
  readonly work: (assignment: Assignment, desk: Desk) => Promise<void>;
  /** Reads each reply, beside whoever asked for it. */
  readonly hear?: (reply: ToolReply, desk: Desk) => void;
  /** What there is to do when a wait for a node has brought none. */
  readonly meanwhile?: (desk: Desk) => Promise<void>;
}

const interlock = fileURLToPath(new URL("../main.js", import.meta.url));

/**
 * The life of a demo's agent: it starts an MCP server of its own, as a coding agent does, asks it for nodes and works on
 * them until the plan is finished. It decides only from what the tools reply.
 */
export class AgentLoop {
  readonly #options: AgentOptions;
  #agent: string;
  #client: McpClient | undefined;

  constructor(options: AgentOptions) {
    this.#options = options;
    this.#agent = options.name;
  }

  async run(): Promise<void> {
    // Whoever reads our news may be gone; the work goes on.
    process.stdout.on("error", () => undefined);
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.once(signal, () => void this.#leave());
    await this.#workUntilNothingIsLeft();
    await this.#leave();
  }

  async #workUntilNothingIsLeft(): Promise<void> {
    const { work, meanwhile } = this.#options;
    for (;;) {
      try {
        const assignment = await this.#nextNode();
        if (assignment === "finished") return;
        if (assignment) await work(assignment, this.#desk(assignment.node.id));
        else await meanwhile?.(this.#desk());
      } catch (fault) {
        if (!(fault instanceof ServerGone)) throw fault;
        this.#tell({ is: "told", say: "lost its MCP server, starts another one and asks for its node again" });
        await pause(200);
      }
    }
  }

  /** A node, nothing for now, or word that there is nothing left. */
  async #nextNode(): Promise<Assignment | "finished" | undefined> {
    this.#tell({ is: "doing", doing: "waits for a node" });
    const reply = await this.#request({});
    if ("refused" in reply) {
      if (reply.free_name !== undefined) this.#agent = reply.free_name;
      else await pause(500);
      return undefined;
    }
    if (reply.status === "none") return reply.reason === "plan_finished" ? "finished" : undefined;
    if (!reply.parked) return reply;
    const say = `finds unfinished work under ${reply.parked.ref} and goes on from it`;
    this.#tell({ is: "told", say }, reply.node.id);
    const again = await this.#request({ accept_parked: true });
    return "status" in again && again.status === "assigned" ? again : undefined;
  }

  async #request(more: { readonly accept_parked?: boolean }) {
    const { plan, capabilities } = this.#options;
    const which = { ...(plan === undefined ? {} : { plan_id: plan }), ...(capabilities ? { capabilities } : {}) };
    const desk = this.#desk();
    return nextNodeReply.parse(await desk.call("request_next_node", { ...which, wait_seconds: 30, ...more }));
  }

  async #call(tool: string, input: object, desk: Desk): Promise<ToolReply> {
    this.#client ??= await this.#connect();
    try {
      const who = tool === "read_contract" ? {} : { agent: this.#agent };
      const reply = await this.#client.callTool(tool, { ...who, ...input });
      this.#options.hear?.(reply, desk);
      return reply;
    } catch (fault) {
      if (fault instanceof ServerGone) this.#client = undefined;
      throw fault;
    }
  }

  async #connect(): Promise<McpClient> {
    const { name, root, profile } = this.#options;
    const args = ["mcp", "--root", root, ...(profile === undefined ? [] : ["--profile", profile])];
    const connected = await McpClient.start(process.execPath, [interlock, ...args], `demo-${name}`);
    this.#tell({ is: "ready", pid: process.pid, serverPid: connected.serverPid ?? 0 });
    return connected;
  }

  #desk(node?: string): Desk {
    const desk: Desk = {
      call: (tool, input) => this.#call(tool, input, desk),
      tell: (news) => this.#tell(news, node),
      isMine: (other) => other === this.#agent,
    };
    return desk;
  }

  #tell(news: Untold, node?: string): void {
    const told: AgentNews = { agent: this.#options.name, ...(node === undefined ? {} : { node }), ...news };
    process.stdout.write(`${JSON.stringify(told)}\n`);
  }

  async #leave(): Promise<void> {
    await this.#client?.close();
    process.exit(0);
  }
}
