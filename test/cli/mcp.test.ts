import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { describe, expect, test } from "vitest";
import { main, startInterlock, temporaryFolder, temporaryRepository } from "./command-line.ts";

async function connected(cwd: string, args: readonly string[] = []) {
  const client = new Client({ name: "test", version: "0" });
  await client.connect(new StdioClientTransport({ command: process.execPath, args: [main, "mcp", ...args], cwd }));
  return client;
}

describe("mcp", () => {
  test("it serves the workspace of the folder that it was started in", async () => {
    const { folder } = temporaryRepository({ "a.txt": "a" });
    const client = await connected(folder, ["--profile", "planner"]);
    const submit = { name: "submit_plan", arguments: { plan: { id: "p", title: "P", nodes: [{ id: "a" }] } } };
    expect((await client.callTool(submit)).structuredContent).toMatchObject({ plan_id: "p", status: "active" });
    const next = await client.callTool({ name: "request_next_node", arguments: { agent: "ann" } });
    expect(next.structuredContent).toMatchObject({ status: "assigned", node: { id: "a" } });
    await client.close();
  });

  test("it starts where there is no repository, and each call says what is missing", async () => {
    const client = await connected(temporaryFolder());
    expect((await client.listTools()).tools.length).toBeGreaterThan(5);
    const answer = await client.callTool({ name: "get_status", arguments: {} });
    expect(answer).toMatchObject({ isError: true, structuredContent: { refused: "no_repository" } });
    await client.close();
  });

  test("[C1] it ends with 0 when its client goes or the system asks it to, and with 2 for a profile that is not there", async () => {
    const folder = temporaryFolder();
    const left = startInterlock(folder, ["mcp"]);
    left.child.stdin.end();
    expect(await left.ended).toBe(0);
    const asked = startInterlock(folder, ["mcp"]);
    asked.child.stdin.write('{"jsonrpc":"2.0","id":1,"method":"ping"}\n');
    await asked.said('"id":1');
    asked.child.kill("SIGTERM");
    expect(await asked.ended).toBe(0);
    expect(await startInterlock(folder, ["mcp", "--profile", "boss"]).ended).toBe(2);
  });
});
