import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { gitEnvironment } from "../../execution/git/environment.ts";
import { committedFiles } from "./shop/finished-files.ts";

/** Makes the demo's repository in a new temporary folder, with one commit on main. Nothing of it needs the user's git identity. */
export async function makeRepository(): Promise<string> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "interlock-demo-")));
  for (const [path, text] of Object.entries(committedFiles())) {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  await gitIn(root, "init", "--quiet", "--initial-branch=main");
  await gitIn(root, "add", "--all");
  await gitIn(
    root,
    "-c",
    "commit.gpgSign=false",
    "commit",
    "--quiet",
    "--no-verify",
    "--message=A till that adds up goods",
  );
  return root;
}

/** What git prints, as a person would see it who calls it in this folder. */
export async function gitIn(root: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await execa("git", [...args], { cwd: root, env: gitEnvironment({}), extendEnv: false });
  return stdout;
}
