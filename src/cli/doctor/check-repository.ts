import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { simpleGit } from "simple-git";
import { configFile, parseConfig } from "../../config/config.ts";
import type { Repository } from "../../execution/git/discover.ts";
import { isOnPath } from "../init/clients.ts";
import { committedConfig } from "../init/committed-config.ts";
import { type Finding, fail, ok, warn } from "./finding.ts";

/** The user's repository: its branch, its config, and what in it needs a word. Nothing is changed. */
export async function checkRepository(repository: Repository): Promise<readonly Finding[]> {
  return [
    checkBranch(repository),
    await checkConfig(repository),
    await checkIgnored(repository),
    ...(await checkSpecials(repository)),
  ];
}

function checkBranch({ root, headBranch, headCommit, bare }: Repository): Finding {
  if (headCommit === undefined)
    return fail("repository", `${root} has no commit yet`, "Commit something first: plans start from a commit.");
  if (headBranch === undefined && !bare)
    return warn("repository", `${root} is at a detached HEAD`, "Check a branch out, or name a target in each plan.");
  return ok("repository", `${root}, on ${headBranch?.replace("refs/heads/", "") ?? "no branch"}`);
}

async function checkConfig(repository: Repository): Promise<Finding> {
  if (repository.bare) return ok("config", `the repository is bare; ${configFile} is read from each plan's target`);
  const text = readIfThere(join(repository.root, configFile));
  const committed = await committedConfig(repository, text);
  if (text === undefined)
    return warn("config", `there is no ${configFile}, so no gates check what lands`, "Run: interlock init");
  const parsed = parseConfig(text);
  if ("problems" in parsed) {
    const what = parsed.problems.map(({ path, problem }) => `${path} ${problem}`).join("; ");
    return fail("config", `${configFile} cannot be used: ${what}`, "Mend it and commit it.");
  }
  if (committed !== "same")
    return warn(
      "config",
      `${configFile} is ${committed === "missing" ? "not committed" : "changed but not committed"}; only what is committed counts`,
      `Run: git add ${configFile} && git commit -m "Configure Interlock" -- ${configFile}`,
    );
  const { list } = parsed.config.gates;
  if (list.length === 0)
    return warn("config", `${configFile} has no gates, so nothing checks what lands`, "Add some to gates.list.");
  const names = list.map(({ name, default: always }) => (always ? name : `${name} (on request)`)).join(", ");
  return ok("config", `${configFile} is committed; gates: ${names}`);
}

async function checkIgnored({ root, bare }: Repository): Promise<Finding> {
  if (bare) return ok("ignored", "worktrees are kept beside the store");
  const ignored = await simpleGit(root).checkIgnore([".interlock/x"]);
  if (ignored.length > 0) return ok("ignored", "git ignores the folder of the worktrees");
  return ok("ignored", "the first worktree adds the line /.interlock/ to .git/info/exclude");
}

/** What works, but not quite as everywhere. */
async function checkSpecials({ root, bare }: Repository): Promise<readonly Finding[]> {
  if (bare) return [];
  const findings: Finding[] = [];
  if (existsSync(join(root, ".gitmodules")))
    findings.push(
      warn(
        "submodules",
        "the repository has submodules; worktrees get their folders empty",
        "Let worktree.setup run `git submodule update --init` if builds need them.",
      ),
    );
  if (/filter\s*=\s*lfs/.test(readIfThere(join(root, ".gitattributes")) ?? "") && !isOnPath("git-lfs"))
    findings.push(
      warn("lfs", "files are kept in Git LFS, but git-lfs is not on PATH", "Install git-lfs, or files stay pointers."),
    );
  const sparse = await simpleGit(root).raw(["config", "--get", "--default", "false", "core.sparseCheckout"]);
  if (sparse.trim() === "true")
    findings.push(
      warn(
        "sparse",
        "this checkout is sparse; worktrees of agents hold all files",
        "Nothing, if there is room for them.",
      ),
    );
  return findings;
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
