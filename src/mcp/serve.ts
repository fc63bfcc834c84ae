import { StdioServerTransport, serveStdio } from "@modelcontextprotocol/server/stdio";
import { buildServer, type ServerOptions } from "./server.ts";

export type StdioOptions = Omit<ServerOptions, "subscriptions">;

/** A plan of 100,000 nodes is one message. */
const longestMessage = 256 * 1024 * 1024;

/**
 * Serves one client over stdin and stdout, in whichever protocol era it opens with, until the client goes or the signal
 * aborts. Nothing else may be written to stdout meanwhile.
 */
export async function serveOverStdio(options: StdioOptions, signal: AbortSignal): Promise<void> {
  const gone = new Promise<void>((resolve) => {
    const once = { once: true };
    signal.addEventListener("abort", () => resolve(), once);
    process.stdin.once("end", resolve);
    process.stdin.once("close", resolve);
    process.stdout.once("error", () => resolve());
  });
  const handle = serveStdio(({ era }) => buildServer({ ...options, subscriptions: era === "legacy" }), {
    transport: new StdioServerTransport(process.stdin, process.stdout, { maxBufferSize: longestMessage }),
    onerror: (error) => options.logger.error({ err: error }, "the connection had a fault"),
  });
  if (!signal.aborted) await gone;
  await handle.close();
}
