import type { Git } from "../git/runner.ts";
import { type BytePath, folderOf } from "./byte-path.ts";

/** What a tree has beside plain files: its folders, and the paths of its submodules. */
export interface TreeLayout {
  /** Every folder that holds something, the top one (empty name) first. */
  readonly folders: readonly BytePath[];
  readonly gitlinks: readonly BytePath[];
}

/** Reads layouts of trees; what was read stays true for ever, so the last few are remembered. */
export function createLayouts(git: Git, remembered = 8): (tree: string) => Promise<TreeLayout> {
  const known = new Map<string, Promise<TreeLayout>>();
  return (tree) => {
    const found = known.get(tree) ?? readLayout(git, tree);
    known.delete(tree);
    known.set(tree, found);
    found.catch(() => known.delete(tree));
    for (const old of known.keys()) {
      if (known.size <= remembered) break;
      known.delete(old);
    }
    return found;
  };
}

function readLayout(git: Git, tree: string): Promise<TreeLayout> {
  return git.run({
    args: ["ls-tree", "-r", "-z", "--full-tree", tree],
    parse: ({ stdout }) => {
      const folders = new Set<BytePath>(["" as BytePath]);
      const gitlinks: BytePath[] = [];
      for (const line of stdout.toString("latin1").split("\0")) {
        if (line === "") continue;
        const path = line.slice(line.indexOf("\t") + 1) as BytePath;
        if (line.startsWith("160000 ")) gitlinks.push(path);
        addFolders(folders, path);
      }
      return { folders: [...folders], gitlinks };
    },
  });
}

/** Adds the folders above a path that are not there yet. */
export function addFolders(folders: Set<BytePath>, path: BytePath): void {
  for (let folder = folderOf(path); !folders.has(folder); folder = folderOf(folder)) folders.add(folder);
}
