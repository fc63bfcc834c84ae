import { z } from "zod";
import type { Node } from "../../core/node/node.ts";
import type { Plan } from "../../core/plan/plan.ts";
import { reportTrain } from "../../core/train-report.ts";
import type { Workspace } from "../../core/workspace.ts";
import type { Execution } from "../../execution/execution.ts";
import { instantReply } from "../reply.ts";
import { timeText } from "../time-text.ts";
import { gateFacts, gateReply } from "./gate-progress.ts";
import { wordWait } from "./train-words.ts";

const texts = z.array(z.string());

/** What of a node waits in the train; commit and base are missing where nobody handed it in. */
export const submissionReply = z.strictObject({
  commit: z.string().optional(),
  base_commit: z.string().optional(),
  since: instantReply,
  position: z.int(),
  stands_on: z.string().optional(),
  assumes: texts,
  gates: z.array(gateReply),
  why: z.string(),
  changes: z.array(z.strictObject({ path: z.string(), added: z.int().optional(), removed: z.int().optional() })),
  changes_total: z.int().optional(),
});

const mostChanges = 100;

/** Where it waits and why, what it stands on, and which lines it changes; nothing for what does not wait in the train. */
export async function submissionFacts(
  workspace: Workspace,
  plan: Plan,
  node: Node,
  execution: Pick<Execution, "submittedChanges">,
): Promise<{ readonly submission?: z.infer<typeof submissionReply> }> {
  if (node.state.is !== "submitted") return {};
  const { entries } = reportTrain(workspace, plan);
  const place = entries.findIndex((entry) => entry.node === node);
  const entry = entries[place];
  if (!entry) return {};
  const { submission, since } = node.state;
  const changes = submission ? await execution.submittedChanges({ plan: plan.id, node: node.id }) : [];
  return {
    submission: {
      ...(submission ? { commit: submission.commit, base_commit: submission.base } : {}),
      since: timeText(since),
      position: place + 1,
      ...(entry.isBuilt ? { stands_on: entry.assumes.at(-1) ?? "tip" } : {}),
      assumes: [...entry.assumes],
      gates: entry.gates.map(gateFacts),
      why: wordWait(entry.wait),
      changes: changes.slice(0, mostChanges).map((change) => ({ ...change })),
      ...(changes.length > mostChanges ? { changes_total: changes.length } : {}),
    },
  };
}
