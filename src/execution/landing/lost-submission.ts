import type { CommitId, SlotName, TreeId } from "../../core/ids.ts";
import type { ReworkReason } from "../../core/node/node-events.ts";
import { commitTree, isWhole } from "../git/objects.ts";
import type { Hands } from "../hands.ts";

/** What was handed in, as far as it is still there: the very tree, or what its worktree holds now, or nothing. */
export type FoundSubmission = { readonly commit: CommitId; readonly same: boolean } | undefined;

/**
 * Finds the commit that was handed in, or makes it again from the worktree when somebody deleted its ref and collected
 * garbage: a train that waits for what can never come would hang.
 */
export async function findSubmission(
  { git, slots }: Hands,
  handedIn: { readonly commit: CommitId; readonly tree: TreeId; readonly base: CommitId },
  slot: SlotName | undefined,
): Promise<FoundSubmission> {
  if (await isWhole(git, handedIn.commit)) return { commit: handedIn.commit, same: true };
  const found = slot === undefined ? undefined : await slots.snapshot({ name: slot, base: handedIn.base });
  if (found?.is !== "snapshot") return undefined;
  const message = "What was handed in, made again from its worktree";
  const commit = await commitTree(git, { tree: found.tree, parents: [handedIn.base], message });
  return { commit, same: found.tree === handedIn.tree };
}

/** Why a node comes back whose submission is not there any more. */
export const lostSubmission: ReworkReason = {
  reason: "gate_failed",
  gates: [
    {
      name: "submission",
      passed: false,
      exitCode: null,
      outputTail:
        "What was handed in is no longer in the repository: its ref was deleted and garbage was collected. " +
        "Look at the worktree, put back what is missing, and complete the node again.",
      alsoFailsOnBase: false,
      seconds: 0,
    },
  ],
};
