import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, onTestFinished } from "vitest";
import { McpClient, type ToolReply } from "../../../src/cli/demo/mcp-client.ts";
import { main } from "../../cli/command-line.ts";
import { killHard } from "../processes.ts";

/** A real `interlock mcp` with a client, ended with the test whatever state it is in. */
export async function serverAt(root: string, before: readonly string[] = []): Promise<McpClient> {
  const [command = "", ...args] = [...before, process.execPath, main, "mcp", "--root", root, "--profile", "all"];
  const client = await McpClient.start(command, args, "odd");
  onTestFinished(() => {
    if (client.serverPid !== undefined) killHard(client.serverPid);
  });
  return client;
}

export const pidOf = ({ serverPid }: McpClient): number => serverPid ?? 0;

export const stop = (client: McpClient): void => void process.kill(pidOf(client), "SIGSTOP");
export const go = (client: McpClient): void => void process.kill(pidOf(client), "SIGCONT");

/** Submits a plan of nodes that need nothing. */
export async function planOf(client: McpClient, ids: readonly string[]): Promise<string> {
  const nodes = ids.map((id) => ({ id, title: id, instructions: `Do ${id}.` }));
  const reply = await client.callTool("submit_plan", { plan: { title: "Odd", nodes } });
  expect(reply).toMatchObject({ status: "active" });
  return String(reply["plan_id"]);
}

export interface Work {
  readonly agent: string;
  readonly lease: string;
  readonly worktree: string;
  readonly reply: ToolReply;
}

export async function take(client: McpClient, agent: string, more: object = {}): Promise<Work> {
  const reply = await client.callTool("request_next_node", { agent, wait_seconds: 20, ...more });
  expect(reply, JSON.stringify(reply)).toMatchObject({ status: "assigned" });
  return { agent, lease: String(reply["lease"]), worktree: String(reply["worktree"]), reply };
}

export function complete(client: McpClient, { agent, lease }: Work, waitSeconds = 30): Promise<ToolReply> {
  return client.callTool("complete_node", { agent, lease, summary: "done", wait_seconds: waitSeconds });
}

/** Processor time of a process so far, in hundredths of a second. */
export function cpuOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return Number(fields[11]) + Number(fields[12]);
}

/** Why a command cannot be used on this machine, or nothing; said aloud, since a test is skipped for it. */
export function cannot(command: string, ...args: readonly string[]): string | undefined {
  const { status, error, stderr } = spawnSync(command, args, { encoding: "utf8" });
  if (status === 0) return undefined;
  const why = `${command} cannot be used here: ${error?.message ?? stderr.trim()}`;
  console.warn(`SKIPPED, see docs/manual-checks.md: ${why}`);
  return why;
}

export function umount(folder: string): void {
  execFileSync("umount", ["-l", folder]);
}
