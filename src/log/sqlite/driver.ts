import { createRequire } from "node:module";
import type Database from "better-sqlite3";
import { StoreUnusable } from "../port.ts";

/** Opens a database with the driver that this version of Node can run; throws StoreUnusable where it is not installed. */
export function openDatabase(file: string, options: Database.Options = {}): Database.Database {
  driver ??= load();
  return new driver(file, options);
}

type Driver = new (file: string, options?: Database.Options) => Database.Database;

let driver: Driver | undefined;

/** Version 12 ends Node 24 when a statement is collected, and version 13 ends Node 20. */
function load(): Driver {
  const [major = 0] = process.versions.node.split(".").map(Number);
  const name = major < 22 ? "better-sqlite3" : "better-sqlite3-13";
  try {
    return createRequire(import.meta.url)(name) as Driver;
  } catch (cause) {
    throw new StoreUnusable(
      `SQLite cannot be loaded for Node ${process.versions.node}. Install Interlock again with this version of Node.`,
      { cause },
    );
  }
}
