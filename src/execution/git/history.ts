import type { Git } from "./runner.ts";

/** One commit of a log. */
export interface LoggedCommit {
  readonly commit: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: string;
  readonly at: string;
  readonly message: string;
}

/** Whether `ancestor` is in the history of `descendant` (a commit is its own ancestor). */
export async function isAncestor(git: Git, ancestor: string, descendant: string): Promise<boolean> {
  throw new Error(`not built: ${git} ${ancestor} ${descendant}`);
}

/** The best common ancestor, or undefined when the histories are unrelated. */
export async function mergeBase(git: Git, one: string, other: string): Promise<string | undefined> {
  throw new Error(`not built: ${git} ${one} ${other}`);
}

/** Commits reachable from `from` and not from `not`, newest first, at most `limit`. */
export async function listCommits(
  git: Git,
  range: { readonly from: string; readonly not?: readonly string[]; readonly limit?: number },
): Promise<readonly LoggedCommit[]> {
  throw new Error(`not built: ${git} ${range}`);
}
