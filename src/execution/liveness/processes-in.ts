import { readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

/** Git of ours runs in slots too, for a moment. */
const momentMs = 250;

/**
 * The processes that stay in a folder, as their working directory, by number and name: servers and watchers that an agent
 * has left running. Only Linux shows them; elsewhere there are none.
 */
export async function processesStayingIn(folder: string): Promise<readonly string[]> {
  const found = processesIn(folder);
  if (found.length === 0) return [];
  await pause(momentMs);
  const still = new Set(processesIn(folder));
  return found.filter((pid) => still.has(pid)).map((pid) => `process ${pid} (${nameOf(pid)})`);
}

function processesIn(folder: string): readonly number[] {
  if (process.platform !== "linux" || statSync(folder, { throwIfNoEntry: false }) === undefined) return [];
  return processIds().filter((pid) => {
    try {
      const place = readlinkSync(`/proc/${pid}/cwd`);
      return place === folder || place.startsWith(`${folder}/`);
    } catch {
      // Gone meanwhile, or another user's.
      return false;
    }
  });
}

function processIds(): readonly number[] {
  try {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

function nameOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").trim();
  } catch {
    return "gone now";
  }
}
