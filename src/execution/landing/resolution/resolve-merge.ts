/** Merges two commits and resolves what git leaves; what nobody can be sure of stays a conflict. */

import type { LockFileCommand } from "../../../config/config.ts";
import type { ResolvedPath } from "../../../core/train.ts";
import { listTree, readBlobs } from "../../git/objects.ts";
import type { Git } from "../../git/runner.ts";
import { describeConflicts, type MergeRequest, type MergeResult, mergeByGit } from "../merge.ts";
import type { UnsettledPath } from "../merge-output.ts";
import { askGit } from "./git-regions.ts";
import { commandFor, type WrittenLockFiles, writeLockFiles } from "./lock-files.ts";
import { replaceBlobs, writeBlob } from "./replace-blobs.ts";
import type { Label } from "./resolution.ts";
import { type ResolveOptions, resolveText } from "./resolve-text.ts";
import { textOf } from "./sides.ts";

/** A merge with what was resolved in it. */
export type ResolvedMerge = MergeResult & { readonly resolved: readonly ResolvedPath[] };

/** What may be used, and which commands may write lock files: those of the config on the branch that is merged into. */
export interface MergeOptions extends ResolveOptions {
  readonly lockFiles?: readonly LockFileCommand[];
}

/** Merges like `mergeTrees` and resolves what can be; a merge that git finds clean has the tree that git makes. [G5] */
export async function resolveMerge(
  git: Git,
  request: MergeRequest,
  options: MergeOptions = {},
): Promise<ResolvedMerge> {
  const { tree, unsettled } = await mergeByGit(git, request);
  if (unsettled.length === 0) return { clean: true, tree, resolved: [] };
  // What a command writes anew is the command's, even where its lines would settle.
  const isOurs = ({ path }: UnsettledPath) => commandFor(path, options.lockFiles ?? []) === undefined;
  const { blobs, resolved } = await resolvePaths(git, tree, unsettled.filter(isOurs), options);
  const left = unsettled.filter(({ path }) => !blobs.has(path));
  const result = blobs.size === 0 ? tree : await replaceBlobs(git, tree, blobs);
  if (left.length === 0) return { clean: true, tree: result, resolved };
  const locks = await lockFiles(git, result, left, options.lockFiles ?? []);
  const all = [...resolved, ...locks.written.map((path) => ({ path, by: "lock_file" }))];
  const conflicts = left.filter(({ path }) => !locks.written.includes(path));
  if (conflicts.length === 0) return { clean: true, tree: locks.tree, resolved: all };
  return { clean: false, tree: locks.tree, conflicts: await describeConflicts(git, conflicts), resolved: all };
}

/** Package managers read the whole merge, so that they are asked only when nothing else is left. */
async function lockFiles(
  git: Git,
  tree: string,
  left: readonly UnsettledPath[],
  commands: readonly LockFileCommand[],
): Promise<WrittenLockFiles> {
  const ours = new Map<string, string>();
  for (const path of left) if (isText(path) && path.stages.ours !== undefined) ours.set(path.path, path.stages.ours);
  const isAll = left.every(({ path }) => ours.has(path) && commandFor(path, commands));
  return isAll ? writeLockFiles(git, { tree, ours }, commands) : { tree, written: [] };
}

/** How a step or steps are called in replies. */
export function byText(by: readonly Label[]): string {
  return by.join(" + ");
}

interface Resolved {
  readonly blobs: ReadonlyMap<string, string>;
  readonly resolved: readonly ResolvedPath[];
}

async function resolvePaths(
  git: Git,
  tree: string,
  unsettled: readonly UnsettledPath[],
  options: ResolveOptions,
): Promise<Resolved> {
  const candidates = unsettled.filter(isText);
  const files = await plainFiles(git, tree, candidates);
  const blobs = new Map<string, string>();
  const resolved: ResolvedPath[] = [];
  for (const candidate of candidates) {
    if (!files.has(candidate.path)) continue;
    const found = await resolvePath(git, candidate, options);
    if (!found) continue;
    blobs.set(candidate.path, await writeBlob(git, found.text));
    resolved.push({ path: candidate.path, by: byText(found.by) });
  }
  return { blobs, resolved };
}

/** Whoever deleted, renamed or replaced a file meant something that no text tells. */
function isText({ kind, stages }: UnsettledPath): boolean {
  const { base, ours, theirs } = stages;
  return kind === "content" && base !== undefined && ours !== undefined && theirs !== undefined;
}

/** Files that are no links, by their names in UTF-8. */
async function plainFiles(git: Git, tree: string, paths: readonly UnsettledPath[]): Promise<ReadonlySet<string>> {
  if (paths.length === 0) return new Set();
  const names = paths.map(({ path }) => `:(literal)${path}`);
  const entries = await listTree(git, tree, names);
  return new Set(entries.filter(({ mode }) => mode.startsWith("100")).map(({ path }) => path));
}

async function resolvePath(git: Git, { path, stages }: UnsettledPath, options: ResolveOptions) {
  const { base = "", ours = "", theirs = "" } = stages;
  const [old, our, their] = (await readBlobs(git, [base, ours, theirs])).map(textOf);
  if (old === undefined || our === undefined || their === undefined) return undefined;
  return resolveText(path, { base: old, ours: our, theirs: their }, askGit(git), options);
}
