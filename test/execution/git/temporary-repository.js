import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createGit } from "../../../src/execution/git/runner.js";
/** Makes a repository on branch `main` with one commit. */
export function temporaryRepository(files = { "a.txt": "a\n" }) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "interlock-git-")));
  const root = join(folder, "repo");
  const home = join(folder, "home");
  mkdirSync(root);
  mkdirSync(home);
  // Neither we nor the tests may depend on who runs them.
  process.env["HOME"] = home;
  process.env["XDG_CONFIG_HOME"] = join(home, ".config");
  const identity = {
    GIT_AUTHOR_NAME: "User",
    GIT_AUTHOR_EMAIL: "u@x",
    GIT_COMMITTER_NAME: "User",
    GIT_COMMITTER_EMAIL: "u@x",
    GIT_AUTHOR_DATE: "2026-01-01T00:00:00Z",
    GIT_COMMITTER_DATE: "2026-01-01T00:00:00Z",
  };
  const sh = (args, cwd = root) =>
    execFileSync("git", args, {
      cwd,
      env: { PATH: process.env["PATH"], HOME: home, ...identity },
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    }).replace(/\n$/, "");
  const write = (contents, cwd = root) => {
    for (const [path, content] of Object.entries(contents)) {
      mkdirSync(dirname(join(cwd, path)), { recursive: true });
      writeFileSync(join(cwd, path), content);
    }
  };
  const commit = (message, cwd = root) => {
    sh(["add", "-A"], cwd);
    sh(["-c", "commit.gpgsign=false", "commit", "-q", "--no-verify", "--allow-empty", "-m", message], cwd);
    return sh(["rev-parse", "HEAD"], cwd);
  };
  sh(["init", "-q", "-b", "main"]);
  write(files);
  commit("first");
  const gitDir = join(root, ".git");
  const remove = () => rmSync(folder, { recursive: true, force: true });
  return { folder, root, gitDir, git: createGit({ gitDir }), sh, write, commit, remove };
}
/** The user's checkout, index, HEAD, branches, config and hooks as text; equal before and after means untouched. [G1] */
export function whatIsTheUsers(repository, checkout = repository.root) {
  const { sh } = repository;
  const gitDir = sh(["rev-parse", "--absolute-git-dir"], checkout);
  return {
    files: filesOf(checkout, (path) => path === ".git" || path === ".interlock"),
    index: sh(["ls-files", "-s", "-v"], checkout),
    indexBytes: createHash("sha1")
      .update(readFileSync(join(gitDir, "index")))
      .digest("hex"),
    head: readFileSync(join(gitDir, "HEAD"), "utf8"),
    branches: sh(
      ["for-each-ref", "refs/heads", "refs/tags", "refs/remotes", "--format=%(refname) %(objectname)"],
      checkout,
    )
      .split("\n")
      .filter((line) => !line.startsWith("refs/heads/interlock/"))
      .join("\n"),
    config: readFileSync(join(repository.gitDir, "config"), "utf8"),
    hooks: filesOf(join(repository.gitDir, "hooks"), () => false),
  };
}
/** Every file below a folder with its kind, mode and content, as text. */
export function filesOf(folder, skip = () => false) {
  const lines = [];
  const walk = (below) => {
    for (const name of readdirSync(join(folder, below)).sort()) {
      const path = below === "" ? name : `${below}/${name}`;
      if (skip(path)) continue;
      const found = lstatSync(join(folder, path));
      if (found.isSymbolicLink()) lines.push(`${path} -> ${readlinkSync(join(folder, path))}`);
      else if (found.isDirectory()) {
        lines.push(`${path}/`);
        walk(path);
      } else lines.push(`${path} ${found.mode & 0o111 ? "x" : "-"} ${digest(join(folder, path))}`);
    }
  };
  walk("");
  return lines.join("\n");
}
function digest(path) {
  return createHash("sha1").update(readFileSync(path)).digest("hex").slice(0, 12);
}
