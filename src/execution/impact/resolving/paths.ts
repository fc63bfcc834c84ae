/** Paths of a tree: relative to its root, which is the empty path, with `/`. */

export function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf("/"), 0));
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** The path up to the first dot of its name; a dot that the name starts with is part of it. */
export function stemOf(path: string): string {
  const dot = path.indexOf(".", path.lastIndexOf("/") + 2);
  return dot < 0 ? path : path.slice(0, dot);
}

/** Where a relative path leads from a folder, or undefined when that is outside of the tree. */
export function pathFrom(folder: string, relative: string): string | undefined {
  const parts = folder === "" ? [] : folder.split("/");
  for (const part of relative.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join("/");
}

/** A folder and all those around it, the nearest first; the last is the root. */
export function foldersAround(folder: string): readonly string[] {
  const folders = [folder];
  for (let one = folder; one !== ""; ) {
    one = folderOf(one);
    folders.push(one);
  }
  return folders;
}
