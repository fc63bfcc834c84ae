import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Repository } from "../git/discover.ts";
import { kindOf } from "./slot-place.ts";

/**
 * Where slots go unless configured: `.interlock/worktrees` of the main work tree, which all processes agree on and which
 * `git worktree remove` can never delete; without one, of the checkout at hand; in a bare repository, beside our state.
 */
export function defaultSlotFolder(repository: Repository): string {
  if (repository.mainRoot !== undefined) return join(repository.mainRoot, ".interlock", "worktrees");
  if (repository.root !== repository.commonDir) return join(repository.root, ".interlock", "worktrees");
  return join(repository.commonDir, "interlock", "worktrees");
}

/**
 * Makes the folder for slots, with a `.git` beside or in it that leads nowhere: a stray git command in a broken slot fails
 * there instead of finding the user's repository, and `git clean` takes it for a repository and passes by.
 */
export async function ensureSlotFolder(commonDir: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const empty = join(commonDir, "interlock", "empty.git");
  await ensureEmptyRepository(empty);
  const inside = dirname(folder);
  const guarded = inside.endsWith(".interlock") ? inside : folder;
  if (inside.endsWith(".interlock")) await ensureExcluded(commonDir);
  const guard = join(guarded, ".git");
  const content = `gitdir: ${empty}\n`;
  if (kindOf(guard) === undefined || (await isMovedGuard(guard, content))) await writeFile(guard, content);
}

/** One of ours that leads to where the repository was before. */
async function isMovedGuard(guard: string, content: string): Promise<boolean> {
  if (kindOf(guard) !== "file") return false;
  const found = await readFile(guard, "utf8");
  return found !== content && /^gitdir: [^\n]*\/interlock\/empty\.git\n$/.test(found);
}

const EXCLUDED = "/.interlock/";

async function ensureEmptyRepository(path: string): Promise<void> {
  if (kindOf(join(path, "HEAD")) === "file") return;
  await mkdir(join(path, "objects"), { recursive: true });
  await mkdir(join(path, "refs"), { recursive: true });
  await writeFile(join(path, "config"), "[core]\n\trepositoryformatversion = 0\n\tbare = true\n");
  await writeFile(join(path, "HEAD"), "ref: refs/heads/nothing\n");
}

async function ensureExcluded(commonDir: string): Promise<void> {
  const path = join(commonDir, "info", "exclude");
  const content = kindOf(path) === undefined ? "" : await readFile(path, "utf8");
  if (content.split(/\r?\n/).includes(EXCLUDED)) return;
  await mkdir(dirname(path), { recursive: true });
  await appendFile(path, `${content === "" || content.endsWith("\n") ? "" : "\n"}${EXCLUDED}\n`);
}
