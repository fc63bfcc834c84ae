import { createHash, randomUUID } from "node:crypto";
import { access, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { devNull } from "node:os";
import { dirname, join } from "node:path";
import { diffTrees, type TreeChange } from "../git/diff.ts";
import { readBlobs } from "../git/objects.ts";
import type { Git, GitPlace } from "../git/runner.ts";

/**
 * Where merges run: an empty repository of ours with its own configuration that borrows the objects, and a work tree that holds
 * nothing but the attributes of one commit. The user's settings, drivers, replacements and checkout cannot change the outcome. [G5]
 */
export interface MergeEnvironment {
  readonly place: GitPlace;
  /** The commit whose attributes apply. */
  readonly attributesOf: string;
}

/** The environment for merging into a commit. */
export async function mergeEnvironment(git: Git, commit: string): Promise<MergeEnvironment> {
  const gitDir = join(git.gitDir, "interlock", "merge.git");
  await ensureRepository(gitDir, commit.length === 64);
  const workTree = await writeAttributes(git, commit);
  return { attributesOf: commit, place: { gitDir, workTree, env: await isolation(git) } };
}

/** Whether the environment of one commit serves for another. */
export async function hasSameAttributes(git: Git, one: string, other: string): Promise<boolean> {
  return one === other || (await diffTrees(git, one, other, { named: ATTRIBUTES })).length === 0;
}

const ATTRIBUTES = ".gitattributes";

const CONFIG = `	bare = false
	attributesFile = ${devNull}
[merge]
	directoryRenames = false
	renames = true
	renameLimit = 7000
	renormalize = false
	conflictStyle = merge
`;

async function isolation(git: Git): Promise<Record<string, string>> {
  const shallow = join(git.gitDir, "shallow");
  return {
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: devNull,
    GIT_ATTR_NOSYSTEM: "1",
    GIT_OBJECT_DIRECTORY: join(git.gitDir, "objects"),
    ...((await exists(shallow)) ? { GIT_SHALLOW_FILE: shallow } : {}),
  };
}

async function ensureRepository(gitDir: string, sha256: boolean): Promise<void> {
  if (await exists(join(gitDir, "HEAD"))) return;
  const draft = `${gitDir}.${randomUUID()}`;
  await mkdir(join(draft, "objects"), { recursive: true });
  await mkdir(join(draft, "refs"), { recursive: true });
  await mkdir(join(draft, "info"), { recursive: true });
  const format = sha256 ? "\trepositoryformatversion = 1\n" : "\trepositoryformatversion = 0\n";
  const extensions = sha256 ? "[extensions]\n\tobjectFormat = sha256\n" : "";
  await writeFile(join(draft, "config"), `[core]\n${format}${CONFIG}${extensions}`);
  // Left-over markers are recognised by their usual length.
  await writeFile(join(draft, "info", "attributes"), "* conflict-marker-size=7\n");
  await writeFile(join(draft, "HEAD"), "ref: refs/heads/nothing\n");
  await moveIntoPlace(draft, gitDir);
}

/** A folder with the attributes files of a commit; the same files are the same folder. */
async function writeAttributes(git: Git, commit: string): Promise<string> {
  const files = (await diffTrees(git, EMPTY_TREE[commit.length] ?? "", commit, { named: ATTRIBUTES })).filter(isPlain);
  const digest = createHash("sha256")
    .update(files.map((file) => `${file.newId} ${file.path}\n`).join(""))
    .digest("hex");
  const folder = join(git.gitDir, "interlock", "attributes", digest.slice(0, 20));
  if (await exists(folder)) return folder;
  const draft = `${folder}.${randomUUID()}`;
  await mkdir(draft, { recursive: true });
  const contents = await readBlobs(
    git,
    files.map((file) => file.newId),
  );
  for (const [index, file] of files.entries()) {
    await mkdir(dirname(join(draft, file.path)), { recursive: true });
    await writeFile(join(draft, file.path), contents[index] ?? "");
  }
  await moveIntoPlace(draft, folder);
  return folder;
}

/** Known to git without being stored; by the length of the repository's ids. */
const EMPTY_TREE: Readonly<Record<number, string>> = {
  40: "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
  64: "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
};

/** Git passes by attributes that are links, and a name made by hand must not lead out of the folder. */
function isPlain(file: TreeChange): boolean {
  return (
    file.newMode.startsWith("100") &&
    !file.path.split("/").some((name) => ["", ".", "..", ".git"].includes(name.toLowerCase()))
  );
}

async function moveIntoPlace(draft: string, path: string): Promise<void> {
  try {
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!(await exists(path))) throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
