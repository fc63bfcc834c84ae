/** A whole life of nodes, as clients of both protocol eras lead it over stdio. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client as NewClient } from "@modelcontextprotocol/client";
import { StdioClientTransport as NewTransport } from "@modelcontextprotocol/client/stdio";
import { Client as OldClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport as OldTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { expect, test } from "vitest";
import { allTools } from "../../src/tools/all-tools.ts";
import { type TemporaryRepository, temporaryRepository } from "../cli/command-line.ts";
import { replyProblems } from "../tools/valid-reply.ts";

type Facts = Readonly<Record<string, unknown>>;
interface Session {
  call(name: string, args: Facts): Promise<Facts>;
  close(): Promise<void>;
}

const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const server = (root: string) => ({
  command: process.execPath,
  args: [main, "mcp", "--profile", "planner", "--root", root],
});

/** Clients that list the tools first hold every reply against the schema that was listed. */
const sessions = {
  "the older protocol": async (root: string): Promise<Session> => {
    const client = new OldClient({ name: "old", version: "0" });
    await client.connect(new OldTransport(server(root)));
    await client.listTools();
    const call = async (name: string, args: Facts) =>
      (await client.callTool({ name, arguments: args })).structuredContent as Facts;
    return { call, close: () => client.close() };
  },
  "the newer protocol": async (root: string): Promise<Session> => {
    const client = new NewClient({ name: "new", version: "0" }, { versionNegotiation: { mode: "auto" } });
    await client.connect(new NewTransport(server(root)));
    expect(client.getNegotiatedProtocolVersion()).toBe("2026-07-28");
    await client.listTools();
    const call = async (name: string, args: Facts) =>
      (await client.callTool({ name, arguments: args })).structuredContent as Facts;
    return { call, close: () => client.close() };
  },
};

for (const [era, open] of Object.entries(sessions)) {
  test(`[X1] [M1] two agents of ${era} work a plan with a conflict and a red gate to its end`, async () => {
    const repository = temporaryRepository({
      "list.txt": "begin\nend\n",
      "interlock.yaml": 'gates: {list: [{name: test, run: "! grep -q oops list.txt", default: true}]}\n',
    });
    const session = await open(repository.folder);
    await wholeLife(validated(session), repository);
    await session.close();
  });
}

/** Holds every reply against its tool's published type. */
function validated({ call, close }: Session): Session {
  return {
    close,
    call: async (name, args) => {
      const reply = await call(name, args);
      const tool = allTools.find((one) => one.name === name);
      if (!tool) throw new Error(`There is no tool ${name}.`);
      expect(replyProblems(tool, reply), `the reply of ${name}`).toBeUndefined();
      return reply;
    },
  };
}

async function wholeLife({ call }: Session, { folder, git }: TemporaryRepository): Promise<void> {
  const nodes = ["one", "two"].map((id) => ({ id, title: id, edits: ["list.txt"] }));
  expect(await call("submit_plan", { plan: { id: "p", title: "A list", nodes } })).toMatchObject({ status: "active" });

  const [ann, bob] = [await take(call, "ann"), await take(call, "bob")];
  expect(new Set([ann.node, bob.node])).toEqual(new Set(["one", "two"]));
  expect(await call("report_progress", { ...ann.who, percent: 50 })).toHaveProperty("lease_expires_at");
  const claim = { write: ["notes.txt"], wait_seconds: 0 };
  expect(await call("claim_resources", { ...ann.who, ...claim })).toMatchObject({ status: "granted" });
  const queued = await call("claim_resources", { ...bob.who, ...claim });
  expect(queued).toMatchObject({ status: "queued", blockers: [{ node: ann.node, witness: "notes.txt" }] });
  expect(await call("release_resources", { ...bob.who, ticket: queued["ticket"] })).toMatchObject({ released: [] });

  writeFileSync(ann.file, "begin\nann\nend\n");
  expect(await complete(call, ann.who)).toMatchObject({ status: "landed", integration_branch: "interlock/p" });

  writeFileSync(bob.file, "begin\noops\nend\n");
  expect(await complete(call, bob.who)).toMatchObject({
    status: "rework",
    reason: "conflict",
    conflicts: [{ path: "list.txt", with: [ann.node], hunks: [{ ours: "ann\n", theirs: "oops\n" }] }],
  });
  expect(readFileSync(bob.file, "utf8")).toMatch(/^<{7} .*^>{7} /ms);
  expect(await complete(call, bob.who)).toMatchObject({ refused: "markers_left", paths: ["list.txt"] });
  writeFileSync(bob.file, "begin\nann\noops\nend\n");
  expect(await complete(call, bob.who)).toMatchObject({
    status: "rework",
    reason: "gate_failed",
    gates: [{ name: "test" }],
  });
  writeFileSync(bob.file, "begin\nann\nbob\nend\n");
  expect(await complete(call, bob.who)).toMatchObject({ status: "landed" });
  expect(await complete(call, bob.who)).toMatchObject({ status: "landed" });

  expect(await call("request_next_node", { agent: "ann" })).toMatchObject({ status: "none", reason: "plan_finished" });
  expect(await call("get_status", { view: "plan" })).toMatchObject({ status: "finished", counts: { landed: 2 } });
  expect(git("show", "interlock/p:list.txt")).toBe("begin\nann\nbob\nend");
  expect(git("status", "--porcelain")).toBe("");
  expect(readFileSync(join(folder, "list.txt"), "utf8")).toBe("begin\nend\n");
}

async function take(call: Session["call"], agent: string) {
  const reply = await call("request_next_node", { agent });
  expect(reply).toMatchObject({ status: "assigned" });
  const { node, lease, worktree } = reply as { node: { id: string }; lease: string; worktree: string };
  return { node: node.id, who: { agent, lease }, file: join(worktree, "list.txt") };
}

/** The verdict on a node, however long the gates take. */
async function complete(call: Session["call"], who: Facts): Promise<Facts> {
  for (;;) {
    const reply = await call("complete_node", { ...who, summary: "done", wait_seconds: 30 });
    if (reply["status"] !== "queued") return reply;
  }
}
