import { simpleGit } from "simple-git";
import { configFile } from "../../config/config.ts";
import type { Repository } from "../../execution/git/discover.ts";

/** Whether the config that is in the checkout is the one that is committed, which alone counts. */
export type CommittedConfig = "same" | "differs" | "missing";

export async function committedConfig(
  { root, headCommit }: Repository,
  inCheckout: string | undefined,
): Promise<CommittedConfig> {
  if (headCommit === undefined || inCheckout === undefined) return "missing";
  const git = simpleGit(root);
  const tracked = await git.raw(["ls-tree", "--name-only", "HEAD", "--", `:(top)${configFile}`]);
  if (tracked.trim() === "") return "missing";
  const changed = await git.raw(["status", "--porcelain", "--", `:(top)${configFile}`]);
  return changed.trim() === "" ? "same" : "differs";
}
