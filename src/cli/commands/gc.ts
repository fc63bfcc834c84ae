import { type ExitCode, exitCodes } from "../exit-code.ts";
import { type CommonOptions, withWorkspace } from "../open-workspace.ts";
import { oneLine, type Terminal } from "../terminal.ts";

/** Removes worktrees that are put aside or too many, and refs of landed plans; kept work stays. */
export async function gc(
  options: CommonOptions & { readonly dryRun?: boolean },
  terminal: Terminal,
): Promise<ExitCode> {
  const dryRun = options.dryRun ?? false;
  return withWorkspace(options, terminal, async ({ execution }) => {
    const { slots, refs, kept } = await execution.collectGarbage({ dryRun });
    if (options.json) terminal.printJson({ dry_run: dryRun, slots, refs, kept });
    else {
      const verb = dryRun ? "would be removed" : "removed";
      terminal.print(`Worktrees ${verb}: ${slots.length === 0 ? "none" : slots.join(", ")}`);
      terminal.print(`Refs ${verb}: ${refs.length === 0 ? "none" : refs.length}`);
      for (const ref of refs.slice(0, 20)) terminal.print(`  ${ref}`);
      if (refs.length > 20) terminal.print(`  and ${refs.length - 20} more`);
      for (const reason of kept) terminal.print(`${terminal.colours.yellow("left")} ${oneLine(reason)}`);
    }
    return kept.length > 0 ? exitCodes.failed : exitCodes.done;
  });
}
