import { createHash } from "node:crypto";
import type { ClashPath } from "../../core/radar.ts";
import type { Workspace } from "../../core/workspace.ts";
import { commitTree } from "../git/objects.ts";
import type { Hands } from "../hands.ts";
import type { MergeConflict, MergeResult } from "../landing/merge.ts";
import type { LiveWork } from "./live-work.ts";

/** What an attempt has changed so far. */
export interface Changes {
  readonly work: LiveWork;
  readonly tree: string;
  readonly paths: readonly string[];
}

/** A clash of two attempts, and what tells it from the next one. */
export interface FoundClash {
  readonly digest: string;
  readonly paths: readonly ClashPath[];
}

/** Whether two sets of changes can clash at all: a path of one is a path of the other, or the folder that it is in. */
export function sharePaths(a: Changes, b: Changes): boolean {
  const all = new Set(b.paths);
  const above = new Set(b.paths.flatMap(foldersOf));
  return a.paths.some((path) => all.has(path) || above.has(path) || foldersOf(path).some((folder) => all.has(folder)));
}

/** Names what two attempts hold, so that nothing is merged twice. */
export function comparison(a: Changes, b: Changes): string {
  return [a.work.base, a.tree, b.work.base, b.tree].join(" ");
}

/** Merges what two attempts hold as the train would; a clash is what it would send back. The first is ours. */
export async function compare(
  { merge, git, manager: { workspace } }: Pick<Hands, "merge" | "git" | "manager">,
  a: Changes,
  b: Changes,
): Promise<FoundClash | undefined> {
  const older = olderOf(workspace, a, b);
  const [ours, theirs] = await Promise.all([commitOf(git, a), commitOf(git, b)]);
  if (older === undefined) return clashIn(await merge({ ours, theirs }), a, b);
  // What landed between the two bases is neither's: the older is brought up to the younger's base first.
  const [own, base] = older === a ? [ours, b.work.base] : [theirs, a.work.base];
  const lifted = await merge({ ours: base, theirs: own });
  const known = lifted.clean ? [] : lifted.conflicts.map(({ path }) => path);
  const date = new Date(0);
  const young = await commitTree(git, { tree: lifted.tree, parents: [base], message: "Brought up", date });
  const merged = await merge(older === a ? { ours: young, theirs } : { ours, theirs: young });
  return clashIn(merged, a, b, known);
}

/** `known` are paths on which one side clashes with what has landed already; that it will hear of in any case. */
function clashIn(merged: MergeResult, a: Changes, b: Changes, known: readonly string[] = []): FoundClash | undefined {
  if (merged.clean) return undefined;
  const changed = new Set([...a.paths, ...b.paths]);
  const conflicts = merged.conflicts.filter(({ path }) => !known.includes(path) && isOneOf(changed, path));
  if (conflicts.length === 0) return undefined;
  const paths = conflicts.map(({ path, kind, hunks }) => ({ path, kind, hunks }));
  return { digest: digestOf(a, b, conflicts), paths };
}

/** Git names a file that is in the way of a folder anew, with a suffix. */
function isOneOf(changed: ReadonlySet<string>, path: string): boolean {
  return changed.has(path) || changed.has(path.replace(/~[^/]*$/, ""));
}

/** Where they clash, not how: who types on in the same lines has been told already. */
function digestOf(a: Changes, b: Changes, conflicts: readonly MergeConflict[]): string {
  const places = conflicts.map(({ path, kind, hunks, moreHunks }) => [
    path,
    kind,
    ...hunks.map(({ base }) => base),
    moreHunks,
  ]);
  const text = JSON.stringify([a.work.key, b.work.key, places]);
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/** Of two attempts of one plan, the one whose base landed before the other's; undefined where that makes no difference or is not known. */
function olderOf({ plans }: Workspace, a: Changes, b: Changes): Changes | undefined {
  const [one, other] = [a.work, b.work];
  const plan = plans.get(one.by.plan);
  if (one.base === other.base || one.by.plan !== other.by.plan || !plan) return undefined;
  const tips = [plan.header.base, ...plan.landings.map(({ commit }) => commit)];
  const [at, otherAt] = [tips.lastIndexOf(one.base), tips.lastIndexOf(other.base)];
  if (at < 0 || otherAt < 0) return undefined;
  return at < otherAt ? a : b;
}

/** The same content is the same commit, whoever looks and however often. */
async function commitOf(git: Hands["git"], { work, tree }: Changes): Promise<string> {
  if ("commit" in work.in) return work.in.commit;
  return commitTree(git, { tree, parents: [work.base], message: "What a slot held", date: new Date(0) });
}

function foldersOf(path: string): readonly string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}
