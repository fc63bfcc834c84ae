import { Client } from "@modelcontextprotocol/client";
import { InMemoryTransport } from "@modelcontextprotocol/server";
import { buildServer } from "../../src/mcp/server.js";
import { fakeExecution } from "../tools/fake-execution.js";
/** A client and a server of the older protocol in one process. */
export async function connectInMemory(options) {
  const { hands, clientName = "test", ...rest } = options;
  const server = buildServer({
    profile: "all",
    version: "1.2.3",
    place: { workingDirectory: "/nowhere" },
    open: async () => fakeExecution(hands ?? {}),
    logger: { error: () => undefined },
    ...rest,
  });
  const client = new Client({ name: clientName, version: "0" });
  const [near, far] = InMemoryTransport.createLinkedPair();
  await Promise.all([server.connect(far), client.connect(near)]);
  return { client, close: () => client.close() };
}
