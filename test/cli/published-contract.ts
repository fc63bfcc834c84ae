import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { main } from "./command-line.ts";

/** Publishes a version of a contract and activates it. */
export type Publish = (name: string, specification: string) => Promise<void>;

/** Calls a tool of a real server. */
export type CallTool = (name: string, input: Record<string, unknown>) => Promise<Record<string, unknown>>;

/** Lets `act` speak as an agent through a real server, whose process id it gets. */
export async function withAgent(
  folder: string,
  act: (publish: Publish, call: CallTool, server: number) => Promise<void>,
): Promise<void> {
  const client = new Client({ name: "test", version: "0" });
  const transport = new StdioClientTransport({ command: process.execPath, args: [main, "mcp"], cwd: folder });
  await client.connect(transport);
  const call: CallTool = async (name, input) => {
    const { structuredContent } = await client.callTool({ name, arguments: input });
    return structuredContent as Record<string, unknown>;
  };
  const publish: Publish = async (name, specification) => {
    const reply = await call("publish_contract", {
      agent: "arch",
      name,
      kind: "openapi",
      specification,
      action: "activate",
    });
    if (reply["status"] !== "ACTIVE") throw new Error(JSON.stringify(reply));
  };
  try {
    await act(publish, call, transport.pid ?? 0);
  } finally {
    await client.close();
  }
}
