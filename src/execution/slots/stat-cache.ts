import { renameSync, statSync, utimesSync } from "node:fs";
import { copyFile } from "node:fs/promises";

/**
 * Copies an index so that git still distrusts what changed while it was written: a copy with a newer time would make
 * files look unchanged that were written in the same instant. False when there is none.
 */
export async function copyIndex(from: string, to: string): Promise<boolean> {
  try {
    const { mtimeMs } = statSync(from);
    const draft = `${to}.${process.pid}.copy`;
    await copyFile(from, draft);
    // Rounded down and one off, because times travel as floating-point seconds.
    const earlier = new Date(Math.floor(mtimeMs) - 1);
    utimesSync(draft, earlier, earlier);
    renameSync(draft, to);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return false;
    throw error;
  }
}
