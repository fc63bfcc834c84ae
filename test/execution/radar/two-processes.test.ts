/** Each agent has an MCP server of its own, as with real clients; one of the two processes is the steward. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { expect, onTestFinished, test } from "vitest";
import { temporaryRepository } from "../../cli/command-line.ts";
import { eventually } from "../odd/until.ts";

type Facts = Readonly<Record<string, unknown>>;
type Call = (name: string, args: Facts) => Promise<Facts>;

const main = fileURLToPath(new URL("../../../dist/cli/main.js", import.meta.url));

async function connect(root: string): Promise<Call> {
  const client = new Client({ name: "test", version: "0" });
  const args = [main, "mcp", "--profile", "planner", "--root", root];
  await client.connect(new StdioClientTransport({ command: process.execPath, args }));
  onTestFinished(() => client.close());
  return async (name, facts) => (await client.callTool({ name, arguments: facts })).structuredContent as Facts;
}

interface Work {
  readonly worktree: string;
  readonly who: { readonly agent: string; readonly lease: unknown };
}

async function take(call: Call, agent: string): Promise<Work> {
  const reply = await call("request_next_node", { agent });
  expect(reply).toMatchObject({ status: "assigned" });
  return { worktree: String(reply["worktree"]), who: { agent, lease: reply["lease"] } };
}

function clashIn(reply: Facts): Facts | undefined {
  const notices = (reply["notices"] ?? []) as readonly Facts[];
  return notices.find(({ kind }) => kind === "clash");
}

test("[R1] agents of two processes that edit the same lines learn of it in their next replies, before either completes", async () => {
  const { folder } = temporaryRepository({ "price.txt": "currency: euro\nvat: 19\nrounding: up\n" });
  const [one, two] = [await connect(folder), await connect(folder)];
  const nodes = ["lower", "raise"].map((id) => ({ id, title: id, edits: ["price.txt"] }));
  expect(await one("submit_plan", { plan: { id: "p", title: "Prices", nodes } })).toMatchObject({ status: "active" });
  const [ann, bob] = [await take(one, "ann"), await take(two, "bob")];
  writeFileSync(join(ann.worktree, "price.txt"), "currency: euro\nvat: 7\nrounding: up\n");
  writeFileSync(join(bob.worktree, "price.txt"), "currency: euro\nvat: 25\nrounding: up\n");
  const notices = await Promise.all(
    [[one, ann] as const, [two, bob] as const].map(([call, { who }]) =>
      eventually(async () => clashIn(await call("report_progress", { ...who, percent: 50 }))),
    ),
  );
  expect(notices).toMatchObject([
    { from: "bob", about: "p/raise", facts: { your_node: "p/lower", paths: "price.txt" } },
    { from: "ann", about: "p/lower", facts: { your_node: "p/raise", paths: "price.txt" } },
  ]);
  if (process.env["SHOW_NOTICES"]) console.log(JSON.stringify(notices, undefined, 1));
  expect(clashIn(await one("report_progress", { ...ann.who, percent: 60 }))).toBeUndefined();
  expect(await one("get_status", { view: "agents" })).toMatchObject({
    clashes: [{ nodes: ["p/lower", "p/raise"], agents: ["ann", "bob"], paths: ["price.txt"] }],
  });
  expect(await two("get_status", { view: "overview" })).toMatchObject({ clashes: 1 });
  const radar = await eventually(async () => {
    const { metrics } = (await two("get_status", { view: "metrics" })) as {
      metrics: { radar: { pairs_merged: number } };
    };
    return metrics.radar.pairs_merged > 0 ? metrics.radar : undefined;
  });
  expect(radar).toMatchObject({ clashes_told: 1, worktrees_read: 2 });
});
