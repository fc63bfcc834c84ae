import { type ExitCode, exitCodes } from "../exit-code.ts";
import { type CommonOptions, withWorkspace } from "../open-workspace.ts";
import { choosePlan } from "../plan-choice.ts";
import { showRefusal } from "../show-refusal.ts";
import type { Terminal } from "../terminal.ts";

/** Takes a node out of the train and gives it back to the agent that handed it in. */
export async function withdraw(
  node: string,
  options: CommonOptions & { readonly plan?: string; readonly because?: string },
  terminal: Terminal,
): Promise<ExitCode> {
  return withWorkspace(options, terminal, async ({ execution }) => {
    const plan = choosePlan(await execution.workspace(), options.plan, ({ nodes }) => nodes.has(node));
    const withdrawn = await execution.withdraw({ plan: plan.id, node }, options.because);
    if ("refused" in withdrawn) return showRefusal(withdrawn, terminal, options);
    const { agent } = withdrawn;
    if (options.json) terminal.printJson({ status: "withdrawn", plan_id: plan.id, node_id: node, agent });
    else terminal.print(`${node} is out of the train and back with ${agent}, who is told.`);
    return exitCodes.done;
  });
}
