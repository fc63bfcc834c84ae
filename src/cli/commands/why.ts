import { getStatus } from "../../tools/get-status.ts";
import { callTool } from "../call-tool.ts";
import { type ExitCode, exitCodes } from "../exit-code.ts";
import { type CommonOptions, withWorkspace } from "../open-workspace.ts";
import { showRefusal } from "../show-refusal.ts";
import type { Terminal } from "../terminal.ts";
import { drawWhy } from "../why/draw-why.ts";

/** Says what each node that has not landed waits for: the answer that agents get, drawn for people. */
export async function why(
  node: string | undefined,
  options: CommonOptions & { readonly plan?: string },
  terminal: Terminal,
): Promise<ExitCode> {
  return withWorkspace(options, terminal, async ({ execution }) => {
    const input = {
      view: "why",
      limit: 10_000,
      ...(options.plan === undefined ? {} : { plan_id: options.plan }),
      ...(node === undefined ? {} : { node_id: node }),
    };
    const reply = await callTool(execution, getStatus, input, { terminal });
    if (reply.refused !== undefined) return showRefusal(reply, terminal, options);
    if (options.json) terminal.printJson(reply);
    else terminal.print(drawWhy(reply, Date.now(), terminal));
    return exitCodes.done;
  });
}
