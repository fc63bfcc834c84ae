import type { AttemptRef, NodeRef, RefName } from "../core/ids.ts";
import { moveRef, readRef } from "./git/refs.ts";
import type { Git } from "./git/runner.ts";

export const parkedPrefix = "refs/interlock/parked/";

/** Where the submission of a node is kept. */
export function submissionRef({ plan, node }: NodeRef): RefName {
  return `refs/interlock/nodes/${plan}/${node}`;
}

/** Where the candidate of a node is kept while it is judged, and the merge that its agent gets back. */
export function candidateRef({ plan, node }: NodeRef): RefName {
  return `refs/interlock/candidates/${plan}/${node}`;
}

/** Where unfinished work of an attempt is kept. */
export function parkRef({ plan, node, attempt }: AttemptRef): RefName {
  return `${parkedPrefix}${plan}/${node}/${attempt}`;
}

/** Points one of our own refs at a commit, whatever it held before; the log has the older values. */
export async function pointRef(git: Git, ref: RefName, commit: string): Promise<void> {
  for (let from = await readRef(git, ref); from !== commit; ) {
    const move = await moveRef(git, { ref, from, to: commit });
    if (move.moved) return;
    from = move.actual;
  }
}
