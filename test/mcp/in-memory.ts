import { Client } from "@modelcontextprotocol/client";
import { InMemoryTransport } from "@modelcontextprotocol/server";
import type { Execution } from "../../src/execution/execution.ts";
import { buildServer, type ServerOptions } from "../../src/mcp/server.ts";
import { fakeExecution } from "../tools/fake-execution.ts";

/** A client and a server of the older protocol in one process. */
export async function connectInMemory(
  options: Partial<ServerOptions> & {
    readonly hands?: Partial<Execution>;
    readonly clientName?: string;
    readonly roots?: { readonly uri: string }[];
  },
): Promise<{ readonly client: Client; readonly close: () => Promise<void> }> {
  const { hands, clientName = "test", roots, ...rest } = options;
  const server = buildServer({
    profile: "all",
    subscriptions: true,
    version: "1.2.3",
    place: { workingDirectory: "/nowhere" },
    open: async () => fakeExecution(hands ?? {}),
    logger: { error: () => undefined },
    ...rest,
  });
  const client = new Client({ name: clientName, version: "0" }, roots ? { capabilities: { roots: {} } } : {});
  if (roots) client.setRequestHandler("roots/list", () => ({ roots }));
  const [near, far] = InMemoryTransport.createLinkedPair();
  await Promise.all([server.connect(far), client.connect(near)]);
  return { client, close: () => client.close() };
}
