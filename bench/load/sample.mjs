import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { git } from "./repository.mjs";

/** How the machine is right now: every server, and all that lies on disk. */
export function sample({ root, measures }, servers) {
  const each = servers.filter(({ isGuest }) => !isGuest).map(({ pid }) => serverNow(measures, pid));
  const known = each.filter(({ heap }) => heap !== undefined);
  const state = join(root, ".git", "interlock", "state.db");
  const refs = git(root, ["for-each-ref", "--format=%(refname)"]).split("\n").filter(Boolean);
  return {
    heap: known.map(({ heap }) => heap),
    rss: each.map(({ rss }) => rss),
    handles: each.map(({ handles }) => handles),
    active: known.map(({ active }) => active),
    stall: Math.max(0, ...known.map(({ stall }) => stall)),
    processes: processesBelow(process.pid).length,
    store: sizeOf(state) + sizeOf(`${state}-wal`),
    wal: sizeOf(`${state}-wal`),
    gitSize: below(join(root, ".git")),
    worktrees: below(join(root, ".interlock")),
    slots: existsSync(slotFolder(root))
      ? readdirSync(slotFolder(root)).filter((name) => /^s\d+$/.test(name)).length
      : 0,
    refs: refs.filter((name) => /^refs\/interlock\/(nodes|candidates)\//.test(name)).length,
    parked: refs.filter((name) => name.startsWith("refs/interlock/parked/")).length,
  };
}

export function slotFolder(root) {
  return join(root, ".interlock", "worktrees");
}

/** Resident memory without what the kernel can read again from files, which it drops when it likes. */
function serverNow(measures, pid) {
  const said = tryTo(() => JSON.parse(readFileSync(join(measures, `${pid}.json`), "utf8")));
  const status = tryTo(() => readFileSync(`/proc/${pid}/status`, "utf8")) ?? "";
  const rss = 1024 * Number(/RssAnon:\s+(\d+)/.exec(status)?.[1] ?? 0);
  const handles = tryTo(() => readdirSync(`/proc/${pid}/fd`).length) ?? 0;
  return { rss, handles, heap: said?.heapUsed, active: said?.active, stall: said?.stall };
}

/** Everything that a process has started, and what those have started. */
export function processesBelow(root) {
  const lines = execFileSync("ps", ["-eo", "pid=,ppid=,stat=,args="], { encoding: "utf8" }).trim().split("\n");
  const all = lines.map((line) => /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line)).filter(Boolean);
  const found = [];
  for (let parents = new Set([String(root)]); parents.size > 0; ) {
    const children = all.filter(([, , parent, state]) => parents.has(parent) && !state.startsWith("Z"));
    found.push(
      ...children
        .filter(([, , , , command]) => !command.startsWith("ps -eo"))
        .map(([, pid, , , command]) => ({ pid, command })),
    );
    parents = new Set(children.map(([, pid]) => pid));
  }
  return found;
}

function below(folder) {
  if (!existsSync(folder)) return 0;
  // Files may go while they are counted, and `du` then says so and counts on.
  const text = tryTo(
    () => execFileSync("du", ["-sk", folder], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }),
    true,
  );
  return 1024 * Number(/^\d+/.exec(text ?? "")?.[0] ?? 0);
}

function sizeOf(file) {
  return tryTo(() => statSync(file).size) ?? 0;
}

function tryTo(act, evenThen = false) {
  try {
    return act();
  } catch (failed) {
    return evenThen ? failed.stdout : undefined;
  }
}
