/** A client can go at any moment, and its server goes with it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { temporaryRepository } from "../cli/command-line.ts";

const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const clientInfo = { name: "hasty", version: "0" };
const messages = [
  { id: 1, method: "initialize", params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo } },
  { method: "notifications/initialized" },
  { id: 2, method: "tools/call", params: { name: "request_next_node", arguments: { agent: "ann" } } },
];

test.each([0, 100, 200, 300, 400, 500, 700])(
  "a client that goes %i ms after its first call leaves no server behind",
  async (ms) => {
    const { folder } = temporaryRepository({ "a.txt": "a\n" });
    const server = spawn(process.execPath, [main, "mcp", "--root", folder], { stdio: ["pipe", "ignore", "pipe"] });
    for (const message of messages) server.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
    setTimeout(() => server.stdin.end(), ms);
    expect(await once(server, "exit")).toEqual([0, null]);
  },
);
