import type { Git } from "../git/runner.ts";

/** A stretch where both sides changed the same lines; each text is cut at the cap. */
export interface ConflictHunk {
  readonly base: string;
  readonly ours: string;
  readonly theirs: string;
}

/** One path that both sides changed in ways that exclude each other. */
export interface MergeConflict {
  readonly path: string;
  readonly kind:
    | "content"
    | "add/add"
    | "modify/delete"
    | "rename/delete"
    | "rename/rename"
    | "rename/add"
    | "file/directory"
    | "directory_rename"
    | "distinct_types"
    | "binary"
    | "submodule"
    | "other";
  readonly hunks: readonly ConflictHunk[];
  /** How many hunks there are beyond those given. */
  readonly moreHunks: number;
  /** Git's own words. */
  readonly say: string;
}

/** A merge is a tree, clean or with conflict markers in its files. */
export type MergeResult =
  | { readonly clean: true; readonly tree: string }
  | { readonly clean: false; readonly tree: string; readonly conflicts: readonly MergeConflict[] };

/** Merges two commits in memory; the outcome depends on the repository's content alone. [G5] */
export async function mergeTrees(
  git: Git,
  merge: { readonly ours: string; readonly theirs: string; readonly base?: string },
): Promise<MergeResult> {
  throw new Error(`not built: ${git} ${merge}`);
}
