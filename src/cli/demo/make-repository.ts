import { mkdtempSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { gitEnvironment } from "../../execution/git/environment.ts";
import { writeFileIn } from "./worktree-file.ts";

/** Makes a demo's repository in a new temporary folder, with one commit on main. Nothing of it needs the user's git identity. */
export async function makeRepository(files: Readonly<Record<string, string>>, message: string): Promise<string> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "interlock-demo-")));
  for (const [path, text] of Object.entries(files)) writeFileIn(root, path, text);
  await gitIn(root, "init", "--quiet", "--initial-branch=main");
  await gitIn(root, "add", "--all");
  await gitIn(root, "-c", "commit.gpgSign=false", "commit", "--quiet", "--no-verify", `--message=${message}`);
  return root;
}

/** What git prints, as a person would see it who calls it in this folder. */
export async function gitIn(root: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await execa("git", [...args], { cwd: root, env: gitEnvironment({}), extendEnv: false });
  return stdout;
}

/** Where a demo's agents and their servers write what goes wrong. */
export function logFileIn(root: string): string {
  return join(root, ".git", "interlock", "demo.log");
}
