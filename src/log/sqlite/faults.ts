import { StoreBusy, StoreUnusable } from "../port.ts";

/** Whether SQLite said that somebody else holds the store just now. */
export function isBusy(error: unknown): boolean {
  return codeOf(error)?.startsWith("SQLITE_BUSY") ?? false;
}

/** Gives a fault of the store the words that people can act on; every other error is returned as it is. */
export function explain(error: unknown, file: string): unknown {
  const code = codeOf(error);
  if (code === undefined) return error;
  // Not to be tried again: the step has already run.
  if (isBusy(error)) return new StoreBusy(`The store ${file} became busy inside a transaction.`, { cause: error });
  const found = wayOut.find(([prefix]) => code.startsWith(prefix));
  return found === undefined ? error : new StoreUnusable(`The store ${file} ${found[1]} (${code})`, { cause: error });
}

// What the operating system or the disk did to the file, and what helps.
const wayOut: readonly (readonly [prefix: string, words: string])[] = [
  ["SQLITE_FULL", "cannot grow because the disk is full; nothing was written. Free some space."],
  ["SQLITE_READONLY", "cannot be written; nothing was written. Check who owns it and its folder."],
  ["SQLITE_CANTOPEN", "cannot be opened. Check that its folder exists and may be written."],
  ["SQLITE_PERM", "cannot be opened. Check that its folder exists and may be written."],
  ["SQLITE_NOTADB", "is not an SQLite database. Move it away, or put a backup in its place."],
  ["SQLITE_CORRUPT", "is damaged. Move it and its -wal and -shm files away together and put a backup in their place."],
  ["SQLITE_IOERR", "cannot be read or written: the disk reports an error. Look at the system's log."],
];

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" && error.code.startsWith("SQLITE_") ? error.code : undefined;
}
