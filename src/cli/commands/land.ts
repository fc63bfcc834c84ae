import { type ExitCode, exitCodes } from "../exit-code.ts";
import { untilInterrupted } from "../interruption.ts";
import { type CommonOptions, withWorkspace } from "../open-workspace.ts";
import { showRefusal } from "../show-refusal.ts";
import type { Terminal } from "../terminal.ts";

/** Moves the plan's target branch to what the plan has built, and says which checkouts moved along. */
export async function land(plan: string | undefined, options: CommonOptions, terminal: Terminal): Promise<ExitCode> {
  return withWorkspace(options, terminal, async ({ execution }) => {
    // What the target did meanwhile has to be merged and judged, and maybe nobody else is there to do it.
    execution.start({ longLived: false });
    const say = (text: string) => {
      if (!options.json) terminal.print(terminal.colours.dim(text));
    };
    const landed = await untilInterrupted((signal) => execution.land(plan, { onWaiting: say, signal }));
    if ("refused" in landed) return showRefusal(landed, terminal, options);
    if (options.json) terminal.printJson({ status: "landed", plan_id: landed.landed, ...facts(landed) });
    else for (const line of words(landed, terminal)) terminal.print(line);
    return exitCodes.done;
  });
}

interface Landed {
  readonly landed: string;
  readonly target: string;
  readonly commit: string;
  readonly checkouts: readonly string[];
}

function facts({ target, commit, checkouts }: Landed) {
  return { target, commit, checkouts };
}

function words({ landed, target, commit, checkouts }: Landed, { colours }: Terminal): readonly string[] {
  return [
    `${colours.green("✓")} ${landed} landed: ${colours.bold(target)} is now at ${commit.slice(0, 12)}.`,
    ...checkouts.map((folder) => `  The checkout in ${folder} moved along.`),
    ...(checkouts.length === 0 ? [`  ${target} is not checked out anywhere, so no files changed.`] : []),
  ];
}
