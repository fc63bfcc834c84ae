import type { McpServer, ServerContext } from "@modelcontextprotocol/server";
import { wordEvent } from "../tools/event-words.ts";
import type { CallOrigin } from "../tools/run-tool.ts";

/** Changes within this time are told once. */
const quietMs = 500;

type Opened = Awaited<ReturnType<CallOrigin["execution"]>>;
type Recorded = Parameters<typeof wordEvent>[0];

/** Tells a client of the older protocol when a resource that it subscribed to has changed; follows the log only meanwhile. */
export class Subscriptions {
  readonly #server: McpServer;
  readonly #wanted = new Set<string>();
  readonly #changed = new Set<string>();
  #following: AbortController | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(server: McpServer, open: (context: ServerContext) => Promise<Opened>) {
    this.#server = server;
    server.server.setRequestHandler("resources/subscribe", async ({ params }, context) => {
      this.#wanted.add(params.uri);
      if (!this.#following) await this.#follow(await open(context));
      return {};
    });
    server.server.setRequestHandler("resources/unsubscribe", ({ params }) => {
      this.#wanted.delete(params.uri);
      if (this.#wanted.size === 0) this.close();
      return {};
    });
    const closed = server.server.onclose;
    server.server.onclose = () => {
      this.close();
      closed?.();
    };
  }

  close(): void {
    this.#following?.abort();
    this.#following = undefined;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async #follow(opened: Opened): Promise<void> {
    if ("refused" in opened || this.#following) return;
    const following = new AbortController();
    this.#following = following;
    const { position } = await opened.workspace();
    const tell = async () => {
      for await (const { event } of opened.follow(position, following.signal)) this.#note(event);
    };
    // What ends the following is the signal; if the log cannot be followed any more, calls say so.
    tell().catch(() => this.close());
  }

  #note(event: Recorded): void {
    for (const uri of changedBy(event)) if (this.#wanted.has(uri)) this.#changed.add(uri);
    if (this.#changed.size > 0) this.#timer ??= setTimeout(() => this.#flush(), quietMs);
  }

  #flush(): void {
    this.#timer = undefined;
    const uris = [...this.#changed].filter((uri) => this.#wanted.has(uri));
    this.#changed.clear();
    for (const uri of uris) this.#server.server.sendResourceUpdated({ uri }).catch(() => undefined);
  }
}

function changedBy(event: Recorded): readonly string[] {
  const { plan, node } = wordEvent(event);
  return [
    "interlock://status",
    ...(plan === undefined ? [] : [`interlock://plan/${plan}`, `interlock://timeline/${plan}`]),
    ...(plan === undefined || node === undefined ? [] : [`interlock://node/${plan}/${node}`]),
  ];
}
