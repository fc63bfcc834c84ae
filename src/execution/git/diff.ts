import type { Git } from "./runner.ts";

/** One path that differs between two trees; a rename found is one entry with `from`. */
export interface TreeChange {
  readonly path: string;
  readonly status: "A" | "M" | "D" | "T" | "R";
  readonly oldMode: string;
  readonly newMode: string;
  readonly oldId: string;
  readonly newId: string;
  /** The old name, for a rename. */
  readonly from?: string;
}

/** What differs between two commits or trees, by path. Renames are D and A unless asked for. */
export async function diffTrees(
  git: Git,
  old: string,
  next: string,
  options?: { readonly renames?: boolean; readonly paths?: readonly string[] },
): Promise<readonly TreeChange[]> {
  throw new Error(`not built: ${git} ${old} ${next} ${options}`);
}
