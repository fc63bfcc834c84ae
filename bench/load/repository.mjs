import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Files that several nodes edit, and how many lines each has; few enough that some edits meet. */
export const shared = { files: 8, lines: 40 };

/** A repository of a few hundred small files, with a config for so many agents. */
export function makeRepository(root, agents) {
  mkdirSync(root, { recursive: true });
  const put = (path, text) => {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  for (let i = 0; i < 300; i += 1) put(`src/area-${i % 30}/file-${i}.txt`, `file ${i}\n`.repeat(20));
  const lines = Array.from({ length: shared.lines }, (_, i) => `line ${i}\n`).join("");
  for (let i = 0; i < shared.files; i += 1) put(`shared/${i}.txt`, lines);
  put(
    "interlock.yaml",
    `worktree: {slots: ${agents}}\nplans: {max_parallel: 1000}\npools: {port: {range: 4100-4999}}\n`,
  );
  git(root, ["init", "-q", "-b", "main"]);
  git(root, ["add", "-A"]);
  git(root, ["commit", "-q", "-m", "first"]);
}

/** Runs git as the repository's owner would; returns what it printed. */
export function git(root, args) {
  const identity = ["-c", "user.name=Owner", "-c", "user.email=owner@example.org", "-c", "commit.gpgsign=false"];
  return execFileSync("git", [...identity, ...args], { cwd: root, encoding: "utf8", maxBuffer: 2 ** 28 }).trim();
}
