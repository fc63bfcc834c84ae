import { makePostgresPlace } from "../log/postgres/place.ts";
import { type Databases, databasesAt } from "../log/postgres/start-server.ts";
import { makeSqlitePlace } from "../log/sqlite/place.ts";
import { type Played, play } from "./run.ts";
import { inMemory, type StorePlace } from "./world.ts";

/** What a run can be played over. */
export const storeNames = ["memory", "sqlite", "postgres"] as const;

/** Which store, and for PostgreSQL where its server is. */
export type Store = { readonly is: "memory" | "sqlite" } | { readonly is: "postgres"; readonly at: string | Databases };

/** Plays a seed over a new store of its own, which is gone afterwards. */
export async function playOver(store: Store, seed: number, how: Parameters<typeof play>[2] = {}): Promise<Played> {
  const { open, remove } = await make(store);
  try {
    return await play(seed, { open }, how);
  } finally {
    await remove();
  }
}

async function make(store: Store): Promise<StorePlace & { readonly remove: () => Promise<void> }> {
  switch (store.is) {
    case "memory":
      return { ...inMemory(), remove: async () => undefined };
    case "sqlite":
      return makeSqlitePlace();
    case "postgres":
      return makePostgresPlace(typeof store.at === "string" ? databasesAt(store.at) : store.at);
  }
}
