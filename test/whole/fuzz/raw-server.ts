/** A real server over stdio, spoken to in bytes, so that anything can be said to it. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { expect } from "vitest";
import { main } from "../../cli/command-line.ts";

export type Era = "2025-11-25" | "2026-07-28";

const clientInfo = { name: "vandal", version: "0" };

/** What every request of the newer protocol carries. */
const envelope = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientInfo": clientInfo,
  "io.modelcontextprotocol/clientCapabilities": {},
};

export class RawServer {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #era: Era;
  /** How often each id was answered, as JSON. */
  readonly answered = new Map<string, number>();
  /** Ids of requests that are sound, as JSON: each must be answered, with a result or an error. */
  readonly owes = new Set<string>();
  readonly #listeners = new Set<() => void>();
  /** Lines that were no message. */
  readonly garbage: string[] = [];
  stderr = "";
  #probes = 0;

  private constructor(folder: string, era: Era) {
    this.#era = era;
    this.#process = spawn(process.execPath, [main, "mcp", "--profile", "all", "--root", folder]);
    this.#process.stdin.on("error", () => undefined);
    let rest = "";
    this.#process.stdout.on("data", (chunk: Buffer) => {
      const lines = `${rest}${chunk}`.split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) this.#heard(line);
    });
    this.#process.stderr.on("data", (chunk: Buffer) => {
      this.stderr += chunk;
    });
    this.#process.once("close", () => this.#tell());
  }

  static async start(folder: string, era: Era): Promise<RawServer> {
    const server = new RawServer(folder, era);
    if (era === "2025-11-25") {
      const params = { protocolVersion: era, capabilities: {}, clientInfo };
      await server.ask("hello", "initialize", params);
      server.say(JSON.stringify({ jsonrpc: "2.0", method: "notifications/initialized" }));
    } else await server.ask("hello", "server/discover", {});
    return server;
  }

  /** A request as a client of this era would write it. */
  request(id: unknown, method: string, params: object): Record<string, unknown> {
    const meta = this.#era === "2026-07-28" ? { _meta: envelope } : {};
    return { jsonrpc: "2.0", id, method, params: { ...params, ...meta } };
  }

  say(line: string | Uint8Array): void {
    this.#process.stdin.write(line);
    this.#process.stdin.write("\n");
  }

  /** Says something and waits until it was answered. */
  async ask(id: string, method: string, params: object): Promise<void> {
    this.say(JSON.stringify(this.request(id, method, params)));
    await this.#until(() => this.answered.has(JSON.stringify(id)));
  }

  /** Fails unless the server still answers a call. */
  async livesOn(): Promise<void> {
    this.#probes += 1;
    await this.ask(`probe-${this.#probes}`, "tools/call", { name: "get_status", arguments: {} });
  }

  /** Waits until everything that is owed was answered. */
  async paysUp(): Promise<void> {
    await this.#until(() => [...this.owes].every((id) => this.answered.has(id)));
  }

  /** Goes, and returns how the server ended. */
  async leave(): Promise<unknown> {
    const ended = once(this.#process, "exit");
    this.#process.stdin.end();
    return ended;
  }

  kill(): void {
    this.#process.kill("SIGKILL");
  }

  #heard(line: string): void {
    const message = parsed(line);
    if (message?.["jsonrpc"] !== "2.0") this.garbage.push(line.slice(0, 200));
    else if ("id" in message && !("method" in message)) {
      const id = JSON.stringify(message["id"]);
      this.answered.set(id, (this.answered.get(id) ?? 0) + 1);
    }
    this.#tell();
  }

  async #until(done: () => boolean): Promise<void> {
    while (!done()) {
      const { exitCode, signalCode } = this.#process;
      if (exitCode !== null || signalCode !== null)
        expect.fail(`the server ended with ${exitCode ?? signalCode}: ${this.stderr.slice(-2_000)}`);
      await new Promise<void>((resolve) => {
        this.#listeners.add(resolve);
      });
    }
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
    this.#listeners.clear();
  }
}

function parsed(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
