import { McpServer, type ServerContext } from "@modelcontextprotocol/server";
import { z } from "zod";
import { type Profile, toolsFor } from "../tools/all-tools.ts";
import { repositoryBrief } from "../tools/repository-brief.ts";
import { type Connection, callTool, originOf } from "./call-tool.ts";
import { ClientRoots } from "./client-roots.ts";
import { instructions } from "./instructions.ts";
import { type PromptText, prompts } from "./prompts.ts";
import { registerResources } from "./resources.ts";
import { Subscriptions } from "./subscriptions.ts";
import { inputSchemaOf, passThrough, sharedOutput } from "./tool-schema.ts";

export interface ServerOptions extends Omit<Connection, "server" | "roots" | "offered"> {
  readonly profile: Profile;
  readonly version: string;
  /** Subscribing to resources is for the older protocol; the newer one gets it when a client asks for it. */
  readonly subscriptions: boolean;
}

/** One server for one connection. It lists its tools wherever it runs; only calls need a repository. */
export function buildServer({ profile, version, subscriptions, ...rest }: ServerOptions): McpServer {
  const server = new McpServer(
    { name: "interlock", title: "Interlock", version },
    {
      instructions,
      // The lists never change while a server runs; the experimental key makes Codex say where its sandbox is.
      capabilities: {
        tools: { listChanged: false },
        resources: { listChanged: false, ...(subscriptions ? { subscribe: true } : {}) },
        prompts: { listChanged: false },
        experimental: { "codex/sandbox-state": {} },
      },
    },
  );
  const tools = toolsFor(profile);
  const offered = new Set(tools.map(({ name }) => name));
  const connection: Connection = { ...rest, server, roots: new ClientRoots(server), offered };
  for (const tool of tools) {
    server.registerTool(
      tool.name,
      {
        description: tool.purpose,
        inputSchema: passThrough(inputSchemaOf(tool)),
        outputSchema: sharedOutput,
        annotations: { readOnlyHint: tool.readOnly, destructiveHint: false, openWorldHint: false },
      },
      (input, context) => callTool(tool, input, context, connection),
    );
  }
  for (const prompt of prompts) registerPrompt(prompt, connection);
  registerResources(connection);
  if (subscriptions) new Subscriptions(server, (context) => originOf(context, connection).execution());
  return server;
}

function registerPrompt(prompt: PromptText, connection: Connection): void {
  const { name, title, description, argument } = prompt;
  const { server } = connection;
  const say = async (said: string | undefined, context: ServerContext) => {
    const about = prompt.tellsRepository ? await repositoryBrief(originOf(context, connection)) : undefined;
    const text = [prompt.text(said), ...(about === undefined ? [] : [about])].join("\n\n");
    return { messages: [{ role: "user" as const, content: { type: "text" as const, text } }] };
  };
  if (!argument) server.registerPrompt(name, { title, description }, (context) => say(undefined, context));
  else {
    const argsSchema = z.object({
      [argument.name]: z.string().max(20_000).optional().describe(argument.description),
    });
    const options = { title, description, argsSchema };
    server.registerPrompt(name, options, (given, context) => say(given[argument.name], context));
  }
}
