import { execFileSync } from "node:child_process";
import { cpSync, existsSync, symlinkSync } from "node:fs";
import { join } from "node:path";

/** Copies what git knows of a work tree, or would take up, as it is now; dependencies are linked. */
export function copyProject(from, to) {
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: from });
  for (const file of listed.toString().split("\0").filter(Boolean))
    if (existsSync(join(from, file))) cpSync(join(from, file), join(to, file));
  symlinkSync(join(from, "node_modules"), join(to, "node_modules"));
}
