import { configFile, defaultConfig, parseConfig } from "../config/config.ts";
import { readFileAt } from "./git/objects.ts";
import { resolveCommit } from "./git/refs.ts";
import type { Git } from "./git/runner.ts";
import type { BranchConfig } from "./hands.ts";

/** Reads the config as it is committed on a branch (or at HEAD), once per commit. */
export function branchConfigs(git: Git): (branch: string) => Promise<BranchConfig> {
  const known = new Map<string, BranchConfig>();
  return async (branch) => {
    const commit = await resolveCommit(git, branch === "HEAD" ? "HEAD" : `refs/heads/${branch}`);
    if (commit === undefined) return { config: defaultConfig, committed: false };
    const found = known.get(commit) ?? (await read(git, commit));
    known.set(commit, found);
    return found;
  };
}

async function read(git: Git, commit: string): Promise<BranchConfig> {
  const text = await readFileAt(git, commit, configFile);
  if (text === undefined) return { config: defaultConfig, committed: false };
  const parsed = parseConfig(text.toString("utf8"));
  return "problems" in parsed ? parsed : { ...parsed, committed: true };
}
