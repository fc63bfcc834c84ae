import type { GitOutput } from "../git/runner.ts";

/**
 * A path as git holds it, one character per byte: file names need not be UTF-8, and what is read from git must go back to
 * git unchanged.
 */
export type BytePath = string & { readonly bytes: true };

/** The paths of `-z` output. */
export function parseBytePaths({ stdout }: GitOutput): readonly BytePath[] {
  return stdout.toString("latin1").split("\0").filter(Boolean) as BytePath[];
}

/** Input for a command that reads paths with `-z`. */
export function toStdin(paths: Iterable<BytePath>): Buffer {
  return Buffer.from([...paths].map((path) => `${path}\0`).join(""), "latin1");
}

/** For people and for JSON; a byte that is no UTF-8 becomes a question mark. */
export function toText(path: BytePath): string {
  return Buffer.from(path, "latin1").toString("utf8");
}

export function fromText(path: string): BytePath {
  return Buffer.from(path, "utf8").toString("latin1") as BytePath;
}

/** Where the path is on disk. */
export function onDisk(folder: string, path: string): Buffer {
  return Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(path, "latin1")]);
}

/** The folder a path is in, empty at the top. */
export function folderOf(path: BytePath): BytePath {
  return path.slice(0, Math.max(path.lastIndexOf("/"), 0)) as BytePath;
}

/** The folders a path is in, from the outermost on, without the top one. */
export function foldersAbove(path: BytePath): readonly BytePath[] {
  const folder = folderOf(path);
  return folder === "" ? [] : [...foldersAbove(folder), folder];
}

/** The last name of a path. */
export function nameOf(path: BytePath): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
