import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Client as NewClient } from "@modelcontextprotocol/client";
import { StdioClientTransport as NewTransport } from "@modelcontextprotocol/client/stdio";
import { Client as OldClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport as OldTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { describe, expect, test } from "vitest";

const child = fileURLToPath(new URL("./children/serve-fake.mjs", import.meta.url));
const server = { command: process.execPath, args: [child], stderr: "pipe" as const };
const call = { name: "report_progress", arguments: { agent: "ann", lease: "l" } };

/** Resolves when the server has said this on stderr. */
function said(stream: NodeJS.ReadableStream | null, text: string): Promise<void> {
  return new Promise((resolve) => {
    let all = "";
    stream?.on("data", (chunk: Buffer) => {
      all += chunk.toString();
      if (all.includes(text)) resolve();
    });
  });
}

describe("over stdio", () => {
  test("[M1] a client of the older protocol lists tools, calls them, and reads refusals", async () => {
    const client = new OldClient({ name: "old", version: "0" });
    await client.connect(new OldTransport(server));
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain("request_next_node");
    expect((await client.callTool(call)).structuredContent).toMatchObject({
      lease_expires_at: "1970-01-01T00:00:00.000Z",
    });
    const refused = await client.callTool({ name: "report_progress", arguments: {} });
    expect(refused).toMatchObject({ isError: true, structuredContent: { refused: "invalid_input" } });
    await client.close();
  });

  test("[M1] a client of the newer protocol does the same without a session", async () => {
    const client = new NewClient({ name: "new", version: "0" }, { versionNegotiation: { mode: "auto" } });
    await client.connect(new NewTransport(server));
    expect(client.getNegotiatedProtocolVersion()).toBe("2026-07-28");
    expect(client.getInstructions()).toContain("request_next_node");
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain("request_next_node");
    expect((await client.callTool(call)).structuredContent).toMatchObject({
      lease_expires_at: "1970-01-01T00:00:00.000Z",
    });
    const refused = await client.callTool({ name: "report_progress", arguments: {} });
    expect(refused).toMatchObject({ isError: true, structuredContent: { refused: "invalid_input" } });
    await client.close();
  });

  test.each(["old", "new"] as const)("[M6] cancelling a request of an %s client ends its wait", async (kind) => {
    const transport = kind === "old" ? new OldTransport(server) : new NewTransport(server);
    const waiting = said(transport.stderr as NodeJS.ReadableStream | null, "waiting");
    const ended = said(transport.stderr as NodeJS.ReadableStream | null, "wait ended");
    const cancelling = new AbortController();
    const options = { signal: cancelling.signal };
    const wait = { name: "request_next_node", arguments: { agent: "ann" } };
    let close: () => Promise<void>;
    let answer: Promise<unknown>;
    if (transport instanceof OldTransport) {
      const client = new OldClient({ name: "old", version: "0" });
      await client.connect(transport);
      answer = client.callTool(wait, undefined, options);
      close = () => client.close();
    } else {
      const client = new NewClient({ name: "new", version: "0" }, { versionNegotiation: { mode: "auto" } });
      await client.connect(transport);
      answer = client.callTool(wait, options);
      close = () => client.close();
    }
    const cancelled = expect(answer).rejects.toThrow();
    await waiting;
    cancelling.abort();
    await cancelled;
    await ended;
    await close();
  });

  test("[M5] a client of the newer protocol is known by the name in each request", async () => {
    const transport = new NewTransport(server);
    const waiting = said(transport.stderr as NodeJS.ReadableStream | null, "waiting 110000");
    const client = new NewClient({ name: "claude-code", version: "0" }, { versionNegotiation: { mode: "auto" } });
    await client.connect(transport);
    const cancelling = new AbortController();
    const wait = { name: "request_next_node", arguments: { agent: "ann", wait_seconds: 10_000 } };
    const cancelled = expect(client.callTool(wait, { signal: cancelling.signal })).rejects.toThrow();
    await waiting;
    cancelling.abort();
    await cancelled;
    await client.close();
  });
});

describe("the process", () => {
  const initialize = {
    jsonrpc: "2.0",
    id: 1,
    method: "initialize",
    params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "raw", version: "0" } },
  };
  const waiting = {
    jsonrpc: "2.0",
    id: 2,
    method: "tools/call",
    params: { name: "request_next_node", arguments: { agent: "ann" } },
  };

  async function startWaiting(): Promise<ChildProcessWithoutNullStreams> {
    const process_ = spawn(process.execPath, [child]);
    const began = said(process_.stderr, "waiting");
    for (const message of [initialize, { jsonrpc: "2.0", method: "notifications/initialized" }, waiting])
      process_.stdin.write(`${JSON.stringify(message)}\n`);
    await began;
    return process_;
  }

  test("ends by itself when its client closes stdin, even with a call that waits", async () => {
    const process_ = await startWaiting();
    process_.stdin.end();
    expect(await once(process_, "exit")).toEqual([0, null]);
  });

  test("ends when it is asked to by a signal", async () => {
    const process_ = await startWaiting();
    process_.kill("SIGTERM");
    expect(await once(process_, "exit")).toEqual([0, null]);
  });

  test("[M3] writes nothing but messages of the protocol to stdout, whatever it is sent", async () => {
    const process_ = spawn(process.execPath, [child]);
    let output = "";
    process_.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
    const answered = new Promise<void>((resolve) =>
      process_.stdout.on("data", () => output.includes('"id":9') && resolve()),
    );
    const list = { jsonrpc: "2.0", id: 9, method: "tools/list" };
    process_.stdin.write(
      `${JSON.stringify(initialize)}\nnot json\n{"jsonrpc":"2.0","id":3,"method":"no/such"}\n[]\n${JSON.stringify(list)}\n`,
    );
    await answered;
    process_.stdin.end();
    await once(process_, "exit");
    for (const line of output.trim().split("\n")) expect(JSON.parse(line)).toMatchObject({ jsonrpc: "2.0" });
  });
});
