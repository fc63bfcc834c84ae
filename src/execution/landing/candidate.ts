import { commitTree } from "../git/objects.ts";
import type { Git } from "../git/runner.ts";

/** The commit of a merged tree that gates will judge. */
export function candidateCommit(
  git: Git,
  candidate: {
    readonly parents: readonly string[];
    readonly tree: string;
    readonly message: string;
    readonly date?: string;
  },
): Promise<string> {
  return commitTree(git, candidate);
}
