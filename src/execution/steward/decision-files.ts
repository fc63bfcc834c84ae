/** What was decided, as files: each comes into its plan as a merge, through the train and its gates like other work. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { CommitId } from "../../core/ids.ts";
import type { Plan } from "../../core/plan/plan.ts";
import type { NodeSpec } from "../../core/plan/spec.ts";
import type { Conflict } from "../../core/speculation/conflicts.ts";
import type { Workspace } from "../../core/workspace.ts";
import { decisionRecord, eventsAbout } from "../decision-record.ts";
import { commitTree, parseId } from "../git/objects.ts";
import { pointRefs } from "../git/refs.ts";
import type { Hands } from "../hands.ts";
import { defaultGates } from "../planning.ts";
import { submissionRef } from "../refs.ts";

/** Adds a node for the next decision that has no file yet, if the config names a folder for them. */
export async function recordNextDecision(hands: Hands): Promise<void> {
  const { records } = hands.config.convergence;
  const next = records === undefined ? undefined : unrecorded(hands.manager.workspace);
  if (records === undefined || !next) return;
  const { plan, conflict } = next;
  const text = decisionRecord(await eventsAbout(hands, conflict));
  if (text === undefined) return;
  const id = nodeOf(conflict);
  const title = `Record the decision on ${conflict.id}`;
  const merges = await commitWith(hands, plan.tip, { path: `${records}/${conflict.id}.md`, text, title });
  await pointRefs(hands.git, [{ ref: submissionRef({ plan: plan.id, node: id }), to: merges }]);
  const node: NodeSpec = {
    id,
    kind: "work",
    title,
    instructions: `Your worktree holds ${records}/${conflict.id}.md merged with what is there. See that it says what was decided, then complete the node.`,
    requires: [],
    dependsOn: [],
    writes: [],
    edits: [],
    reads: [],
    watches: [],
    uses: [],
    priority: 3,
    estimateMinutes: 1,
    ...(await defaultGates(hands, plan.header.target)),
    retries: 2,
    merges,
  };
  const nothingElse = { change: [], cancel: [], retry: [], pause: false, resume: false, finish: false };
  // Refused where another process did the same a moment ago.
  await hands.manager.execute({ type: "RevisePlan", plan: plan.id, add: [node], ...nothingElse });
}

/** A settled conflict whose plan can still take its record and has not. */
function unrecorded({
  plans,
  speculation,
}: Workspace): { readonly plan: Plan; readonly conflict: Conflict } | undefined {
  for (const conflict of speculation.conflicts.values()) {
    const plan = conflict.state.is === "resolved" ? plans.get(conflict.plans[0] ?? "") : undefined;
    if (plan && plan.status.is !== "landed" && !plan.nodes.has(nodeOf(conflict))) return { plan, conflict };
  }
  return undefined;
}

function nodeOf({ id }: Conflict): string {
  return `record-${id}`;
}

/** A commit on another with one file more. */
async function commitWith(
  { git, folder, process }: Hands,
  onto: CommitId,
  { path, text, title }: { readonly path: string; readonly text: string; readonly title: string },
): Promise<CommitId> {
  const indexFile = join(folder, `record-${process}.index`);
  const write = { args: ["hash-object", "-w", "--no-filters", "--stdin"], parse: parseId };
  const blob = await git.run(write, { stdin: text });
  const done = { parse: () => undefined };
  try {
    await git.run({ args: ["read-tree", onto], ...done }, { indexFile });
    await git.run({ args: ["update-index", "--add", "--cacheinfo", `100644,${blob},${path}`], ...done }, { indexFile });
    const tree = await git.run({ args: ["write-tree"], parse: parseId }, { indexFile });
    return await commitTree(git, { tree, parents: [onto], message: `${title}\n` });
  } finally {
    await rm(indexFile, { force: true });
  }
}
