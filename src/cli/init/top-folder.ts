import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { TopFolder } from "./detected.ts";

/** Larger files are not scripts that people wrote. */
const mostBytes = 1024 * 1024;

/** The top folder of a checkout as it is on disk. */
export function topFolderAt(root: string): TopFolder {
  return {
    has: (name) => existsSync(join(root, name)),
    read: (name) => {
      try {
        const file = join(root, name);
        return statSync(file).size > mostBytes ? undefined : readFileSync(file, "utf8");
      } catch {
        return undefined;
      }
    },
  };
}
