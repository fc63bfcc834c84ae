/** What a folder belongs to: where its repository keeps things and what is checked out there. */
export interface Repository {
  /** Top level of the work tree that the folder is in; the common dir when the repository is bare. Absolute, links resolved. */
  readonly root: string;
  /** Top level of the repository's main work tree, when there is one that can be named. */
  readonly mainRoot: string | undefined;
  /** Shared by all work trees of the repository: the workspace's identity on this machine. */
  readonly commonDir: string;
  readonly gitDir: string;
  readonly bare: boolean;
  readonly isLinkedWorktree: boolean;
  /** Full name, like `refs/heads/main`; undefined when HEAD is detached. */
  readonly headBranch: string | undefined;
  /** Undefined while the branch has no commit. */
  readonly headCommit: string | undefined;
  /** Whether this repository's file system folds case. */
  readonly ignoreCase: boolean;
}

/** The repository that `folder` is in, or undefined when it is in none. The only place where git may look for one. */
export async function discoverRepository(folder: string): Promise<Repository | undefined> {
  throw new Error(`not built: ${folder}`);
}
