import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { describe, expect, test } from "vitest";
import { interlock, main, startInterlock, temporaryFolder, temporaryRepository } from "./command-line.ts";

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

describe("decide", () => {
  test("[K5] a person settles with words what agents are at odds about, and status shows it until then", async () => {
    const { folder } = temporaryRepository({ "a.txt": "a" });
    const client = await connected(folder, ["--profile", "all"]);
    const plan = { id: "p", title: "P", nodes: [{ id: "a" }, { id: "b" }] };
    await client.callTool({ name: "submit_plan", arguments: { plan } });
    for (const agent of ["ann", "bob"]) await client.callTool({ name: "request_next_node", arguments: { agent } });
    const about = { type: "decision", severity: "critical", description: "Which store?", agents: ["ann", "bob"] };
    const reported = await client.callTool({ name: "report_conflict", arguments: { agent: "cat", ...about } });
    const { conflict_id: id } = reported.structuredContent as { conflict_id: string };
    expect((await interlock(folder, ["status"])).stdout).toMatch(
      new RegExp(`conflicts\\n +${id} +critical +decision .* pauses +p/a, p/b`),
    );
    const unsaid = await interlock(folder, ["decide", id]);
    expect(unsaid).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("decision: is needed") });
    const settled = await interlock(folder, ["decide", id, "SQLite, everywhere"]);
    expect(settled).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("> SQLite, everywhere") });
    const again = await interlock(folder, ["decide", id, "no, PostgreSQL", "--json"]);
    expect([again.exitCode, JSON.parse(again.stdout)]).toMatchObject([1, { refused: "conflict_over" }]);
    expect((await interlock(folder, ["status"])).stdout).not.toMatch(/^conflicts$/m);
    const news = await client.callTool({ name: "get_status", arguments: { agent: "bob" } });
    expect(JSON.stringify(news.structuredContent)).toContain("SQLite, everywhere");
    await client.close();
  });
});
