import { locksView } from "../../tools/views/locks.ts";
import { durationText } from "../duration-text.ts";
import { type ExitCode, exitCodes } from "../exit-code.ts";
import { type CommonOptions, withWorkspace } from "../open-workspace.ts";
import { tableLines } from "../table.ts";
import type { Terminal } from "../terminal.ts";

const mostShown = 10_000;

/** Shows who holds what and who waits for what, oldest first. */
export async function locks(
  options: CommonOptions & { readonly plan?: string },
  terminal: Terminal,
): Promise<ExitCode> {
  return withWorkspace(options, terminal, async ({ execution }) => {
    const plan = options.plan === undefined ? {} : { plan: options.plan };
    const view = locksView(await execution.workspace(), { ...plan, limit: mostShown, detailed: true });
    if (options.json) terminal.printJson(view);
    else for (const line of lines(view, Date.now(), terminal)) terminal.print(line);
    return exitCodes.done;
  });
}

function lines(view: ReturnType<typeof locksView>, now: number, { colours }: Terminal): readonly string[] {
  const { locks: held, waiting } = view;
  if (held.length === 0 && waiting.length === 0) return ["Nothing is held, and nobody waits."];
  const ago = (since: string) => durationText(now - Date.parse(since));
  const heldRows = held.map(({ pattern, mode, value, plan, node, agent, since }) => [
    mode,
    value === undefined ? pattern : `${pattern} (${value})`,
    `${plan}/${node}`,
    agent,
    ago(since),
  ]);
  const waitingRows = waiting.map(({ ticket, wants, plan, node, agent, since }) => [
    ticket,
    wants.map(({ mode, pattern }) => `${mode} ${pattern}`).join(", "),
    `${plan}/${node}`,
    agent ?? "",
    ago(since),
  ]);
  const head = ["mode", "what", "node", "agent", "for"];
  return [
    ...(heldRows.length > 0 ? tableLines([head, ...heldRows], { head: colours.dim }) : []),
    ...(waitingRows.length > 0 ? ["", colours.yellow("waiting"), ...tableLines(waitingRows)] : []),
  ];
}
