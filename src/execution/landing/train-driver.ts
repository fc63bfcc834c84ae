/** Moves the trains. Each step is reported before the next begins, and can be done again; gates are run beside each other. */

import { hasRoom } from "../../core/gate-slots.ts";
import type { CommitId, PlanId } from "../../core/ids.ts";
import { borrowable, heldUp, onBase } from "../../core/locks/loans.ts";
import type { Node } from "../../core/node/node.ts";
import { integrationRef, type Plan } from "../../core/plan/plan.ts";
import { isRefusal } from "../../core/refusal.ts";
import { premisesOf } from "../../core/speculation/premises.ts";
import type { Candidate } from "../../core/train.ts";
import { type Built, groundOf } from "../../core/train-ground.ts";
import { chooseMode } from "../../core/train-mode.ts";
import { type TrainStep, trainSteps } from "../../core/train-policy.ts";
import { refOf, type Workspace } from "../../core/workspace.ts";
import { type GateWork, isGateStep } from "../gates/gate-work.ts";
import type { Hands } from "../hands.ts";
import { checkFiles } from "../speculation/file-checks.ts";
import { ensureBranch, landBranch } from "./branch.ts";
import { buildCandidate } from "./candidate.ts";

/** The next thing to do for a plan's train that nobody is doing yet. */
export function nextStep({ manager }: Hands, gates: GateWork, plan: Plan): TrainStep | undefined {
  const { workspace } = manager;
  const { mode, why } = chooseMode(workspace, plan);
  const room = hasRoom(workspace, 1, why === "tries_alone");
  return trainSteps(plan, mode).find(
    (step) =>
      !isGateStep(step) || (!gates.isAtWork(step) && (step.do === "return" || (room && !isHeldUp(workspace, step)))),
  );
}

/** Whether somebody else still has what the gate uses; it is tried again when that is free. */
function isHeldUp(workspace: Workspace, step: TrainStep & { readonly do: "gate" | "base" }): boolean {
  const { node, candidate } = step;
  const gate = step.do === "base" ? onBase(step.gate) : step.gate;
  const held = heldUp(workspace, { ...refOf(node), candidate: candidate.commit, gate });
  return held !== undefined && "blockers" in borrowable(workspace, held.uses);
}

/** Does the next thing for a plan's train; says whether there was one. */
export async function driveTrain(hands: Hands, gates: GateWork, planId: PlanId): Promise<boolean> {
  // A branch is moved only for what is in the log, not for what is about to be.
  const plan = (await hands.manager.refresh()).plans.get(planId);
  gates.endUnwanted();
  const step = plan && nextStep(hands, gates, plan);
  if (!plan || !step) return false;
  switch (step.do) {
    case "gate":
    case "base":
    case "return":
      await gates.take(plan, step);
      return true;
    case "build":
      if (await branchIsOurs(hands, plan)) await buildCandidate(hands, plan, step.node, step.onto);
      return true;
    case "intend":
      await intend(hands, plan, step.node, step.candidate);
      return true;
    case "land":
      await land(hands, plan, step.node, step.candidate);
      return true;
  }
}

/** What assumptions about files say of the candidate is looked up first: another landing may have made them wrong a moment ago. [A14] */
async function intend(hands: Hands, plan: Plan, node: Node, { commit }: Candidate): Promise<void> {
  const landing = (groundOf(plan, node) ?? []).map((built) => refOf(built.node));
  const premises = premisesOf(hands.manager.workspace, landing);
  const seen = await Promise.all(
    premises.map(async ({ assumption: { id }, check }) => ({
      assumption: id,
      outcome: await checkFiles(hands, commit, check),
    })),
  );
  const about = { ...refOf(node), candidate: commit, ...(seen.length > 0 ? { seen } : {}) };
  await hands.manager.execute({ type: "IntendLanding", ...about });
}

async function land(hands: Hands, plan: Plan, node: Node, candidate: Candidate): Promise<void> {
  const { git, manager } = hands;
  const ref = integrationRef(plan.id);
  const lessons = lessonsIn(groundOf(plan, node) ?? []);
  const move =
    candidate.commit === plan.tip ? undefined : await landBranch(git, { ref, from: plan.tip, to: candidate.commit });
  // Moved already: a process was killed between moving the branch and saying so.
  if (!move || move.moved || move.actual === candidate.commit) {
    const answer = await manager.execute({ type: "ReportLanded", ...refOf(node), candidate: candidate.commit });
    if (!isRefusal(answer)) await learn(hands, lessons);
    return;
  }
  await manager.execute({ type: "ReportIntegrationMoved", plan: plan.id, expected: plan.tip });
}

interface Lesson {
  readonly settles: CommitId;
  readonly landed: CommitId;
}

/** How agents settled what had come back, as it is about to land. */
function lessonsIn(ground: readonly Built[]): readonly Lesson[] {
  return ground.flatMap(({ node, candidate }) => {
    const settles = node.state.is === "submitted" ? node.state.submission?.settles : undefined;
    return settles === undefined ? [] : [{ settles, landed: candidate.commit }];
  });
}

/** What cannot be remembered is only missed when the same clash comes again. */
async function learn(hands: Hands, lessons: readonly Lesson[]): Promise<void> {
  for (const { settles, landed } of lessons)
    await hands.learn(settles, landed).catch((fault) => hands.report(fault, "remembering a resolution"));
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
