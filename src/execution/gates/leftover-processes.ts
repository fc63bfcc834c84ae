import { readdir, readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";

/** What a command began: a process group, and the mark in the environment of all that came from it. */
export interface Begun {
  readonly group: number | undefined;
  readonly mark?: string | undefined;
}

/** Carries the mark of a run; whatever has it was begun by that run, also outside of its process group. */
export const markVariable = "INTERLOCK_GATE_RUN";

/** What is left of a run gets this long to put its affairs in order. */
const patienceMs = 2_000;

/** Whoever begets others while it is being killed is looked for again so many times. */
const mostKills = 5;

/**
 * Ends what a command left running, at first politely, and waits until it is gone. What left the process group is found by
 * the mark in its environment, which only Linux shows.
 */
export async function endLeftovers({ group, mark }: Begun): Promise<void> {
  if (!(await signalAll(group, mark, "SIGTERM"))) return;
  for (let waited = 0, pauseMs = 10; waited < patienceMs; waited += pauseMs, pauseMs = Math.min(200, pauseMs * 2)) {
    await pause(pauseMs);
    if (!(await signalAll(group, mark, 0))) return;
  }
  for (let kills = 0; kills < mostKills && (await signalAll(group, mark, "SIGKILL")); kills += 1) await pause(20);
}

/** Ends a process group, at first politely; a group that is gone already is fine. */
export function endGroup(group: number | undefined): void {
  if (group === undefined || !signal(-group, "SIGTERM")) return;
  setTimeout(() => signal(-group, "SIGKILL"), patienceMs).unref();
}

/** Whether there was anybody to hear it. */
async function signalAll(group: number | undefined, mark: string | undefined, how: NodeJS.Signals | 0) {
  const heard = group !== undefined && signal(-group, how) && (how !== 0 || (await hasMembers(group)));
  const marked = mark === undefined ? [] : await processesWith(mark);
  return marked.map((pid) => signal(pid, how)).includes(true) || heard;
}

/** Members that ended and that nobody waits for are signalled like the living, for ever in a container without an init. */
async function hasMembers(group: number): Promise<boolean> {
  if (process.platform !== "linux") return true;
  const states = await Promise.all(
    (await processIds()).map(async (pid) => {
      const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
      const [state, , of] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return Number(of) === group && state !== "Z";
    }),
  );
  return states.includes(true);
}

function signal(pid: number, how: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, how);
    return true;
  } catch {
    // Gone already.
    return false;
  }
}

async function processesWith(mark: string): Promise<readonly number[]> {
  if (process.platform !== "linux") return [];
  const entry = `${markVariable}=${mark}`;
  const found = await Promise.all((await processIds()).map((pid) => hasEntry(pid, entry)));
  return found.flatMap((pid) => (pid === undefined || pid === process.pid ? [] : [pid]));
}

async function processIds(): Promise<readonly string[]> {
  return (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name));
}

async function hasEntry(pid: string, entry: string): Promise<number | undefined> {
  try {
    const environment = await readFile(`/proc/${pid}/environ`, "utf8");
    return environment.split("\0").includes(entry) ? Number(pid) : undefined;
  } catch {
    // Gone meanwhile, or another user's.
    return undefined;
  }
}
