import type { Plan } from "../../core/plan/plan.ts";
import type { Execution } from "../../execution/execution.ts";
import { eventLine, isAbout, isNews } from "../event-line.ts";
import { type ExitCode, exitCodes } from "../exit-code.ts";
import { untilInterrupted } from "../interruption.ts";
import { type CommonOptions, withWorkspace } from "../open-workspace.ts";
import { showRefusal } from "../show-refusal.ts";
import type { Terminal } from "../terminal.ts";

/** Moves the plan's target branch to what the plan has built, and says which checkouts moved along. */
export async function land(named: string | undefined, options: CommonOptions, terminal: Terminal): Promise<ExitCode> {
  return withWorkspace(options, terminal, async ({ execution }) => {
    // What the target did meanwhile has to be merged and judged, and maybe nobody else is there to do it.
    execution.start({ longLived: false });
    const quiet = options.json ?? false;
    const plan = await planAbout(execution, named);
    if (plan && !quiet) terminal.print(announcement(plan, terminal));
    const landed = await untilInterrupted(async (signal) => {
      const told = new AbortController();
      const telling = quiet || !plan ? undefined : tellNews(execution, plan.id, terminal, told.signal);
      const onWaiting = (say: string) => {
        if (!quiet) terminal.print(terminal.colours.dim(say));
      };
      try {
        return await execution.land(named, { onWaiting, signal });
      } finally {
        told.abort();
        await telling;
      }
    });
    if ("refused" in landed) return showRefusal(landed, terminal, options);
    const { landed: id, target, commit, checkouts } = landed;
    if (quiet) terminal.printJson({ status: "landed", plan_id: id, target, commit, checkouts });
    else for (const line of words(landed, terminal)) terminal.print(line);
    return exitCodes.done;
  });
}

/** The plan that will be landed, as far as that can be told before; the landing itself decides. */
async function planAbout(execution: Execution, named: string | undefined): Promise<Plan | undefined> {
  const { plans } = await execution.workspace();
  if (named !== undefined) return plans.get(named);
  const finished = [...plans.values()].filter(({ status }) => status.is === "finished");
  return finished.length === 1 ? finished[0] : undefined;
}

function announcement({ id, header, nodes, tip }: Plan, { colours }: Terminal): string {
  const landed = [...nodes.values()].filter(({ state }) => state.is === "landed").length;
  const all = landed === nodes.size ? `${landed} nodes` : `${landed} of ${nodes.size} nodes`;
  return `Landing ${colours.bold(id)} on ${colours.bold(header.target)}: ${all}, up to ${tip.slice(0, 12)}`;
}

/** While the target's progress is merged and judged, what happens to it is shown. */
async function tellNews(execution: Execution, plan: string, terminal: Terminal, signal: AbortSignal): Promise<void> {
  const { position } = await execution.workspace();
  for await (const recorded of execution.follow(position, signal)) {
    if (isAbout(recorded.event, { plan }) && isNews(recorded.event) && recorded.event.type !== "PlanLanded")
      terminal.print(eventLine(recorded, terminal));
  }
}

interface Landed {
  readonly landed: string;
  readonly target: string;
  readonly commit: string;
  readonly checkouts: readonly string[];
}

function words({ landed, target, commit, checkouts }: Landed, { colours }: Terminal): readonly string[] {
  return [
    `${colours.green("✓")} ${landed} landed: ${colours.bold(target)} is now at ${commit.slice(0, 12)}.`,
    ...checkouts.map((folder) => `  The checkout in ${folder} moved along.`),
    ...(checkouts.length === 0 ? [`  ${target} is not checked out anywhere, so no files changed.`] : []),
  ];
}
