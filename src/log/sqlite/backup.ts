import { closeSync, existsSync, fsyncSync, openSync, rmSync } from "node:fs";
import { StoreUnusable } from "../port.ts";
import { openDatabase } from "./driver.ts";
import { clearProcesses } from "./process-table.ts";

/** Copies the store as of now into a new file, page by page, so that neither this process nor other writers wait for it. */
export async function backupSqlite(file: string, destination: string): Promise<void> {
  if (existsSync(destination))
    throw new StoreUnusable(`There is already something at ${destination}. Name a new file.`);
  try {
    await copyPages(file, destination);
    makeWhole(destination);
  } catch (error) {
    rmSync(destination, { force: true });
    throw error;
  }
}

async function copyPages(file: string, destination: string): Promise<void> {
  const source = openDatabase(file, { readonly: true, timeout: 0 });
  try {
    // An open read transaction: without it SQLite begins anew after each commit of another process, and may never end.
    source.exec("BEGIN");
    source.prepare("SELECT count(*) FROM sqlite_schema").get();
    await source.backup(destination);
  } finally {
    source.close();
  }
}

/** Makes the copy one file that nobody has open, and puts it on disk. */
function makeWhole(destination: string): void {
  const copy = openDatabase(destination, { timeout: 0 });
  try {
    clearProcesses(copy);
    copy.pragma("journal_mode = DELETE");
  } finally {
    copy.close();
  }
  const handle = openSync(destination, "r+");
  fsyncSync(handle);
  closeSync(handle);
}
