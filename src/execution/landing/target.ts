import { isAncestor } from "../git/history.ts";
import { moveRef, readRef } from "../git/refs.ts";
import type { Git } from "../git/runner.ts";
import { type Checkout, findCheckouts } from "./checkouts.ts";
import { type CheckoutMove, type CheckoutRefusal, type Move, moveCheckout, planCheckoutMove } from "./move-checkout.ts";

/** What became of moving the target branch. */
export type TargetLanding =
  | { readonly landed: true; readonly from: string; readonly checkouts: readonly string[] }
  | { readonly refused: "unknown_branch" }
  | { readonly refused: "not_fast_forward"; readonly actual: string }
  | CheckoutRefusal
  | { readonly refused: "moved_meanwhile"; readonly actual: string | undefined };

/**
 * Fast-forwards the target branch, and every checkout of it, or refuses with the reason; never overwrites anything. Files go
 * first and the branch last, so that a landing cut off in between can be run again and shows nothing as undone. [G1] [G6]
 */
export async function landOnTarget(
  git: Git,
  landing: { readonly branch: string; readonly to: string },
): Promise<TargetLanding> {
  const ref = await resolveBranch(git, landing.branch);
  const from = await readRef(git, ref);
  if (from === undefined) return { refused: "unknown_branch" };
  if (!(await isAncestor(git, from, landing.to))) return { refused: "not_fast_forward", actual: from };
  const { checkouts, refused } = await findCheckouts(git, ref);
  if (refused !== undefined) return refused;
  if (from === landing.to) return { landed: true, from, checkouts: [] };
  const move = { from, to: landing.to };
  // All are asked before the first is touched.
  const planned: PlannedCheckout[] = [];
  for (const checkout of checkouts) {
    const plan = await planCheckoutMove(git, checkout, move);
    if ("refused" in plan) return plan;
    planned.push({ checkout, plan });
  }
  return moveAll(git, ref, planned, move);
}

interface PlannedCheckout {
  readonly checkout: Checkout;
  readonly plan: CheckoutMove;
}

async function moveAll(git: Git, ref: string, planned: readonly PlannedCheckout[], move: Move): Promise<TargetLanding> {
  const moved: Checkout[] = [];
  const moveBack = async () => {
    for (const checkout of moved) await moveCheckout(git, checkout, { from: move.to, to: move.from }, []);
  };
  for (const { checkout, plan } of planned) {
    const objection = plan.is === "done" ? undefined : await moveCheckout(git, checkout, move, plan.written);
    if (objection !== undefined) {
      await moveBack();
      return objection;
    }
    moved.push(checkout);
  }
  const branch = await moveRef(git, { ref, ...move, reason: "interlock: land" });
  if (!branch.moved && branch.actual !== move.to) {
    await moveBack();
    return { refused: "moved_meanwhile", actual: branch.actual };
  }
  return { landed: true, from: move.from, checkouts: moved.map((checkout) => checkout.path) };
}

/** A branch can be another name for one: what is moved is the one at the end. */
async function resolveBranch(git: Git, branch: string): Promise<string> {
  let ref = branch.startsWith("refs/") ? branch : `refs/heads/${branch}`;
  for (let steps = 0; steps < 5; steps += 1) {
    const next = await git.run({
      args: ["symbolic-ref", "-q", ref],
      okCodes: [0, 1, 128],
      parse: ({ exitCode, stdout }) => (exitCode === 0 ? stdout.toString("utf8").trim() : undefined),
    });
    if (next === undefined) break;
    ref = next;
  }
  return ref;
}
