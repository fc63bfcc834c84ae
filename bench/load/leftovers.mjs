import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { openDatabase } from "../../dist/log/sqlite/driver.js";
import { interlock } from "../built.mjs";
import { git } from "./repository.mjs";
import { processesBelow, slotFolder } from "./sample.mjs";

const run = promisify(execFile);

/** What is still there after everybody has gone, and after `interlock gc`; empty lists are what is hoped for. */
export async function leftovers({ root, pool }) {
  const folder = slotFolder(root);
  const before = await look();
  const { stdout } = await run(process.execPath, [interlock, "gc", "--json", "--root", root]);
  const after = await look();
  return { before, after, gc: JSON.parse(stdout).kept };

  async function look() {
    const refs = git(root, ["for-each-ref", "--format=%(refname)", "refs/interlock", "refs/heads"]).split("\n");
    const slots = existsSync(folder) ? readdirSync(folder) : [];
    const known = /^(s\d+|\.git|\.gitignore)$/;
    return {
      "slots beyond the pool": slots.filter((name) => /^s\d+$/.test(name)).slice(pool),
      "other folders beside slots": slots.filter((name) => !known.test(name)),
      "refs of nodes and candidates": refs.filter((name) => /^refs\/interlock\/(nodes|candidates)\//.test(name)),
      "lock files": filesBelow(join(root, ".git")).filter((path) => path.endsWith(".lock")),
      "temporary files": filesBelow(join(root, ".git")).filter((path) => /(^|\/)(tmp_|\.tmp)|\.new$|\.tmp$/.test(path)),
      "worktrees that git knows and nobody has": git(root, ["worktree", "prune", "--dry-run", "-v"])
        .split("\n")
        .filter(Boolean),
      processes: processesBelow(process.pid).map(({ command }) => command),
      "rows of the store": rowsLeft(join(root, ".git", "interlock", "state.db")),
    };
  }
}

/**
 * Claims that are held, processes that are there, and facts about calls and gate rooms, though nobody is left. What the radar has
 * cost is one row for good.
 */
function rowsLeft(file) {
  const db = openDatabase(file, { readonly: true });
  try {
    const all = (sql) => db.prepare(sql).pluck().all();
    return [
      ...all("SELECT 'claim ' || id FROM claim"),
      ...all("SELECT 'process ' || id FROM process"),
      ...all("SELECT 'cell ' || key FROM cell WHERE key NOT LIKE 'seen/%' AND key <> 'radar'"),
    ];
  } finally {
    db.close();
  }
}

function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}
