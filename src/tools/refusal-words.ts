/** The one place where a refusal becomes words: what happened, what to do, and the facts under names that callers know. */
import type { RefusalCode } from "./refusal-reply.ts";
import { callRefusals } from "./refusals/calls.ts";
import { claimRefusals } from "./refusals/claims.ts";
import { conflictRefusals } from "./refusals/conflicts.ts";
import { planRefusals } from "./refusals/plans.ts";
import { speculationRefusals } from "./refusals/speculation.ts";
import type { CallRefused, Wording, Wordings } from "./refusals/wording.ts";
import { workRefusals } from "./refusals/work.ts";
import type { Reply } from "./reply.ts";

const wordings: Wordings<RefusalCode> = {
  ...workRefusals,
  ...claimRefusals,
  ...planRefusals,
  ...speculationRefusals,
  ...conflictRefusals,
  ...callRefusals,
};

/** Puts a refusal into words. */
export function wordRefusal(refused: CallRefused): Reply {
  const refusal = asProblem(refused);
  const word = wordings[refusal.refused] as (one: CallRefused) => Wording<RefusalCode>;
  const { say, next, facts } = word(refusal);
  return { refused: refusal.refused, say, next, ...facts };
}

type Worded = Exclude<CallRefused, { readonly refused: "node_exists" | "cycle" }>;

/** What only a race lets the core find is told like what reading a plan finds. */
function asProblem(refusal: CallRefused): Worded {
  switch (refusal.refused) {
    case "node_exists": {
      const problem = (id: string) => `The plan has a node ${id} already.`;
      const problems = refusal.nodes.map((id) => ({ code: "duplicate_id", path: "add", problem: problem(id) }));
      return { refused: "invalid_input", problems };
    }
    case "cycle": {
      const chain = [...refusal.cycle, refusal.cycle[0]].join(" -> ");
      const problem = `These nodes wait for each other: ${chain} (each depends on the next).`;
      return { refused: "invalid_input", problems: [{ code: "cycle", path: "", problem, cycle: refusal.cycle }] };
    }
    default:
      return refusal;
  }
}
