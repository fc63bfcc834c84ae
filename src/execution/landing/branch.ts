import { moveRef, readRef, type RefMove } from "../git/refs.ts";
import type { Git } from "../git/runner.ts";

/** Moves the integration branch by compare-and-swap; says what it holds instead when somebody else moved it. [G6] */
export function landBranch(git: Git, landing: { readonly ref: string; readonly from: string; readonly to: string }): Promise<RefMove> {
  return moveRef(git, { ...landing, reason: "interlock: landing" });
}

/** Makes a branch at a commit unless it exists; returns what it holds either way. */
export async function ensureBranch(git: Git, branch: { readonly ref: string; readonly at: string }): Promise<string> {
  const move = await moveRef(git, { ref: branch.ref, from: undefined, to: branch.at, reason: "interlock: integration branch" });
  return move.moved ? branch.at : (move.actual ?? (await readRef(git, branch.ref)) ?? branch.at);
}
