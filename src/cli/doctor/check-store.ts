import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Repository } from "../../execution/git/discover.ts";
import { refuseNetworkFileSystem } from "../../log/sqlite/file-system.ts";
import { type Finding, fail, ok, warn } from "./finding.ts";

/** Where the store lies and who may read its key. That it can be opened and written is seen when it is opened. */
export function checkStorePlace({ commonDir }: Repository): readonly Finding[] {
  return [checkFileSystem(commonDir), ...checkKey(join(commonDir, "interlock", "key"))];
}

function checkFileSystem(commonDir: string): Finding {
  try {
    refuseNetworkFileSystem(commonDir);
    return ok(
      "file system",
      "the store lies on a local file system; it is of this clone alone, other clones have their own",
    );
  } catch (fault) {
    const why = fault instanceof Error ? fault.message : String(fault);
    return fail("file system", why, "Move the repository to a local disk.");
  }
}

function checkKey(file: string): readonly Finding[] {
  if (!existsSync(file) || process.platform === "win32") return [];
  const open = (statSync(file).mode & 0o077) !== 0;
  return open ? [warn("key", `others can read ${file}, and with it make leases`, `Run: chmod 600 ${file}`)] : [];
}
