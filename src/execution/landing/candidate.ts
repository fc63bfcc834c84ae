import { groundChanged, isStale } from "../../core/grounds.ts";
import type { CommitId } from "../../core/ids.ts";
import { attemptNumber } from "../../core/landing.ts";
import { judge } from "../../core/locks/granting.ts";
import type { Node } from "../../core/node/node.ts";
import type { ConflictedPath } from "../../core/node/node-events.ts";
import { passesAlone } from "../../core/node-gates.ts";
import { literalPattern } from "../../core/pattern/literal.ts";
import type { Plan } from "../../core/plan/plan.ts";
import { mayStandOnOthers } from "../../core/red-nodes.ts";
import type { Submission } from "../../core/train.ts";
import { footingOf } from "../../core/train-ground.ts";
import { refOf } from "../../core/workspace.ts";
import { diffTrees } from "../git/diff.ts";
import { commitTree, treeOf } from "../git/objects.ts";
import { pointRefs } from "../git/refs.ts";
import type { Hands } from "../hands.ts";
import { candidateRef, submissionRef } from "../refs.ts";
import { asChangesOf } from "./as-changes.ts";
import { findSubmission, lostSubmission } from "./lost-submission.ts";

/** Merges what was handed in with what it is to stand on, and reports the candidate, or what is in its way. */
export async function buildCandidate(hands: Hands, plan: Plan, node: Node, onto: CommitId): Promise<void> {
  const { git, manager } = hands;
  if (node.state.is !== "submitted") return;
  const attempt = attemptNumber(node);
  // Only there a clash is reason enough to send it back.
  const isLast = onto === footingOf(plan, node);
  const { submission } = node.state;
  const found = submission && (await findSubmission(hands, submission, node.state.attempt?.slot));
  if (submission && found?.same !== true) {
    if (!isLast) {
      await manager.execute({ type: "ReportClash", ...refOf(node), attempt, onto });
      return;
    }
    const content = found
      ? await mergeOf(hands, onto, await oursFor(hands, plan, node, submission, onto), found.commit)
      : onto;
    await pointRefs(git, [{ ref: candidateRef(refOf(node)), to: content }]);
    const back = { type: "ReturnNode", ...refOf(node), attempt, why: lostSubmission, base: onto, content } as const;
    await manager.execute(back);
    return;
  }
  const theirs = found?.commit ?? node.spec.merges;
  const report = { type: "ReportCandidate", ...refOf(node), attempt, onto } as const;
  if (theirs === undefined) {
    await manager.execute({ ...report, candidate: onto, tree: await treeOf(git, onto), paths: [] });
    return;
  }
  // Nothing has landed since the work began: the merge is what was handed in.
  const isAhead = submission?.base === onto;
  const merged = isAhead
    ? ({ clean: true, tree: submission.tree, resolved: [] } as const)
    : await hands.merge({ ours: await oursFor(hands, plan, node, submission, onto), theirs });
  const parents = submission && node.spec.merges ? [onto, theirs, node.spec.merges] : [onto, theirs];
  const message = `${node.spec.title}\n\nInterlock-Node: ${node.plan}/${node.id}\n`;
  const commit = await commitTree(git, { parents, tree: merged.tree, message });
  const submitted = found ? [{ ref: submissionRef(refOf(node)), to: found.commit }] : [];
  await pointRefs(git, [...submitted, { ref: candidateRef(refOf(node)), to: commit }]);
  const paths = (await diffTrees(git, onto, commit)).map(({ path }) => path);
  const conflicts = merged.clean
    ? strayPaths(hands, node, paths, submission?.paths)
    : await named(hands, plan, submission?.base ?? plan.header.base, merged.conflicts);
  if (conflicts.length > 0 && !isLast) {
    await manager.execute({ type: "ReportClash", ...refOf(node), attempt, onto });
    return;
  }
  if (conflicts.length > 0) {
    const why = { reason: "conflict", conflicts } as const;
    await manager.execute({ type: "ReturnNode", ...refOf(node), attempt, why, base: onto, content: commit });
    return;
  }
  if (isStale(plan, node)) {
    const why = groundChanged(manager.workspace, node);
    await manager.execute({ type: "ReturnNode", ...refOf(node), attempt, why, base: onto, content: commit });
    return;
  }
  const { tree, resolved = [] } = merged;
  const built = { ...report, candidate: commit, tree, paths, ...(resolved.length > 0 ? { resolved } : {}) };
  const intend = { type: "IntendLanding", ...refOf(node), candidate: commit } as const;
  // In one commit where no gate is asked for; elsewhere the core refuses the second.
  await Promise.all([
    manager.execute(built),
    ...(node.spec.gates.length === 0 && passesAlone(node) ? [manager.execute(intend)] : []),
  ]);
}

/** What a submission is merged with; only where its worktree may have stood on what had not landed that is not plain. */
async function oursFor(
  { git }: Hands,
  plan: Plan,
  node: Node,
  submission: Submission | undefined,
  onto: CommitId,
): Promise<CommitId> {
  return submission && mayStandOnOthers(plan, node) ? asChangesOf(git, submission.base, onto) : onto;
}

async function mergeOf({ git, merge }: Hands, onto: CommitId, ours: CommitId, theirs: CommitId): Promise<CommitId> {
  const { tree } = await merge({ ours, theirs });
  return commitTree(git, { parents: [onto, theirs], tree, message: "What is left of a submission" });
}

/** A merge can carry a change to where the other side moved a file; what somebody else holds there is not ours to change. */
function strayPaths(
  { manager }: Hands,
  node: Node,
  paths: readonly string[],
  submitted: readonly string[] | undefined,
): readonly ConflictedPath[] {
  if (!submitted) return [];
  const { locks, settings } = manager.workspace;
  const known = new Set(submitted);
  return paths.flatMap((path) => {
    if (known.has(path)) return [];
    const { text } = literalPattern(path, { ignoreCase: locks.ignoreCase });
    const verdict = judge(locks, settings, refOf(node), [{ kind: "path", pattern: text, mode: "write" }], 0);
    if ("claims" in verdict) return [];
    return [{ path, kind: "held_elsewhere", with: verdict.blockers.map(({ by }) => by.node), hunks: [] }];
  });
}

/** Names whose landed work each conflict is with; looks back no further than the submission's base. */
async function named(
  { git }: Hands,
  plan: Plan,
  base: CommitId,
  conflicts: readonly { readonly path: string; readonly kind: string; readonly hunks: ConflictedPath["hunks"] }[],
): Promise<readonly ConflictedPath[]> {
  const start = plan.landings.findIndex(({ commit }) => commit === base) + 1;
  const touched = new Map<string, Set<string>>();
  let before = base;
  for (const { node, commit } of plan.landings.slice(start)) {
    const changes = await diffTrees(git, before, commit, { paths: conflicts.map(({ path }) => path) });
    for (const { path } of changes) touched.set(path, (touched.get(path) ?? new Set()).add(node));
    before = commit;
  }
  return conflicts.map(({ path, kind, hunks }) => ({ path, kind, with: [...(touched.get(path) ?? [])], hunks }));
}
