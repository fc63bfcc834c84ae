import {
  type McpServer,
  ResourceNotFoundError,
  ResourceTemplate,
  type ServerContext,
} from "@modelcontextprotocol/server";
import type { Tool } from "../tools/define-tool.ts";
import { getStatus } from "../tools/get-status.ts";
import { readContract } from "../tools/read-contract.ts";
import { runTool } from "../tools/run-tool.ts";
import { schemas } from "../tools/schemas.ts";
import { type Connection, originOf } from "./call-tool.ts";

/** Registers what people and clients can read without calling a tool. */
export function registerResources(connection: Connection): void {
  const { server } = connection;
  const read = async (tool: Tool, uri: URL, context: ServerContext, input: Readonly<Record<string, unknown>>) => {
    const reply = await runTool(tool, input, originOf(context, connection));
    if (notThere.has(reply.refused ?? "")) throw new ResourceNotFoundError(uri.href);
    return contents(uri, reply);
  };
  server.registerResource(
    "status",
    "interlock://status",
    { title: "Status", description: "All plans at a glance.", mimeType },
    (uri, context) => read(getStatus as Tool, uri, context, {}),
  );
  for (const { name, template, description, tool = getStatus as Tool, input } of views) {
    server.registerResource(
      name,
      new ResourceTemplate(template, { list: undefined }),
      { title: name, description, mimeType },
      (uri, variables, context) => read(tool, uri, context, input(one(variables))),
    );
  }
  registerSchemas(server);
}

const mimeType = "application/json";

/** Refusals that say that there is no such resource. */
const notThere = new Set(["unknown_plan", "unknown_node", "unknown_contract"]);

interface View {
  readonly name: string;
  readonly template: string;
  readonly description: string;
  /** The tool that shows it, if not get_status. */
  readonly tool?: Tool;
  readonly input: (variable: (name: string) => string) => Readonly<Record<string, unknown>>;
}

const views: readonly View[] = [
  {
    name: "plan",
    template: "interlock://plan/{id}",
    description: "A plan with its nodes.",
    input: (variable) => ({ view: "plan", plan_id: variable("id") }),
  },
  {
    name: "node",
    template: "interlock://node/{plan}/{id}",
    description: "All about one node.",
    input: (variable) => ({ view: "node", plan_id: variable("plan"), node_id: variable("id") }),
  },
  {
    name: "timeline",
    template: "interlock://timeline/{plan}",
    description: "What happened in a plan, the latest events.",
    input: (variable) => ({ view: "timeline", plan_id: variable("plan"), limit: 200 }),
  },
  {
    name: "contract",
    template: "interlock://contract/{name}",
    description: "A contract in the version that is in force.",
    tool: readContract as Tool,
    input: (variable) => ({ name: variable("name") }),
  },
];

function registerSchemas(server: McpServer): void {
  for (const [name, { description, schema }] of Object.entries(schemas)) {
    server.registerResource(
      `schema-${name}`,
      `interlock://schema/${name}`,
      { title: `Schema: ${name}`, description, mimeType: "application/schema+json" },
      (uri) => contents(uri, schema()),
    );
  }
}

function contents(uri: URL, value: unknown) {
  return { contents: [{ uri: uri.href, mimeType, text: JSON.stringify(value) }] };
}

function one(variables: Readonly<Record<string, string | string[]>>): (name: string) => string {
  return (name) => {
    const value = variables[name] ?? "";
    return decodeURIComponent(typeof value === "string" ? value : (value[0] ?? ""));
  };
}
