/** What people ask for at the end of a plan: to land it on its target, and to settle an integration branch that was moved. */
import type { CommitId, PlanId, RefName } from "../../core/ids.ts";
import { integrationRef, isOpen, type Plan } from "../../core/plan/plan.ts";
import { isRefusal } from "../../core/refusal.ts";
import type { Refused } from "../answers.ts";
import { isAncestor, mergeBase } from "../git/history.ts";
import { moveRef, pointRefs, readRef, refInTheWay } from "../git/refs.ts";
import type { Hands } from "../hands.ts";
import { deleteLandedRefs } from "../recovery/garbage.ts";
import { parkedPrefix } from "../refs.ts";
import { publishLanded } from "../speculation/landed-contracts.ts";
import type { TargetLanding } from "./target.ts";

export interface LandedPlan {
  readonly landed: PlanId;
  readonly target: string;
  readonly commit: CommitId;
  readonly checkouts: readonly string[];
}

export interface LandOptions {
  readonly onWaiting?: (say: string) => void;
  readonly signal: AbortSignal;
}

/** Gates of a merge of the target may take their time; the caller can stop waiting whenever it wants. */
const longestWaitMs = 24 * 3_600_000;

/** Moves the target branch to what the plan has built. Progress of the target is merged and judged first. */
export async function landPlan(
  hands: Hands,
  wanted: PlanId | undefined,
  options: LandOptions,
): Promise<LandedPlan | Refused> {
  const { manager, git } = hands;
  await manager.refresh();
  const picked = pickPlan(hands, wanted);
  if ("refused" in picked) return picked;
  const { id } = picked;
  const { target } = picked.header;
  for (;;) {
    // Looked up again each time: a plan from before a wait may be one that nobody keeps up to date any more.
    const plan = (await manager.refresh()).plans.get(id);
    if (!plan) return { refused: "unknown_plan", plan: id };
    const unlanded = [...plan.nodes.values()].filter(
      ({ state }) => !["landed", "skipped", "cancelled"].includes(state.is),
    );
    if (unlanded.length > 0) return { refused: "unlanded_nodes", nodes: unlanded.map((node) => node.id) };
    const tip = await readRef(git, `refs/heads/${target}`);
    if (tip === undefined) return { refused: "target", problem: `there is no branch ${target} any more` };
    if (await isAncestor(git, tip, plan.tip)) {
      // With that its landings leave the state.
      await publishLanded(hands, plan.id).catch((fault) => hands.report(fault, "publishing contracts that landed"));
      const landing = await hands.moveTarget({ branch: target, to: plan.tip });
      if ("landed" in landing) {
        const answer = await manager.execute({ type: "ReportPlanLanded", plan: plan.id, commit: plan.tip });
        // Somebody revised the plan meanwhile; what it has built so far is on the target all the same.
        if (isRefusal(answer)) continue;
        await deleteLandedRefs(hands).catch((fault) => hands.report(fault, "deleting refs of a landed plan"));
        return { landed: plan.id, target, commit: plan.tip, checkouts: landing.checkouts };
      }
      if (landing.refused !== "not_fast_forward" && landing.refused !== "moved_meanwhile")
        return refusalOf(landing, target);
      continue;
    }
    if ((await mergeBase(git, tip, plan.tip)) === undefined)
      return {
        refused: "target",
        problem:
          `${target} was replaced by a history that has nothing in common with this plan; put it back, ` +
          `or merge it into interlock/${plan.id} by hand, adopt that, and land again`,
      };
    const failed = await mergeTarget(hands, plan, tip, options);
    if (failed) return failed;
  }
}

async function mergeTarget(
  hands: Hands,
  plan: Plan,
  tip: CommitId,
  options: LandOptions,
): Promise<Refused | undefined> {
  const { manager } = hands;
  const found = await hands.configOn(plan.header.target);
  const gates =
    "problems" in found ? [] : found.config.gates.list.filter((gate) => gate.default).map(({ name }) => name);
  options.onWaiting?.(`${plan.header.target} has moved: merging its progress and running the gates on the result.`);
  const answer = await manager.execute({ type: "MergeTarget", plan: plan.id, target: tip, gates });
  if (isRefusal(answer)) return answer;
  const merge = () => {
    const nodes = manager.workspace.plans.get(plan.id)?.nodes.values() ?? [];
    return [...nodes].find(({ spec }) => spec.merges === tip);
  };
  const left = await manager.waitFor(
    () => {
      const state = merge()?.state.is;
      return state === "submitted" || state === undefined ? undefined : state;
    },
    longestWaitMs,
    options.signal,
  );
  if (left === "landed") return undefined;
  const id = merge()?.id ?? "";
  if (left === undefined) return { refused: "target", problem: `stopped waiting for ${id}; it goes on without you` };
  return {
    refused: "target",
    problem: `${plan.header.target} moved meanwhile and does not merge by itself; node ${id} was added for an agent to resolve it, then land again`,
  };
}

function pickPlan(hands: Hands, wanted: PlanId | undefined): Plan | Refused {
  const { plans } = hands.manager.workspace;
  if (wanted !== undefined) return plans.get(wanted) ?? { refused: "unknown_plan", plan: wanted };
  const finished = [...plans.values()].filter(({ status }) => status.is === "finished");
  const [only] = finished;
  if (only && finished.length === 1) return only;
  if (finished.length > 1)
    return {
      refused: "target",
      problem: `several plans are finished, name one: ${finished.map(({ id }) => id).join(", ")}`,
    };
  const open = [...plans.values()].filter(isOpen);
  const [single] = open;
  if (single && open.length === 1) return single;
  return {
    refused: "target",
    problem:
      open.length === 0
        ? "there is no plan to land"
        : `no plan is finished; open are ${open.map(({ id }) => id).join(", ")}`,
  };
}

function refusalOf(landing: Exclude<TargetLanding, { landed: true }>, target: string): Refused {
  switch (landing.refused) {
    case "dirty_checkout": {
      const { worktree, paths } = landing;
      return {
        refused: "target",
        problem: `${target} is checked out with uncommitted changes; commit or stash them, then land again`,
        worktree,
        paths,
      };
    }
    case "untracked_in_the_way": {
      const { worktree, paths } = landing;
      return {
        refused: "target",
        problem: `untracked files in a checkout of ${target} would be overwritten; move them away, then land again`,
        worktree,
        paths,
      };
    }
    case "checkout_busy":
      return {
        refused: "target",
        problem: `a checkout of ${target} is in the middle of ${landing.doing}; finish or abort that first`,
        worktree: landing.worktree,
      };
    case "unknown_branch":
      return { refused: "target", problem: `there is no branch ${target} any more` };
    case "not_fast_forward":
    case "moved_meanwhile":
      return { refused: "target", problem: `${target} moved just now; land again` };
  }
}

/** Takes the integration branch as somebody left it for the plan's new tip. */
export async function adoptIntegration(
  hands: Hands,
  id: PlanId,
): Promise<{ readonly plan: PlanId; readonly commit: CommitId } | Refused> {
  const { manager, git } = hands;
  await manager.refresh();
  const plan = manager.workspace.plans.get(id);
  if (!plan) return { refused: "unknown_plan", plan: id };
  const actual = await readRef(git, integrationRef(id));
  if (actual === undefined) return { refused: "target", problem: `the branch interlock/${id} is gone; use restore` };
  const lost = [...plan.landings].reverse().find(Boolean);
  if (lost && !(await isAncestor(git, lost.commit, actual)))
    return {
      refused: "target",
      problem: `interlock/${id} no longer contains what landed there; use restore, which keeps the other commits on a ref`,
    };
  const answer = await manager.execute({ type: "AdoptIntegration", plan: id, commit: actual });
  return isRefusal(answer) ? answer : { plan: id, commit: actual };
}

/** Puts the integration branch back to where our last landing left it; what was there is kept on a ref. */
export async function restoreIntegration(
  hands: Hands,
  id: PlanId,
): Promise<{ readonly plan: PlanId; readonly commit: CommitId; readonly kept?: RefName } | Refused> {
  const { manager, git } = hands;
  await manager.refresh();
  const plan = manager.workspace.plans.get(id);
  if (!plan) return { refused: "unknown_plan", plan: id };
  const ref = integrationRef(id);
  const from = await readRef(git, ref);
  const kept =
    from !== undefined && from !== plan.tip ? `${parkedPrefix}${id}/integration/${from.slice(0, 12)}` : undefined;
  if (kept && from) await pointRefs(git, [{ ref: kept, to: from }]);
  const inTheWay = from === undefined ? await refInTheWay(git, ref) : undefined;
  if (inTheWay !== undefined) return { refused: "branch_in_the_way", branch: inTheWay };
  const move =
    from === plan.tip ? { moved: true } : await moveRef(git, { ref, from, to: plan.tip, reason: "interlock: restore" });
  if (!move.moved) return { refused: "target", problem: `interlock/${id} moved just now; try again` };
  await manager.execute({ type: "AdoptIntegration", plan: id, commit: plan.tip });
  return { plan: id, commit: plan.tip, ...(kept ? { kept } : {}) };
}
