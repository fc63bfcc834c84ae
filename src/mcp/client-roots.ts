import type { McpServer } from "@modelcontextprotocol/server";

/** The folders that a client says it works in; asked for once, and again when the client says that they changed. */
export class ClientRoots {
  readonly #server: McpServer;
  #known: Promise<readonly string[]> | undefined;

  constructor(server: McpServer) {
    this.#server = server;
    server.server.setNotificationHandler("notifications/roots/list_changed", () => {
      this.#known = undefined;
    });
  }

  list(): Promise<readonly string[]> {
    this.#known ??= this.#ask();
    return this.#known;
  }

  /** Only clients of the older protocol can be asked; one that does not answer in time has none. */
  async #ask(): Promise<readonly string[]> {
    const { server } = this.#server;
    if (!server.getClientCapabilities()?.roots || server.getNegotiatedProtocolVersion() === modern) return [];
    try {
      const { roots } = await server.listRoots({}, { timeout: 2_000 });
      return roots.map(({ uri }) => uri);
    } catch {
      return [];
    }
  }
}

const modern = "2026-07-28";
