import { commitTree } from "../git/objects.ts";
import type { Git } from "../git/runner.ts";

/** A commit of a snapshot's tree on the base from the log: what an attempt submits. */
export function commitSnapshot(
  git: Git,
  snapshot: { readonly tree: string; readonly base: string; readonly message: string; readonly date?: string },
): Promise<string> {
  const { base, ...rest } = snapshot;
  return commitTree(git, { ...rest, parents: [base] });
}
