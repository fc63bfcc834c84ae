import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

let found: string | undefined;

/** The absolute path of git, found once: a later change of PATH or of the working directory cannot swap it. */
export function findGit(): string {
  found ??= search(process.env["PATH"] ?? "");
  return found;
}

function search(path: string): string {
  const names = process.platform === "win32" ? ["git.exe"] : ["git"];
  for (const folder of path.split(delimiter).filter(isAbsolute)) {
    for (const name of names) {
      const candidate = join(folder, name);
      if (isExecutable(candidate)) return realpathSync(candidate);
    }
  }
  throw new Error("git is not on PATH: Interlock needs git 2.38 or newer");
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
