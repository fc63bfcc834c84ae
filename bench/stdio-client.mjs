// As much of an MCP client as measuring takes: JSON-RPC, a message a line, over a server's stdin and stdout.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** A server in a process of its own, and one client of it. */
export class StdioClient {
  #server;
  #waiting = new Map();
  #lastId = 0;

  /** Starts `node <args>` and greets it. Its stderr becomes ours. */
  static async start(args, { name = "bench", env = process.env } = {}) {
    const client = new StdioClient(args, env);
    const clientInfo = { name, version: "1" };
    await client.request("initialize", { protocolVersion: "2025-11-25", capabilities: {}, clientInfo });
    client.#send({ method: "notifications/initialized" });
    return client;
  }

  constructor(args, env) {
    this.#server = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"], env });
    this.#server.stdin.on("error", () => undefined);
    createInterface(this.#server.stdout).on("line", (line) => this.#receive(JSON.parse(line)));
    this.#server.once("close", () => {
      for (const { reject } of this.#waiting.values()) reject(new Error("the server has ended"));
    });
  }

  get pid() {
    return this.#server.pid;
  }

  request(method, params) {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#send({ id, method, params });
    });
  }

  /** The structured content of a tool's reply. */
  async call(name, input) {
    const { structuredContent } = await this.request("tools/call", { name, arguments: input });
    return structuredContent;
  }

  async close() {
    if (this.#server.exitCode !== null || this.#server.signalCode !== null) return;
    const closed = once(this.#server, "close");
    this.#server.stdin.end();
    await closed;
  }

  #send(message) {
    this.#server.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  }

  #receive({ id, method, result, error }) {
    if (method !== undefined) {
      if (id !== undefined) this.#send({ id, result: {} });
      return;
    }
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error) waiting?.reject(new Error(error.message));
    else waiting?.resolve(result);
  }
}
