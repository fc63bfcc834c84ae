// As much of an MCP client as measuring takes: JSON-RPC, a message a line, over a server's stdin and stdout.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** A server in a process of its own, and one client of it. */
export class StdioClient {
  #server;
  #waiting = new Map();
  #lastId = 0;

  /** Starts `node <args>` and greets it. Its stderr becomes ours, or goes where `stderr` says. */
  static async start(args, { name = "bench", env = process.env, stderr = "inherit" } = {}) {
    const client = new StdioClient(args, env, stderr);
    const clientInfo = { name, version: "1" };
    await client.request("initialize", { protocolVersion: "2025-11-25", capabilities: {}, clientInfo });
    client.#send({ method: "notifications/initialized" });
    return client;
  }

  constructor(args, env, stderr) {
    this.#server = spawn(process.execPath, args, { stdio: ["pipe", "pipe", stderr], env });
    this.#server.stdin.on("error", () => undefined);
    createInterface(this.#server.stdout).on("line", (line) => this.#receive(JSON.parse(line)));
    this.#server.once("close", () => {
      for (const { reject } of this.#waiting.values()) reject(new Error("the server has ended"));
    });
  }

  get pid() {
    return this.#server.pid;
  }

  /** What it says beside the protocol, when it was started with `stderr: "pipe"`. */
  get stderr() {
    return this.#server.stderr;
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

  /** Goes as a client does, and returns how the server ended: its exit code or its signal. */
  async close() {
    if (this.#server.exitCode === null && this.#server.signalCode === null) {
      const closed = once(this.#server, "close");
      this.#server.stdin.end();
      await closed;
    }
    return this.#server.exitCode ?? this.#server.signalCode;
  }

  kill() {
    this.#server.kill("SIGKILL");
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
