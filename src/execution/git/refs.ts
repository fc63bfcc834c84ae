import type { Git } from "./runner.ts";

/** A ref and the object that it names. */
export interface Ref {
  readonly name: string;
  readonly oid: string;
}

/** A compare-and-swap of a ref either happened, or shows what the ref holds instead. */
export type RefMove = { readonly moved: true } | { readonly moved: false; readonly actual: string | undefined };

/** The commit a revision names, or undefined when it names none. */
export async function resolveCommit(git: Git, revision: string): Promise<string | undefined> {
  throw new Error(`not built: ${git} ${revision}`);
}

/** The object a ref holds, or undefined when there is no such ref. */
export async function readRef(git: Git, ref: string): Promise<string | undefined> {
  throw new Error(`not built: ${git} ${ref}`);
}

/** The refs under the prefixes, by name. */
export async function listRefs(git: Git, prefixes: readonly string[]): Promise<readonly Ref[]> {
  throw new Error(`not built: ${git} ${prefixes}`);
}

/** Moves a ref from one value to another; `from: undefined` means it must not exist, `to: undefined` deletes it. [G6] */
export async function moveRef(
  git: Git,
  move: { readonly ref: string; readonly from: string | undefined; readonly to: string | undefined; readonly reason?: string },
): Promise<RefMove> {
  throw new Error(`not built: ${git} ${move}`);
}
