import type { AttemptRef, NodeRef, RefName } from "../core/ids.ts";

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
