import { isAncestor } from "../git/history.ts";
import { commitTree, treeOf } from "../git/objects.ts";
import type { Git } from "../git/runner.ts";

/**
 * What work is merged with, so that only what was changed since it began comes along. Where it began on what had not landed and was
 * built anew or came back since, the two have more in common than git can see: what it began with is made what both come from.
 */
export async function asChangesOf(git: Git, began: string, onto: string): Promise<string> {
  if (await isAncestor(git, began, onto)) return onto;
  const message = "What work is merged with, as changes of what it began with";
  return commitTree(git, { parents: [began], tree: await treeOf(git, onto), message });
}
