import { StoreUnusable } from "../port.ts";
import type { Address } from "./address.ts";

/** What a server says about itself. */
export interface ServerFacts {
  /** As 150004 for 15.4. */
  readonly version: number;
  readonly standby: boolean;
  readonly encoding: string;
}

/** Throws StoreUnusable, with the way out, for a server that cannot keep a log. */
export function refuseUnfit({ version, standby, encoding }: ServerFacts, { words, database }: Address): void {
  if (version < oldest * 10_000) {
    const found = Math.floor(version / 10_000);
    throw new StoreUnusable(
      `The store (${words}) is version ${found}; ${oldest} or newer is needed. Update the server.`,
    );
  }
  if (standby)
    throw new StoreUnusable(`The store (${words}) takes no writes: it is a standby. Name the primary server.`);
  if (encoding !== "UTF8") {
    throw new StoreUnusable(
      `The store (${words}) keeps texts as ${encoding}, which cannot hold them all. Make a database with: ` +
        `createdb --encoding=UTF8 --template=template0, and name it instead of ${database}.`,
    );
  }
}

// The oldest that its makers still keep at the time of writing.
const oldest = 14;
