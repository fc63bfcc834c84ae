import { type ExitCode, exitCodes } from "../exit-code.ts";
import { untilInterrupted } from "../interruption.ts";
import { type CommonOptions, type OpenWorkspace, withWorkspace } from "../open-workspace.ts";
import { Problem } from "../problem.ts";
import { showRefusal } from "../show-refusal.ts";
import { drawStatus } from "../status/draw-status.ts";
import { gatherStatus } from "../status/gather-status.ts";
import { watchStatus } from "../status/watch-status.ts";
import type { Terminal } from "../terminal.ts";

/** Shows plans, nodes, agents and what waits; with `--watch` again and again. */
export async function status(
  plan: string | undefined,
  options: CommonOptions & { readonly watch?: boolean },
  terminal: Terminal,
): Promise<ExitCode> {
  if (options.watch && options.json)
    throw new Problem(
      "bad_usage",
      exitCodes.badUsage,
      "--watch and --json do not go together; see interlock log --follow --json.",
    );
  return withWorkspace(options, terminal, async ({ execution }: OpenWorkspace) => {
    const { plans } = await execution.workspace();
    if (plan !== undefined && !plans.has(plan))
      return showRefusal({ refused: "unknown_plan", plan }, terminal, options);
    if (options.watch) await untilInterrupted((signal) => watchStatus(execution, plan, terminal, signal));
    else {
      const found = await gatherStatus(execution, plan);
      if (options.json) terminal.printJson(found);
      else terminal.print(drawStatus(found, Date.now(), terminal));
    }
    return exitCodes.done;
  });
}
