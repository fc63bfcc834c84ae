/** Trees that passed a gate, so that none is tested again under the same command. */
import type { TreeId } from "./ids.ts";
import type { Workspace } from "./workspace.ts";

/** Trees come back soon or never. */
const mostPassed = 2_000;

/** How a gate on a tree is known again. */
export function passKey(tree: TreeId, key: string): string {
  return `${tree} ${key}`;
}

export function rememberPass({ passed }: Workspace, tree: TreeId, key: string): void {
  passed.delete(passKey(tree, key));
  passed.add(passKey(tree, key));
  if (passed.size <= mostPassed) return;
  for (const oldest of passed) {
    passed.delete(oldest);
    return;
  }
}
