import { moveRef, type RefMove, readRef } from "../git/refs.ts";
import type { Git } from "../git/runner.ts";

/**
 * Moves the integration branch by compare-and-swap; says what it holds instead when somebody else moved it. A landing that
 * already happened counts as done: no two candidates are the same commit. [G6]
 */
export async function landBranch(
  git: Git,
  landing: { readonly ref: string; readonly from: string; readonly to: string },
): Promise<RefMove> {
  const move = await moveRef(git, { ...landing, reason: "interlock: landing" });
  return !move.moved && move.actual === landing.to ? { moved: true } : move;
}

/** Makes a branch at a commit unless it exists; returns what it holds either way. */
export async function ensureBranch(git: Git, branch: { readonly ref: string; readonly at: string }): Promise<string> {
  const there = await readRef(git, branch.ref);
  if (there !== undefined) return there;
  const move = await moveRef(git, {
    ref: branch.ref,
    from: undefined,
    to: branch.at,
    reason: "interlock: integration branch",
  });
  return move.moved ? branch.at : (move.actual ?? ensureBranch(git, branch));
}
