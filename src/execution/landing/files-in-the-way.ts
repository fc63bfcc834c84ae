import { lstat, readlink } from "node:fs/promises";
import { join } from "node:path";
import type { TreeChange } from "../git/diff.ts";
import { parseId, parseNames } from "../git/objects.ts";
import type { Git, GitPlace } from "../git/runner.ts";

type CheckoutPlace = GitPlace & { readonly workTree: string };

/** Untracked files where the target has files. */
export interface Untracked {
  readonly inTheWay: readonly string[];
  /** Those that are what the target has, byte for byte. */
  readonly already: readonly string[];
}

/** Looks for what a move would overwrite; unlike git it spares ignored files too. */
export async function findUntracked(
  git: Git,
  place: CheckoutPlace,
  changes: readonly TreeChange[],
): Promise<Untracked> {
  const gone = new Set(changes.filter((change) => change.status === "D").map((change) => folded(change.path)));
  const inTheWay = new Set<string>();
  const already: string[] = [];
  for (const change of changes) {
    if (change.status !== "A" || change.newMode === GITLINK) continue;
    const obstacle = await firstObstacle(place.workTree, change.path);
    if (obstacle === undefined || gone.has(folded(obstacle.path))) continue;
    if (obstacle.isFolder) for (const path of await listUntracked(git, place, obstacle.path)) inTheWay.add(path);
    else if (obstacle.path === change.path && (await isAlready(git, place, change))) already.push(change.path);
    else inTheWay.add(obstacle.path);
  }
  return { inTheWay: [...inTheWay].sort(), already };
}

/** Whether a path in a work tree is as a change leaves it. */
export async function isAlready(git: Git, place: CheckoutPlace, change: TreeChange): Promise<boolean> {
  const path = join(place.workTree, change.path);
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined || change.status === "D") return found === undefined && change.status === "D";
  if (found.isSymbolicLink()) {
    return change.newMode === LINK && (await hash(git, place, ["--stdin"], await readlink(path))) === change.newId;
  }
  if (!found.isFile() || change.newMode !== ((found.mode & 0o100) === 0 ? "100644" : "100755")) return false;
  return (await hash(git, place, [`--path=${change.path}`, "--", path])) === change.newId;
}

const GITLINK = "160000";
const LINK = "120000";

/** On file systems that fold case a file may seem to be in its own way. */
function folded(path: string): string {
  return path.toLowerCase();
}

/** What is at a path, or in place of a folder above it. */
async function firstObstacle(root: string, path: string): Promise<{ path: string; isFolder: boolean } | undefined> {
  const segments = path.split("/");
  for (let depth = 1; depth <= segments.length; depth += 1) {
    const at = segments.slice(0, depth).join("/");
    const found = await lstat(join(root, at)).catch(() => undefined);
    if (found === undefined) return undefined;
    if (depth === segments.length || !found.isDirectory()) return { path: at, isFolder: found.isDirectory() };
  }
  return undefined;
}

function listUntracked(git: Git, place: CheckoutPlace, folder: string): Promise<readonly string[]> {
  return git.run({ args: ["ls-files", "-z", "--others", "--", `:(top,literal)${folder}`], parse: parseNames }, place);
}

function hash(git: Git, place: CheckoutPlace, what: readonly string[], stdin?: string): Promise<string> {
  return git.run({ args: ["hash-object", ...what], parse: parseId }, stdin === undefined ? place : { ...place, stdin });
}
