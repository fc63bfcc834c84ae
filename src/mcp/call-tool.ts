import type { CallToolResult, McpServer, ServerContext } from "@modelcontextprotocol/server";
import { CLIENT_INFO_META_KEY } from "@modelcontextprotocol/server";
import type { Tool } from "../tools/define-tool.ts";
import type { Reply } from "../tools/reply.ts";
import { type CallOrigin, type FaultLogger, runTool } from "../tools/run-tool.ts";
import { mostWaitSeconds } from "./client-patience.ts";
import type { ClientRoots } from "./client-roots.ts";
import { renderReply } from "./render.ts";
import { repositoryCandidates, type ServerPlace } from "./repository-candidates.ts";

/** Opens the workspace of the first candidate that lies in a repository, or says where it looked. */
export type OpenWorkspace = (candidates: readonly string[]) => ReturnType<CallOrigin["execution"]>;

/** What calls of one connection share. */
export interface Connection {
  readonly server: McpServer;
  readonly place: ServerPlace;
  readonly open: OpenWorkspace;
  readonly roots: ClientRoots;
  /** Names of the tools that this client has; a reply points to no others. */
  readonly offered: ReadonlySet<string>;
  readonly logger: FaultLogger;
}

const progressEveryMs = 10_000;

/** Answers one call of a client: facts as structured content, and the same as text. */
export async function callTool(
  tool: Tool,
  input: unknown,
  context: ServerContext,
  connection: Connection,
): Promise<CallToolResult> {
  const { signal } = context.mcpReq;
  const progress = tool.waits ? startProgress(context) : undefined;
  try {
    const reply = await runTool(tool, input, {
      ...originOf(context, connection),
      signal,
      ...(progress ? { onWaiting: progress.say } : {}),
    });
    return resultOf({ ...reply, next: reply.next.filter((name) => connection.offered.has(name)) });
  } finally {
    progress?.stop();
  }
}

/** Where a request comes from, whatever it asks for. */
export function originOf(context: ServerContext, { server, place, open, roots, logger }: Connection): CallOrigin {
  return {
    execution: async () => {
      const named = place.root ?? place.claudeProjectDir;
      const early = named === undefined ? undefined : await open([named]);
      // Asking a client for its roots may take seconds, so that is left to those who need it.
      if (early && (place.root !== undefined || !("refused" in early))) return early;
      return open(repositoryCandidates(place, { roots: await roots.list(), meta: context.mcpReq._meta }));
    },
    signal: context.mcpReq.signal,
    mostWaitSeconds: mostWaitSeconds(clientName(context, server)),
    logger,
  };
}

function resultOf(reply: Reply): CallToolResult {
  return {
    content: [{ type: "text", text: renderReply(reply) }],
    structuredContent: { ...reply },
    ...(reply.refused === undefined ? {} : { isError: true }),
  };
}

/** The newer protocol says it with each request, the older once at the beginning. */
function clientName({ mcpReq }: ServerContext, { server }: McpServer): string | undefined {
  const envelope: Readonly<Record<string, unknown>> = { ...mcpReq.envelope };
  const info = envelope[CLIENT_INFO_META_KEY];
  if (typeof info === "object" && info !== null && "name" in info && typeof info.name === "string") return info.name;
  return server.getClientVersion()?.name;
}

interface Progress {
  readonly say: (text: string) => void;
  readonly stop: () => void;
}

/** Tells a client that asked for it that its call is still alive: at once, and every ten seconds. */
function startProgress({ mcpReq }: ServerContext): Progress | undefined {
  const token = mcpReq._meta?.progressToken;
  if (token === undefined) return undefined;
  let message = "Waiting.";
  let progress = 0;
  const tell = () => {
    progress += 1;
    const params = { progressToken: token, progress, message };
    mcpReq.notify({ method: "notifications/progress", params }).catch(() => undefined);
  };
  tell();
  const timer = setInterval(tell, progressEveryMs);
  return {
    say: (text) => {
      message = text;
    },
    stop: () => clearInterval(timer),
  };
}
