/** Moves a plan's train, one step after another. Each step is reported before the next begins, and can be done again. */
import type { GateConfig } from "../../config/config.ts";
import type { CommitId } from "../../core/ids.ts";
import { attemptNumber, nextStep, type TrainStep } from "../../core/landing.ts";
import { judge } from "../../core/locks/granting.ts";
import type { Node } from "../../core/node/node.ts";
import type { ConflictedPath, GateVerdict } from "../../core/node/node-events.ts";
import { literalPattern } from "../../core/pattern/literal.ts";
import { integrationRef, type Plan } from "../../core/plan/plan.ts";
import type { Candidate } from "../../core/train.ts";
import { refOf } from "../../core/workspace.ts";
import type { GateRoom } from "../gates/gate-room.ts";
import { diffTrees } from "../git/diff.ts";
import { commitTree, treeOf } from "../git/objects.ts";
import { pointRefs, readRef } from "../git/refs.ts";
import type { Hands } from "../hands.ts";
import { candidateRef, submissionRef } from "../refs.ts";
import { ensureBranch, landBranch } from "./branch.ts";
import { findSubmission, lostSubmission } from "./lost-submission.ts";

/** Does the next thing for a plan's train; says whether there was one. */
export async function driveTrain(hands: Hands, room: GateRoom, planId: string): Promise<boolean> {
  // A branch is moved only for what is in the log, not for what is about to be.
  const plan = (await hands.manager.refresh()).plans.get(planId);
  const step = plan && nextStep(plan);
  if (!plan || !step) return false;
  switch (step.do) {
    case "build":
      await build(hands, plan, step.node);
      return true;
    case "gate":
      await gate(hands, room, plan, step);
      return true;
    case "intend":
      await hands.manager.execute({ type: "IntendLanding", ...refOf(step.node), candidate: step.candidate.commit });
      return true;
    case "land":
      await land(hands, plan, step.node, step.candidate);
      return true;
  }
}

async function build(hands: Hands, plan: Plan, node: Node): Promise<void> {
  const { git, manager } = hands;
  if (node.state.is !== "submitted") return;
  const onto = plan.tip;
  if (!(await branchIsOurs(hands, plan))) return;
  const attempt = attemptNumber(node);
  const { submission } = node.state;
  const found = submission && (await findSubmission(hands, submission, node.state.attempt?.slot));
  if (submission && found?.same !== true) {
    const content = found ? await mergeOf(hands, onto, found.commit) : onto;
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
    ? ({ clean: true, tree: submission.tree } as const)
    : await hands.merge({ ours: onto, theirs });
  const parents = submission && node.spec.merges ? [onto, theirs, node.spec.merges] : [onto, theirs];
  const message = `${node.spec.title}\n\nInterlock-Node: ${node.plan}/${node.id}\n`;
  const commit = await commitTree(git, { parents, tree: merged.tree, message });
  const submitted = found ? [{ ref: submissionRef(refOf(node)), to: found.commit }] : [];
  await pointRefs(git, [...submitted, { ref: candidateRef(refOf(node)), to: commit }]);
  const paths = (await diffTrees(git, onto, commit)).map(({ path }) => path);
  const conflicts = merged.clean
    ? strayPaths(hands, node, paths, submission?.paths)
    : await named(hands, plan, submission?.base ?? plan.header.base, merged.conflicts);
  if (conflicts.length > 0) {
    const why = { reason: "conflict", conflicts } as const;
    await manager.execute({ type: "ReturnNode", ...refOf(node), attempt, why, base: onto, content: commit });
    return;
  }
  await manager.execute({ ...report, candidate: commit, tree: merged.tree, paths });
}

async function mergeOf({ git, merge }: Hands, ours: CommitId, theirs: CommitId): Promise<CommitId> {
  const { tree } = await merge({ ours, theirs });
  return commitTree(git, { parents: [ours, theirs], tree, message: "What is left of a submission" });
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

/** Runs the step's gate and those after it, so that an agent hears of every red one at once. */
async function gate(hands: Hands, room: GateRoom, plan: Plan, step: TrainStep & { do: "gate" }): Promise<void> {
  const { manager } = hands;
  const { node, candidate } = step;
  const about = { ...refOf(node), candidate: candidate.commit };
  const names = node.spec.gates.slice(node.spec.gates.indexOf(step.gate)).filter((name) => !candidate.passed.has(name));
  const red: GateVerdict[] = [];
  for (const name of names) {
    if (red.length === 0) await manager.execute({ type: "ReportGateStart", ...about, gate: name });
    const verdict = await judgeWith(hands, room, plan, node, candidate, name);
    if (!verdict) return;
    if (!verdict.passed) red.push(verdict);
    else if (red.length === 0) await manager.execute({ type: "ReportGate", ...about, verdict });
    if (!stillWanted(plan, node, candidate)) return;
  }
  if (red.length === 0) return;
  const why = { reason: "gate_failed", gates: red } as const;
  const attempt = attemptNumber(node);
  await manager.execute({
    type: "ReturnNode",
    ...refOf(node),
    attempt,
    why,
    base: candidate.onto,
    content: candidate.commit,
  });
}

function stillWanted(plan: Plan, node: Node, candidate: Candidate): boolean {
  const step = nextStep(plan);
  return step?.node === node && step.do !== "build" && step.candidate.commit === candidate.commit;
}

/** Judges with one gate; a red one is tried on the base too. Undefined when the process closes meanwhile. */
async function judgeWith(
  hands: Hands,
  room: GateRoom,
  plan: Plan,
  node: Node,
  candidate: Candidate,
  name: string,
): Promise<GateVerdict | undefined> {
  const found = await gateOn(hands, plan, name);
  if (typeof found === "string")
    return { name, passed: false, exitCode: null, outputTail: found, alsoFailsOnBase: true, seconds: 0 };
  const environment = { INTERLOCK_PLAN: plan.id, INTERLOCK_NODE: node.id, INTERLOCK_GATE: name };
  const run = await room.judge(found, candidate.commit, environment);
  if (!run) return undefined;
  if (run.exitCode === 0) return { name, passed: true, ...run, alsoFailsOnBase: false };
  const onBase = await room.judge(found, candidate.onto, environment);
  return onBase && { name, passed: false, ...run, alsoFailsOnBase: onBase.exitCode !== 0 };
}

/** Commands come from the target branch and from nowhere else. */
async function gateOn(hands: Hands, plan: Plan, name: string): Promise<GateConfig | string> {
  const { target } = plan.header;
  const found = await hands.configOn(target);
  if ("problems" in found) {
    const what = found.problems.map(({ path, problem }) => `${path} ${problem}`).join("; ");
    return `interlock.yaml on ${target} cannot be used: ${what}`;
  }
  const gate = found.config.gates.list.find((one) => one.name === name);
  if (gate) return gate;
  return (await readRef(hands.git, `refs/heads/${target}`)) === undefined
    ? `there is no branch ${target} any more, and so no interlock.yaml with gate ${name}; make it again, then complete the node again`
    : `interlock.yaml on ${target} has no gate named ${name} any more`;
}

async function land(hands: Hands, plan: Plan, node: Node, candidate: Candidate): Promise<void> {
  const { git, manager } = hands;
  const ref = integrationRef(plan.id);
  const move =
    candidate.commit === candidate.onto
      ? undefined
      : await landBranch(git, { ref, from: candidate.onto, to: candidate.commit });
  // Moved already: a process was killed between moving the branch and saying so.
  if (!move || move.moved || move.actual === candidate.commit) {
    await manager.execute({ type: "ReportLanded", ...refOf(node), candidate: candidate.commit });
    return;
  }
  await manager.execute({ type: "ReportIntegrationMoved", plan: plan.id, expected: plan.tip });
}

/**
 * Before the first landing the branch may still have to be made; one that somebody else put there pauses the plan. Later
 * on a branch that was moved by hand is noticed when landing on it is tried.
 */
async function branchIsOurs(hands: Hands, plan: Plan): Promise<boolean> {
  if (plan.landings.length > 0) return true;
  const actual = await ensureBranch(hands.git, { ref: integrationRef(plan.id), at: plan.tip });
  if (actual === plan.tip) return true;
  await hands.manager.execute({ type: "ReportIntegrationMoved", plan: plan.id, expected: plan.tip });
  return false;
}
