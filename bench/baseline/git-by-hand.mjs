import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Git as a user's script would call it. Returns what it prints, without the last newline. */
export async function byHand(root, ...args) {
  const { stdout } = await run("git", args, { cwd: root, maxBuffer: 2 ** 28 });
  return stdout.trimEnd();
}
