import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** Where a process runs and which one it is, so that others can tell whether it still lives. */
export interface Whereabouts {
  /** For people. */
  readonly host: string;
  /** Equal for processes that see each other's pids and share memory: one boot of one kernel, one pid namespace. */
  readonly place: string;
  readonly pid: number;
  /** When it started, in the system's own unit; tells it from a later process with the same pid. */
  readonly started: string;
}

/** This process. */
export function here(): Whereabouts {
  return { host: hostname(), place: findPlace(), pid: process.pid, started: startOf(process.pid) ?? "" };
}

/** Whether a process of this place still lives. */
export function isAlive({ pid, started }: Pick<Whereabouts, "pid" | "started">): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Not ours to signal, but there.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
  // Killed, and not yet collected by its parent; where a container has no init, that may be for ever.
  if (statOf(pid)?.[0] === "Z") return false;
  const found = startOf(pid);
  return found === undefined || started === "" || found === started;
}

/** Whether a process was stopped, by a person or a debugger, and does nothing until it is continued; only Linux tells. */
export function isStopped(pid: number): boolean {
  const state = statOf(pid)?.[0];
  return state === "T" || state === "t";
}

function findPlace(): string {
  const boot = attempt(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim());
  const namespace = attempt(() => readlinkSync("/proc/self/ns/pid"));
  return `${boot ?? hostname()} ${namespace ?? "-"}`;
}

function startOf(pid: number): string | undefined {
  return statOf(pid)?.[19];
}

// proc(5): the command may hold blanks and brackets, so fields are counted after its closing one. The first is the
// state, the twentieth the start time.
function statOf(pid: number): readonly string[] | undefined {
  return attempt(() => {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  });
}

/** Undefined where there is no such file, as outside Linux. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
