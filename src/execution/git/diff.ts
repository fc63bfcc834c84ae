import { GitFault } from "./git-fault.ts";
import { readObject } from "./read-object.ts";
import type { Git } from "./runner.ts";

/** One file that differs between two trees; modes and ids are zeros where there is none. A rename is a D and an A. */
export interface TreeChange {
  readonly path: string;
  readonly status: "A" | "M" | "D" | "T";
  readonly oldMode: string;
  readonly newMode: string;
  readonly oldId: string;
  readonly newId: string;
}

/** Which files to look for; all when absent. */
export interface DiffOptions {
  /** Files or folders. */
  readonly paths?: readonly string[];
  /** The last part of the path. */
  readonly named?: string;
  /** `latin1` keeps names that are no UTF-8: one character per byte. */
  readonly encoding?: "utf8" | "latin1";
}

/**
 * What differs between two commits or trees, in the order of the paths' bytes. Reads only folders that differ, so that it
 * costs what the change is big, not what the tree is.
 */
export async function diffTrees(
  git: Git,
  old: string,
  next: string,
  { paths, named, encoding = "utf8" }: DiffOptions = {},
): Promise<readonly TreeChange[]> {
  const found: TreeChange[] = [];
  if (old !== next) await compareFolders(git, "", `${old}^{tree}`, `${next}^{tree}`, found);
  found.sort((one, other) => (one.path < other.path ? -1 : 1));
  const changes = found.map((change) => ({ ...change, path: Buffer.from(change.path, "latin1").toString(encoding) }));
  const isNamed = (path: string) => named === undefined || path === named || path.endsWith(`/${named}`);
  const isWanted = (path: string) =>
    paths === undefined || paths.some((at) => path === at || path.startsWith(`${at}/`));
  return changes.filter(({ path }) => isNamed(path) && isWanted(path));
}

interface Entry {
  readonly mode: string;
  readonly id: string;
}

const FOLDER = "40000";

/** Paths are kept with one character per byte until all are sorted. */
async function compareFolders(
  git: Git,
  at: string,
  old: string | undefined,
  next: string | undefined,
  found: TreeChange[],
): Promise<void> {
  const [before, after] = await Promise.all([readFolder(git, old), readFolder(git, next)]);
  const below: Promise<void>[] = [];
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const [one, other] = [before.get(name), after.get(name)];
    if (one?.id === other?.id && one?.mode === other?.mode) continue;
    const [oldFolder, newFolder] = [one, other].map((entry) => (entry?.mode === FOLDER ? entry.id : undefined));
    if (oldFolder ?? newFolder) below.push(compareFolders(git, `${at}${name}/`, oldFolder, newFolder, found));
    const [oldFile, newFile] = [one, other].map((entry) => (entry?.mode === FOLDER ? undefined : entry));
    if (oldFile ?? newFile) found.push(changeOf(at + name, oldFile, newFile));
  }
  await Promise.all(below);
}

function changeOf(path: string, old: Entry | undefined, next: Entry | undefined): TreeChange {
  const none = { mode: "000000", id: "0".repeat((old ?? next)?.id.length ?? 0) };
  const [from, to] = [old ?? none, next ?? none];
  const ids = { oldMode: from.mode, newMode: to.mode, oldId: from.id, newId: to.id };
  if (old === undefined) return { path, status: "A", ...ids };
  if (next === undefined) return { path, status: "D", ...ids };
  // The first digits tell files, links and submodules apart.
  return { path, status: old.mode.slice(0, 3) === next.mode.slice(0, 3) ? "M" : "T", ...ids };
}

async function readFolder(git: Git, tree: string | undefined): Promise<ReadonlyMap<string, Entry>> {
  const entries = new Map<string, Entry>();
  if (tree === undefined) return entries;
  const found = await readObject(git, tree);
  if (found?.type !== "tree") throw new GitFault(["cat-file", tree], undefined, `there is no tree ${tree}`);
  const { body, id } = found;
  const idLength = id.length / 2;
  for (let start = 0; start < body.length; ) {
    const end = body.indexOf(0, start);
    const [mode = "", name = ""] = splitAt(body.toString("latin1", start, end), " ");
    start = end + 1 + idLength;
    entries.set(name, { mode: canonical(mode), id: body.toString("hex", end + 1, start) });
  }
  return entries;
}

/** Old versions of git stored more rights than who may execute a file. */
function canonical(mode: string): string {
  if (!mode.startsWith("100")) return mode;
  return (Number.parseInt(mode, 8) & 0o100) === 0 ? "100644" : "100755";
}

function splitAt(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return [text.slice(0, at), text.slice(at + separator.length)];
}
