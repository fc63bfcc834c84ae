// Where the compiled program is; benchmarks measure what is shipped.
import { fileURLToPath } from "node:url";

export const interlock = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));

/** The path of a script beside this one, for starting it as a process. */
export function script(name) {
  return fileURLToPath(new URL(name, import.meta.url));
}
