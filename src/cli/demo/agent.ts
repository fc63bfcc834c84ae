/**
 * A scripted agent of the demo: a process that starts an MCP server of its own, as a coding agent does, and works until
 * the plan is finished. Where a model would think it sleeps; it decides only from what the tools reply.
 *
 * Arguments: the agent's name, the repository, the plan.
 */
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { AgentNews, Untold } from "./agent-news.ts";
import { type Desk, workOn } from "./at-work.ts";
import { McpClient, ServerGone, type ToolReply } from "./mcp-client.ts";
import { type Assignment, nextNodeReply } from "./replies.ts";

const [, , firstName = "agent", root = ".", plan = ""] = process.argv;
const interlock = fileURLToPath(new URL("../main.js", import.meta.url));
let agent = firstName;
let client: McpClient | undefined;

// Whoever reads our news may be gone; the work goes on.
process.stdout.on("error", () => undefined);
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.once(signal, () => void leave());

await workUntilNothingIsLeft();
await leave();

async function workUntilNothingIsLeft(): Promise<void> {
  for (;;) {
    try {
      const assignment = await nextNode();
      if (assignment === "finished") return;
      if (assignment) await workOn(assignment, desk(assignment.node.id));
    } catch (fault) {
      if (!(fault instanceof ServerGone)) throw fault;
      tell({ is: "told", say: "lost its MCP server, starts another one and asks for its node again" });
      await pause(200);
    }
  }
}

/** A node, nothing for now, or word that there is nothing left. */
async function nextNode(): Promise<Assignment | "finished" | undefined> {
  tell({ is: "doing", doing: "waits for a node" });
  const reply = await request({});
  if ("refused" in reply) {
    if (reply.free_name !== undefined) agent = reply.free_name;
    else await pause(500);
    return undefined;
  }
  if (reply.status === "none") return reply.reason === "plan_finished" ? "finished" : undefined;
  if (!reply.parked) return reply;
  tell({ is: "told", say: `finds unfinished work under ${reply.parked.ref} and goes on from it` }, reply.node.id);
  const again = await request({ accept_parked: true });
  return "status" in again && again.status === "assigned" ? again : undefined;
}

async function request(more: { readonly accept_parked?: boolean }) {
  return nextNodeReply.parse(await call("request_next_node", { plan_id: plan, wait_seconds: 30, ...more }));
}

async function call(tool: string, input: object): Promise<ToolReply> {
  client ??= await connect();
  try {
    return await client.callTool(tool, { agent, ...input });
  } catch (fault) {
    if (fault instanceof ServerGone) client = undefined;
    throw fault;
  }
}

async function connect(): Promise<McpClient> {
  const connected = await McpClient.start(process.execPath, [interlock, "mcp", "--root", root], `demo-${firstName}`);
  tell({ is: "ready", pid: process.pid, serverPid: connected.serverPid ?? 0 });
  return connected;
}

function desk(node: string): Desk {
  return { call, tell: (news) => tell(news, node), isMine: (other) => other === agent };
}

function tell(news: Untold, node?: string): void {
  const told: AgentNews = { agent: firstName, ...(node === undefined ? {} : { node }), ...news };
  process.stdout.write(`${JSON.stringify(told)}\n`);
}

async function leave(): Promise<void> {
  await client?.close();
  process.exit(0);
}
