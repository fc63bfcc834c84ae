import { type ExitCode, exitCodes } from "../exit-code.ts";
import { type CommonOptions, withWorkspace } from "../open-workspace.ts";
import { choosePlan, wasMovedByHand } from "../plan-choice.ts";
import { showRefusal } from "../show-refusal.ts";
import type { Terminal } from "../terminal.ts";

/** Puts a plan's integration branch back to our last landing; the commits that were there are kept on a ref. */
export async function restore(
  named: string | undefined,
  options: CommonOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  return withWorkspace(options, terminal, async ({ execution }) => {
    const plan = choosePlan(await execution.workspace(), named, wasMovedByHand);
    const restored = await execution.restore(plan.id);
    if ("refused" in restored) return showRefusal(restored, terminal, options);
    const { commit, kept } = restored;
    if (options.json) terminal.printJson({ status: "restored", plan_id: plan.id, commit, ...(kept ? { kept } : {}) });
    else {
      terminal.print(`${plan.id} goes on from ${commit.slice(0, 12)}, where it was.`);
      if (kept) terminal.print(`What was on its branch is kept as ${kept}`);
    }
    return exitCodes.done;
  });
}
