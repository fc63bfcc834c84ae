import { access, readdir, readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { Git } from "../git/runner.ts";
import { listWorktrees, type Worktree } from "../git/worktree-list.ts";
import { LOCK_REASON } from "../slots/make-slot.ts";

/** A work tree of the user's where a branch is checked out. */
export interface Checkout {
  readonly path: string;
  readonly gitDir: string;
}

/** A checkout is in the middle of something that a move would break. */
export interface BusyCheckout {
  readonly refused: "checkout_busy";
  readonly worktree: string;
  readonly doing: string;
}

/** The user's checkouts of a branch, or one of them that cannot be moved now. Slots do not count: their base is in the log. */
export async function findCheckouts(
  git: Git,
  ref: string,
): Promise<{ readonly checkouts: readonly Checkout[]; readonly refused?: BusyCheckout }> {
  const gitDirs = await gitDirsOf(git);
  const checkouts: Checkout[] = [];
  for (const [index, worktree] of (await listWorktrees(git)).entries()) {
    if (worktree.bare || worktree.locked === LOCK_REASON) continue;
    const gitDir = index === 0 ? git.gitDir : gitDirs.get(worktree.path);
    if (gitDir === undefined) continue;
    const checkout = { path: index === 0 ? await mainPath(git, worktree) : worktree.path, gitDir };
    const holds = worktree.branch === ref;
    const doing = holds ? await busyWith(gitDir) : await busyOn(gitDir, ref);
    if (doing !== undefined)
      return { checkouts, refused: { refused: "checkout_busy", worktree: checkout.path, doing } };
    if (!holds) continue;
    if (await exists(checkout.path)) checkouts.push(checkout);
    else if (!worktree.prunable) {
      return {
        checkouts,
        refused: { refused: "checkout_busy", worktree: checkout.path, doing: "its folder is missing" },
      };
    }
  }
  return { checkouts };
}

/** Git lists the main work tree beside its git dir, even where `core.worktree` says that it is elsewhere (submodules). */
async function mainPath(git: Git, worktree: Worktree): Promise<string> {
  const configured = await git.run({
    args: ["config", "--get", "core.worktree"],
    okCodes: [0, 1],
    parse: ({ stdout }) => stdout.toString("utf8").trim(),
  });
  return configured === "" ? worktree.path : resolve(git.gitDir, configured);
}

async function gitDirsOf(git: Git): Promise<ReadonlyMap<string, string>> {
  const folder = join(git.gitDir, "worktrees");
  const names = await readdir(folder).catch(() => []);
  const found = new Map<string, string>();
  for (const name of names) {
    const gitFile = await readText(join(folder, name, "gitdir"));
    if (gitFile !== undefined) found.set(dirname(resolve(folder, name, gitFile)), join(folder, name));
  }
  return found;
}

const OPERATIONS: readonly (readonly [string, string])[] = [
  ["rebase-merge", "a rebase"],
  ["rebase-apply", "a rebase"],
  ["MERGE_HEAD", "a merge"],
  ["CHERRY_PICK_HEAD", "a cherry-pick"],
  ["REVERT_HEAD", "a revert"],
  ["sequencer", "a cherry-pick or revert"],
  ["BISECT_LOG", "a bisect"],
  ["index.lock", "another git command (index.lock)"],
];

async function busyWith(gitDir: string): Promise<string | undefined> {
  for (const [file, doing] of OPERATIONS) if (await exists(join(gitDir, file))) return doing;
  return undefined;
}

/** During a rebase or bisect HEAD is elsewhere, and the branch is still spoken for. */
async function busyOn(gitDir: string, ref: string): Promise<string | undefined> {
  for (const [file, doing] of [
    ["rebase-merge/head-name", "a rebase"],
    ["rebase-apply/head-name", "a rebase"],
    ["rebase-merge/update-refs", "a rebase"],
    ["BISECT_START", "a bisect"],
  ] as const) {
    const lines = (await readText(join(gitDir, file)))?.split("\n") ?? [];
    if (lines.includes(ref) || (file === "BISECT_START" && lines.includes(ref.replace(/^refs\/heads\//, ""))))
      return doing;
  }
  return undefined;
}

async function readText(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").then(
    (text) => text.trimEnd(),
    () => undefined,
  );
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
