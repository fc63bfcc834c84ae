import { readdirSync, readFileSync } from "node:fs";

/**
 * Ends what an earlier run, which was killed itself, has left working on an attempt: two would write into one worktree.
 * They are known by the lease in their environment, which only Linux shows. Returns how many there were.
 */
export function endLeftRunning(lease: string): number {
  const left = processIds().filter((pid) => pid !== process.pid && hasLease(pid, lease));
  for (const pid of left) end(pid);
  return left.length;
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

function hasLease(pid: number, lease: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(`INTERLOCK_LEASE=${lease}`);
  } catch {
    // Gone meanwhile, or somebody else's.
    return false;
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // Gone meanwhile.
  }
}
