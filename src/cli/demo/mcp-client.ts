import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";

/** What a tool answered: its structured content. */
export type ToolReply = Readonly<Record<string, unknown>>;

/** The server's process has ended, so that nothing more will be answered. */
export class ServerGone extends Error {
  override readonly name = "ServerGone";
}

interface Message {
  readonly id?: number | string;
  readonly method?: string;
  readonly result?: { readonly structuredContent?: ToolReply };
  readonly error?: { readonly message: string };
}

interface Waiting {
  readonly resolve: (result: NonNullable<Message["result"]>) => void;
  readonly reject: (fault: Error) => void;
}

/** As much of an MCP client as calling tools takes: JSON-RPC, a message a line, over the server's stdin and stdout. */
export class McpClient {
  readonly #server: ChildProcessByStdio<Writable, Readable, null>;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;

  /** Starts a server and greets it. Its stderr becomes ours. */
  static async start(command: string, args: readonly string[], clientName: string): Promise<McpClient> {
    const client = new McpClient(command, args);
    const clientInfo = { name: clientName, version: "1" };
    await client.#request("initialize", { protocolVersion: "2025-11-25", capabilities: {}, clientInfo });
    client.#send({ method: "notifications/initialized" });
    return client;
  }

  private constructor(command: string, args: readonly string[]) {
    this.#server = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
    // A server that was killed no longer reads; that it ended is said below.
    this.#server.stdin.on("error", () => undefined);
    createInterface(this.#server.stdout).on("line", (line) => this.#receive(JSON.parse(line)));
    this.#server.once("error", (fault) => this.#giveUp(fault));
    this.#server.once("close", () => this.#giveUp(new ServerGone("the MCP server has ended")));
  }

  get serverPid(): number | undefined {
    return this.#server.pid;
  }

  async callTool(name: string, input: object): Promise<ToolReply> {
    const { structuredContent } = await this.#request("tools/call", { name, arguments: input });
    if (!structuredContent) throw new Error(`${name} answered without structured content`);
    return structuredContent;
  }

  /** Says goodbye as clients do, by closing the server's stdin, and waits until it has ended. */
  async close(): Promise<void> {
    if (this.#hasEnded()) return;
    const ended = once(this.#server, "close");
    this.#server.stdin.end();
    const impatience = setTimeout(() => this.#server.kill("SIGKILL"), 5_000);
    await ended;
    clearTimeout(impatience);
  }

  #request(method: string, params: object): Promise<NonNullable<Message["result"]>> {
    if (this.#hasEnded()) return Promise.reject(new ServerGone("the MCP server has ended"));
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#send({ id, method, params });
    });
  }

  #send(message: object): void {
    this.#server.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  }

  #receive({ id, method, result, error }: Message): void {
    if (method !== undefined) {
      if (id === undefined) return;
      if (method === "ping") this.#send({ id, result: {} });
      else this.#send({ id, error: { code: -32601, message: `this client does not know ${method}` } });
      return;
    }
    const waiting = this.#waiting.get(Number(id));
    this.#waiting.delete(Number(id));
    if (error) waiting?.reject(new Error(error.message));
    else waiting?.resolve(result ?? {});
  }

  #hasEnded(): boolean {
    return this.#server.exitCode !== null || this.#server.signalCode !== null;
  }

  #giveUp(fault: Error): void {
    for (const { reject } of this.#waiting.values()) reject(fault);
    this.#waiting.clear();
  }
}
