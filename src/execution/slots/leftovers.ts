import { readdirSync } from "node:fs";
import { setImmediate as nextTurn } from "node:timers/promises";
import { type BytePath, onDisk } from "./byte-path.ts";
import { isReallyInside } from "./real-path.ts";
import { kindOf } from "./slot-place.ts";
import type { TreeLayout } from "./tree-layout.ts";

/**
 * Looks for what is in a work tree and not in a tree: untracked, ignored, or passed by by git, like sockets and a `.git` in a
 * tracked folder. Only the topmost of what lies below each other. Reading is quick but follows links: `confirm` what was
 * found once the work tree's folders are those of the tree.
 */
export async function scanLeftovers(workTree: string, layout: TreeLayout): Promise<readonly BytePath[]> {
  const found: BytePath[] = [];
  let read = 0;
  for (const [folder, names] of layout.folders) {
    for (const name of entriesOf(workTree, folder)) {
      if (names.has(name) || (folder === "" && name === ".git")) continue;
      found.push((folder === "" ? name : `${folder}/${name}`) as BytePath);
    }
    read += 1;
    if (read % AT_ONCE === 0) await nextTurn();
  }
  return found;
}

/** Of what was found, that which is there, in the work tree itself, and no tracked file under another spelling. */
export function confirmLeftovers(
  workTree: string,
  layout: TreeLayout,
  found: readonly BytePath[],
): readonly BytePath[] {
  if (found.length === 0) return [];
  const spelling = foldsCase(workTree) ? foldedPaths(layout) : new Set<string>();
  return found.filter(
    (path) =>
      !spelling.has(folded(path)) && kindOf(onDisk(workTree, path)) !== undefined && isReallyInside(workTree, path),
  );
}

function foldsCase(workTree: string): boolean {
  return kindOf(`${workTree}/.GIT`) !== undefined && kindOf(`${workTree}/.git`) !== undefined;
}

function foldedPaths(layout: TreeLayout): ReadonlySet<string> {
  const paths = new Set<string>();
  for (const [folder, names] of layout.folders) for (const name of names) paths.add(folded(`${folder}/${name}`));
  return paths;
}

function folded(path: string): string {
  return Buffer.from(path, "latin1").toString("utf8").normalize("NFC").toLowerCase().replace(/^\//, "");
}

/** Few enough that the event loop is not held up for long. */
const AT_ONCE = 100;

function entriesOf(workTree: string, folder: BytePath): readonly string[] {
  try {
    return readdirSync(onDisk(workTree, folder), { encoding: "latin1" });
  } catch {
    // Not a folder, or not any more, or not for us: then the checkout has to make it one.
    return [];
  }
}
