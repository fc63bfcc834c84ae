import { type ExitCode, exitCodes } from "../exit-code.ts";
import { type CommonOptions, withWorkspace } from "../open-workspace.ts";
import { choosePlan, wasMovedByHand } from "../plan-choice.ts";
import { showRefusal } from "../show-refusal.ts";
import type { Terminal } from "../terminal.ts";

/** Takes a plan's integration branch, which somebody moved by hand, as it is now. */
export async function adopt(named: string | undefined, options: CommonOptions, terminal: Terminal): Promise<ExitCode> {
  return withWorkspace(options, terminal, async ({ execution }) => {
    const plan = choosePlan(await execution.workspace(), named, wasMovedByHand);
    const adopted = await execution.adopt(plan.id);
    if ("refused" in adopted) return showRefusal(adopted, terminal, options);
    if (options.json) terminal.printJson({ status: "adopted", plan_id: adopted.plan, commit: adopted.commit });
    else terminal.print(`${adopted.plan} goes on from ${adopted.commit.slice(0, 12)}, as its branch was found.`);
    return exitCodes.done;
  });
}
