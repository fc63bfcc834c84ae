import type { Git, GitPlace } from "./runner.ts";

/** An entry of a tree. */
export interface TreeEntry {
  readonly mode: string;
  readonly type: string;
  readonly oid: string;
  readonly path: string;
}

/** The content of a file in a commit or tree, or undefined when there is no file of that name. */
export async function readFileAt(git: Git, commit: string, path: string): Promise<Buffer | undefined> {
  throw new Error(`not built: ${git} ${commit} ${path}`);
}

/** All files of a commit or tree, or those under `under`, with subfolders walked. */
export async function listTree(git: Git, tree: string, under?: readonly string[]): Promise<readonly TreeEntry[]> {
  throw new Error(`not built: ${git} ${tree} ${under}`);
}

/** The tree of a commit. */
export async function treeOf(git: Git, commit: string): Promise<string> {
  throw new Error(`not built: ${git} ${commit}`);
}

/** Makes a commit by Interlock; the same input in the same second is the same commit. Returns its id. */
export async function commitTree(
  git: Git,
  commit: { readonly tree: string; readonly parents: readonly string[]; readonly message: string; readonly date?: string },
  place?: GitPlace,
): Promise<string> {
  throw new Error(`not built: ${git} ${commit} ${place}`);
}
