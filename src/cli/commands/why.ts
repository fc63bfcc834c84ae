import { whyView } from "../../tools/views/why.ts";
import { type ExitCode, exitCodes } from "../exit-code.ts";
import { type CommonOptions, withWorkspace } from "../open-workspace.ts";
import { choosePlan } from "../plan-choice.ts";
import { showRefusal } from "../show-refusal.ts";
import type { Terminal } from "../terminal.ts";
import { drawWhy } from "../why/draw-why.ts";

const mostShown = 1_000;

/** Says what each node that has not landed waits for: the answer that agents get, drawn for people. */
export async function why(
  node: string | undefined,
  options: CommonOptions & { readonly plan?: string },
  terminal: Terminal,
): Promise<ExitCode> {
  return withWorkspace(options, terminal, async ({ execution }) => {
    const workspace = await execution.workspace();
    const plan = options.plan === undefined ? undefined : choosePlan(workspace, options.plan, () => true).id;
    const plans = [...workspace.plans.values()].filter(({ id }) => plan === undefined || id === plan);
    if (node !== undefined && !plans.some(({ nodes, status }) => nodes.has(node) || status.is === "landed"))
      return showRefusal({ refused: "unknown_node", plan: plan ?? "", node }, terminal, options);
    const asked = { ...(plan === undefined ? {} : { plan }), ...(node === undefined ? {} : { node }) };
    const view = whyView(workspace, { ...asked, limit: mostShown, detailed: true }, await execution.stewardIsThere());
    if (options.json) terminal.printJson(view);
    else terminal.print(drawWhy(view, Date.now(), terminal));
    return exitCodes.done;
  });
}
