import type { AttemptRef, CommitId, NodeRef, RefName } from "../core/ids.ts";
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

/**
 * Points refs of ours at commits, whatever they held before, in one git process: the log has the older values, and only
 * branches have to be compared before they move.
 */
export async function pointRefs(
  git: Git,
  refs: readonly { readonly ref: RefName; readonly to: CommitId }[],
): Promise<void> {
  const stdin = refs.map(({ ref, to }) => `update ${ref}\0${to}\0\0`).join("");
  for (let tries = 0; ; tries += 1) {
    const failure = await git.run(
      {
        args: ["update-ref", "--no-deref", "--stdin", "-z"],
        okCodes: [0, 1, 128],
        parse: ({ exitCode, stderr }) => (exitCode === 0 ? "" : stderr),
      },
      { stdin },
    );
    if (failure === "") return;
    // Somebody else writes the same ref, or was killed while it did: one at a time, since that knows how to wait.
    for (const { ref, to } of refs) await moveRef(git, { ref, from: await readRef(git, ref), to });
    const held = await Promise.all(refs.map(({ ref }) => readRef(git, ref)));
    if (held.every((commit, i) => commit === refs[i]?.to)) return;
    if (tries === mostTries)
      throw new Error(`These refs could not be written: ${refs.map(({ ref }) => ref).join(", ")}: ${failure}`);
  }
}

const mostTries = 3;
