import { diffTrees } from "../git/diff.ts";
import type { Git } from "../git/runner.ts";
import { type BytePath, folderOf, nameOf } from "./byte-path.ts";

/** What lies where in a tree. */
export interface TreeLayout {
  readonly tree: string;
  /** The names in each folder that holds something; the top one is empty. */
  readonly folders: ReadonlyMap<BytePath, ReadonlySet<string>>;
  /** The paths of its submodules. */
  readonly gitlinks: ReadonlySet<BytePath>;
  /** Its attributes files and their content: they decide how files look on disk. */
  readonly attributes: ReadonlyMap<BytePath, string>;
}

/** Whether files that are the same in two trees look the same on disk. */
export function lookAlike(one: TreeLayout, other: TreeLayout): boolean {
  if (one.attributes.size !== other.attributes.size) return false;
  return [...one.attributes].every(([path, oid]) => other.attributes.get(path) === oid);
}

/** The layouts of trees, and what changes between them. */
export interface Layouts {
  of(tree: string): Promise<TreeLayout>;
}

/** Reads layouts; what was read stays true for ever, so the last few are remembered and a new one starts from the last. */
export function createLayouts(git: Git, remembered = 8): Layouts {
  const known = new Map<string, Promise<TreeLayout>>();
  const read = async (tree: string, last: Promise<TreeLayout> | undefined) => {
    const start = await last?.catch(() => undefined);
    return start === undefined ? readLayout(git, tree) : changeLayout(git, start, tree);
  };
  return {
    of: (tree) => {
      const found = known.get(tree) ?? read(tree, [...known.values()].at(-1));
      known.delete(tree);
      known.set(tree, found);
      found.catch(() => known.delete(tree));
      for (const old of known.keys()) {
        if (known.size <= remembered) break;
        known.delete(old);
      }
      return found;
    },
  };
}

const GITLINK = "160000";
const ATTRIBUTES = ".gitattributes";

function readLayout(git: Git, tree: string): Promise<TreeLayout> {
  return git.run({
    args: ["ls-tree", "-r", "-z", "--full-tree", tree],
    parse: ({ stdout }) => {
      const folders = new Map([["" as BytePath, new Set<string>()]]);
      const gitlinks = new Set<BytePath>();
      const attributes = new Map<BytePath, string>();
      for (const line of stdout.toString("latin1").split("\0")) {
        if (line === "") continue;
        const path = line.slice(line.indexOf("\t") + 1) as BytePath;
        if (line.startsWith(`${GITLINK} `)) gitlinks.add(path);
        if (nameOf(path) === ATTRIBUTES) attributes.set(path, line.slice(0, line.indexOf("\t")));
        add(folders, path, (names) => names);
      }
      return { tree, folders, gitlinks, attributes };
    },
  });
}

async function changeLayout(git: Git, start: TreeLayout, tree: string): Promise<TreeLayout> {
  const folders = new Map(start.folders) as Folders;
  const gitlinks = new Set(start.gitlinks);
  const attributes = new Map(start.attributes);
  const own = new Set<ReadonlySet<string>>();
  // Folders that did not change are shared with the layout before.
  const owned = (names: Set<string>) => {
    if (own.has(names)) return names;
    const copy = new Set(names);
    own.add(copy);
    return copy;
  };
  const changes = await diffTrees(git, start.tree, tree, { encoding: "latin1" });
  for (const change of changes) {
    const path = change.path as BytePath;
    if (change.oldMode === GITLINK) gitlinks.delete(path);
    if (change.newMode === GITLINK) gitlinks.add(path);
    if (nameOf(path) === ATTRIBUTES) attributes.delete(path);
    if (nameOf(path) === ATTRIBUTES && change.status !== "D") {
      attributes.set(path, `${change.newMode} blob ${change.newId}`);
    }
    if (change.status === "D") remove(folders, path, owned);
  }
  // After the removals: a folder may have taken the place of a file.
  for (const change of changes) if (change.status === "A") add(folders, change.path as BytePath, owned);
  return { tree, folders, gitlinks, attributes };
}

type Folders = Map<BytePath, Set<string>>;

function add(folders: Folders, path: BytePath, owned: (names: Set<string>) => Set<string>): void {
  const folder = folderOf(path);
  const names = folders.get(folder);
  if (names?.has(nameOf(path)) === true) return;
  folders.set(folder, (names === undefined ? owned(new Set()) : owned(names)).add(nameOf(path)));
  if (names === undefined && folder !== "") add(folders, folder, owned);
}

function remove(folders: Folders, path: BytePath, owned: (names: Set<string>) => Set<string>): void {
  const folder = folderOf(path);
  const names = owned(folders.get(folder) ?? new Set());
  names.delete(nameOf(path));
  if (names.size > 0 || folder === "") folders.set(folder, names);
  else {
    folders.delete(folder);
    remove(folders, folder, owned);
  }
}

/** Adds the folders above a path that are not there yet. */
export function addFolders(folders: Set<BytePath>, path: BytePath): void {
  for (let folder = folderOf(path); !folders.has(folder); folder = folderOf(folder)) folders.add(folder);
}
