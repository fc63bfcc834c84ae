import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A wire between clients and a server that tells how often they had to wait for each other, and that can be cut. */
export interface Wire {
  /** Leads to the same database, through the wire. */
  readonly url: string;
  /** How often a client spoke after the server had spoken to it. */
  readonly roundTrips: number;
  /** Cuts the wire at the next piece that contains a text, before or after the server gets it; once. */
  cutAt(text: string, when: "before" | "after"): void;
  /** Cuts all that is connected. */
  cut(): void;
  close(): Promise<void>;
}

export async function openWire(url: string): Promise<Wire> {
  const target = new URL(url);
  const open = new Set<Socket>();
  let roundTrips = 0;
  let trap: { readonly text: string; readonly when: "before" | "after" } | undefined;

  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    let serverSpoke = true;
    let deaf = false;
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.setNoDelay();
      socket.on("error", () => {});
      socket.on("close", () => {
        open.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on("data", (piece) => {
      if (serverSpoke) roundTrips += 1;
      serverSpoke = false;
      const caught = trap !== undefined && piece.includes(trap.text) ? trap.when : undefined;
      if (caught !== undefined) trap = undefined;
      if (caught === "before") {
        client.destroy();
        return;
      }
      deaf ||= caught === "after";
      upstream.write(piece);
    });
    upstream.on("data", (piece) => {
      serverSpoke = true;
      // The server has done it, and nobody hears of it.
      if (deaf) client.destroy();
      else client.write(piece);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const through = new URL(url);
  through.port = String((server.address() as AddressInfo).port);
  const cut = () => {
    for (const socket of open) socket.destroy();
  };
  return {
    url: through.href,
    get roundTrips() {
      return roundTrips;
    },
    cutAt: (text, when) => {
      trap = { text, when };
    },
    cut,
    close: async () => {
      cut();
      server.close();
      await once(server, "close");
    },
  };
}
