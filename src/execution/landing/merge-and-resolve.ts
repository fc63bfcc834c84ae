import type { ResolvedPath } from "../../core/train.ts";
import type { Git } from "../git/runner.ts";
import { type MergeRequest, type MergeResult, mergeTrees } from "./merge.ts";

/**
 * Merges two commits in memory and resolves what needs no thought. Parsers are loaded when something has to be resolved, because
 * most merges are clean and every process would pay for them at its start.
 */
export async function mergeAndResolve(
  git: Git,
  request: MergeRequest,
): Promise<MergeResult & { readonly resolved?: readonly ResolvedPath[] }> {
  const merged = await mergeTrees(git, request);
  if (merged.clean) return merged;
  const [{ resolveMerge }, { resolutionChain }] = await Promise.all([
    import("./resolution/resolve-merge.ts"),
    import("./resolution/chain.ts"),
  ]);
  return resolveMerge(git, request, resolutionChain(git.gitDir));
}

/** Remembers how a merge that had come back with conflicts was settled, from what landed. */
export async function learnFromLanding(git: Git, conflicted: string, landed: string): Promise<void> {
  const { learnFrom } = await import("./resolution/learn.ts");
  await learnFrom(git, conflicted, landed);
}
