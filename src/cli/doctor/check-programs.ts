import { isAtLeast } from "../../log/sqlite/connection.ts";
import { type Finding, fail, ok } from "./finding.ts";

const oldestGit = [2, 38];
const oldestNode = [20, 19];
/** Older ones could lose commits when two processes meet at a checkpoint. */
const oldestSqlite = [3, 51, 3];

/** The programs that everything else stands on. */
export async function checkPrograms(): Promise<readonly Finding[]> {
  return [await checkGit(), checkNode(process.versions.node), await checkSqlite()];
}

async function checkGit(): Promise<Finding> {
  const { simpleGit } = await import("simple-git");
  const { installed, major, minor, patch } = await simpleGit().version();
  if (!installed) return fail("git", "git was not found on PATH", `Install git ${oldestGit.join(".")} or newer.`);
  const version = `${major}.${minor}.${patch}`;
  if (isAtLeast(`${major}.${minor}`, oldestGit)) return ok("git", `git ${version}`);
  return fail("git", `git ${version} is too old`, `Install git ${oldestGit.join(".")} or newer: merging needs it.`);
}

function checkNode(version: string): Finding {
  if (isAtLeast(version, oldestNode)) return ok("node", `Node ${version}`);
  return fail("node", `Node ${version} is too old`, `Install Node ${oldestNode.join(".")} or newer.`);
}

async function checkSqlite(): Promise<Finding> {
  try {
    const { openDatabase } = await import("../../log/sqlite/driver.ts");
    const db = openDatabase(":memory:");
    const version = db.prepare<[], string>("SELECT sqlite_version()").pluck().get() ?? "";
    db.close();
    if (isAtLeast(version, oldestSqlite)) return ok("sqlite", `SQLite ${version}`);
    return fail("sqlite", `SQLite ${version} can lose commits`, "Update the package better-sqlite3.");
  } catch (fault) {
    const why = fault instanceof Error ? fault.message : String(fault);
    return fail("sqlite", `SQLite cannot be loaded: ${why}`, "Install Interlock again with this version of Node.");
  }
}
