import type { Git } from "./runner.ts";

/** A work tree that git knows of. */
export interface Worktree {
  readonly path: string;
  readonly head: string | undefined;
  /** Full name of the branch checked out there. */
  readonly branch: string | undefined;
  readonly bare: boolean;
  /** The reason given when it was locked; empty when none was given. */
  readonly locked: string | undefined;
  readonly prunable: boolean;
}

/** All work trees of the repository, the main one first. */
export async function listWorktrees(git: Git): Promise<readonly Worktree[]> {
  throw new Error(`not built: ${git}`);
}
