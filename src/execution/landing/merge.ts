import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { commitTree, treeOf } from "../git/objects.ts";
import type { Git } from "../git/runner.ts";
import { type ConflictHunk, readHunks } from "./hunks.ts";
import { hasSameAttributes, type MergeEnvironment, mergeEnvironment } from "./merge-environment.ts";
import { type ConflictKind, type MergeOutput, parseMerge, type UnsettledPath } from "./merge-output.ts";

/** One path that both sides changed in ways that exclude each other. */
export interface MergeConflict {
  readonly path: string;
  readonly kind: ConflictKind;
  /** Only for texts that both sides hold. */
  readonly hunks: readonly ConflictHunk[];
  /** How many hunks there are beyond those given. */
  readonly moreHunks: number;
  /** Git's own words. */
  readonly say: string;
}

/** A merge is a tree, clean or with conflict markers in its files. */
export type MergeResult =
  | { readonly clean: true; readonly tree: string }
  | { readonly clean: false; readonly tree: string; readonly conflicts: readonly MergeConflict[] };

/** What to merge; `base` stands in for the merge base that history gives. */
export interface MergeRequest {
  readonly ours: string;
  readonly theirs: string;
  readonly base?: string;
}

/** Merges two commits in memory; the outcome depends on the repository's content alone. [G5] */
export async function mergeTrees(git: Git, request: MergeRequest): Promise<MergeResult> {
  const { tree, unsettled } = await mergeByGit(git, request);
  if (unsettled.length === 0) return { clean: true, tree };
  return { clean: false, tree, conflicts: await describeConflicts(git, unsettled) };
}

/** What git makes of two commits, and the paths that it leaves unsettled. [G5] */
export async function mergeByGit(git: Git, request: MergeRequest): Promise<MergeOutput> {
  const { ours, theirs } = request.base === undefined ? request : await onBase(git, request, request.base);
  return mergeInto(git, ours, theirs);
}

/** Unsettled paths with the stretches that clash in them. */
export async function describeConflicts(
  git: Git,
  unsettled: readonly UnsettledPath[],
): Promise<readonly MergeConflict[]> {
  await mkdir(join(git.gitDir, "interlock", "tmp"), { recursive: true });
  return Promise.all(unsettled.map(async (path, index) => ({ ...plain(path), ...(await hunksOf(git, path, index)) })));
}

/** Beyond this many files nobody reads hunks. */
const MOST_FILES = 40;

function hunksOf(git: Git, path: UnsettledPath, index: number) {
  return index < MOST_FILES ? readHunks(git, path) : { hunks: [], moreHunks: 0 };
}

function plain({ path, kind, say }: UnsettledPath) {
  return { path, kind, say };
}

/** The environment that served last; attributes seldom change, so it is tried while that is being checked. */
const lastUsed = new WeakMap<Git, MergeEnvironment>();

async function mergeInto(git: Git, ours: string, theirs: string): Promise<MergeOutput> {
  const last = lastUsed.get(git);
  if (last !== undefined) {
    const attempt = runMerge(git, last, ours, theirs);
    // Judged below, if it turns out to count.
    attempt.catch(() => undefined);
    if (await hasSameAttributes(git, last.attributesOf, ours)) return attempt;
  }
  const environment = await mergeEnvironment(git, ours);
  lastUsed.set(git, environment);
  return runMerge(git, environment, ours, theirs);
}

function runMerge(git: Git, environment: MergeEnvironment, ours: string, theirs: string): Promise<MergeOutput> {
  const args = ["merge-tree", "--write-tree", "-z", "--messages", ours, theirs];
  return git.run({ args, okCodes: [0, 1], parse: parseMerge }, environment.place);
}

/** Git 2.38 takes no base, but commits whose only common ancestor is that base have it. */
async function onBase(git: Git, request: MergeRequest, base: string): Promise<{ ours: string; theirs: string }> {
  const standIn = async (commit: string, parents: readonly string[]) =>
    commitTree(git, { tree: await treeOf(git, commit), parents, message: "stand-in", date: new Date(0) });
  const root = await standIn(base, []);
  const [ours, theirs] = await Promise.all([standIn(request.ours, [root]), standIn(request.theirs, [root])]);
  return { ours, theirs };
}
