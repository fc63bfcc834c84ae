import { execFileSync } from "node:child_process";

export interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** Every running process; what was killed and not yet collected by its parent is none. */
export function allProcesses(): readonly Process[] {
  const lines = execFileSync("ps", ["-eo", "pid=,ppid=,stat=,args="], { encoding: "utf8" }).split("\n");
  return lines.flatMap((line) => {
    const [, pid, parent, state = "", command = ""] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    return pid === undefined || state.startsWith("Z") ? [] : [{ pid: Number(pid), parent: Number(parent), command }];
  });
}

/** The agents and servers that work on a repository, by what they were called with. */
export function processesIn(root: string): readonly Process[] {
  return allProcesses().filter(({ command }) => command.includes(root) && /(agent|main)\.js /.test(command));
}

/** Everything that some processes have started, and what those have started. */
export function descendantsOf(roots: readonly number[]): readonly Process[] {
  const all = allProcesses();
  const found: Process[] = [];
  for (let parents = new Set(roots); parents.size > 0; ) {
    const children = all.filter(({ parent }) => parents.has(parent));
    found.push(...children);
    parents = new Set(children.map(({ pid }) => pid));
  }
  return found;
}

export function isThere(pid: number): boolean {
  return allProcesses().some((one) => one.pid === pid);
}

/** Kills a process that may have ended by itself meanwhile. */
export function killHard(pid: number): boolean {
  try {
    process.kill(pid, "SIGKILL");
    return true;
  } catch {
    return false;
  }
}
