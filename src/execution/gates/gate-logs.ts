import { lstat, mkdir, readdir, rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { removeFolder } from "../slots/remove-folder.ts";

/** What may lie there in all; the oldest go first. */
export interface LogLimits {
  readonly files: number;
  readonly bytes: number;
}

/** Half a gigabyte at most, whatever gates print. */
export const logLimits: LogLimits = { files: 500, bytes: 512 * 1024 * 1024 };

/** Where the outputs of gates lie below our folder in the git common dir, one folder for each plan and node. */
export function logFolder(folder: string): string {
  return join(folder, "gates");
}

/** The file for one run of a gate; its folder is made. Every run has a file of its own. */
export async function newLogFile(
  folder: string,
  run: { readonly plan: string; readonly node: string; readonly gate: string; readonly mark: string },
): Promise<string> {
  const path = join(logFolder(folder), run.plan, run.node, `${run.gate}.${run.mark}.log`);
  await mkdir(dirname(path), { recursive: true });
  return path;
}

/** Removes the oldest outputs until what is left fits; what is being written is the newest. */
export async function pruneLogs(folder: string, limits: LogLimits = logLimits): Promise<void> {
  const found = await logsIn(folder);
  found.sort((a, b) => b.changed - a.changed);
  let [files, bytes] = [0, 0];
  for (const { path, size } of found) {
    files += 1;
    bytes += size;
    if (files <= limits.files && bytes <= limits.bytes) continue;
    await removeFolder(path);
    // Goes only when it is empty.
    await rmdir(dirname(path)).catch(() => undefined);
  }
}

/** Removes all outputs of the gates of those plans that are over. */
export async function removeLogs(folder: string, isOver: (plan: string) => boolean): Promise<void> {
  const over = (await plansWithLogs(folder)).filter(isOver);
  for (const plan of over) await removeFolder(join(logFolder(folder), plan));
}

async function plansWithLogs(folder: string): Promise<readonly string[]> {
  return readdir(logFolder(folder)).catch(() => []);
}

async function logsIn(folder: string) {
  const found: { readonly path: string; readonly size: number; readonly changed: number }[] = [];
  for (const plan of await plansWithLogs(folder)) {
    const inPlan = join(logFolder(folder), plan);
    for (const node of await readdir(inPlan).catch(() => [])) {
      for (const name of await readdir(join(inPlan, node)).catch(() => [])) {
        const path = join(inPlan, node, name);
        const stats = await lstat(path).catch(() => undefined);
        if (stats) found.push({ path, size: stats.size, changed: stats.mtimeMs });
      }
    }
  }
  return found;
}
