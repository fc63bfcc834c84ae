import type { Git } from "../git/runner.ts";

/** What became of moving the target branch. */
export type TargetLanding =
  | { readonly landed: true; readonly from: string; readonly checkouts: readonly string[] }
  | { readonly refused: "unknown_branch" }
  | { readonly refused: "not_fast_forward"; readonly actual: string }
  | { readonly refused: "dirty_checkout"; readonly worktree: string; readonly paths: readonly string[] }
  | { readonly refused: "untracked_in_the_way"; readonly worktree: string; readonly paths: readonly string[] }
  | { readonly refused: "checkout_busy"; readonly worktree: string; readonly doing: string }
  | { readonly refused: "moved_meanwhile"; readonly actual: string | undefined };

/** Fast-forwards the target branch, and every checkout of it, or refuses with the reason; never overwrites anything. [G1] [G6] */
export async function landOnTarget(
  git: Git,
  landing: { readonly branch: string; readonly to: string },
): Promise<TargetLanding> {
  throw new Error(`not built: ${git} ${landing}`);
}
