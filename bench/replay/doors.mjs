import { discoverRepository } from "../../dist/execution/git/discover.js";
import { openExecution } from "../../dist/execution/open.js";
import { allTools } from "../../dist/tools/all-tools.js";
import { runTool } from "../../dist/tools/run-tool.js";
import { interlock } from "../built.mjs";
import { StdioClient } from "../stdio-client.mjs";

/** Ways to the tools: an MCP server of one's own as agents have it, or the same tools within this process. */
export const doors = { mcp: overMcp, inside };

async function overMcp(root, name) {
  const client = await StdioClient.start([interlock, "mcp", "--root", root, "--profile", "all"], { name });
  return { call: (tool, input) => client.call(tool, input), close: () => client.close() };
}

async function inside(root) {
  const logger = { error: (facts, message) => console.error(message, facts) };
  const repository = await discoverRepository(root);
  const report = (err, doing) => logger.error({ err, doing }, "something failed beside a call");
  const execution = await openExecution({ repository, report });
  execution.start({ longLived: false });
  const { signal } = new AbortController();
  const origin = { execution: async () => execution, signal, mostWaitSeconds: 50, logger };
  const call = (name, input) =>
    runTool(
      allTools.find((tool) => tool.name === name),
      input,
      origin,
    );
  return { call, execution, close: () => execution.close() };
}
