import { resolveConflict } from "../../tools/resolve-conflict.ts";
import { callTool } from "../call-tool.ts";
import { type ExitCode, exitCodes } from "../exit-code.ts";
import { type CommonOptions, withWorkspace } from "../open-workspace.ts";
import { showRefusal } from "../show-refusal.ts";
import type { Terminal } from "../terminal.ts";

export interface DecideOptions extends CommonOptions {
  readonly strategy: string;
  readonly as: string;
}

/** Settles a conflict as the person at the keyboard sees fit; those concerned are told, and go by it. */
export function decide(
  conflict: string,
  decision: string | undefined,
  options: DecideOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  return withWorkspace(options, terminal, async ({ execution }) => {
    const said = decision === undefined ? {} : { decision };
    const input = { agent: options.as, conflict_id: conflict, strategy: options.strategy, ...said };
    const reply = await callTool(execution, resolveConflict, input, { terminal });
    if (reply.refused !== undefined) return showRefusal(reply, terminal, options);
    if (options.json) terminal.printJson(reply);
    else terminal.print(String(reply["decision_record"] ?? reply.say));
    return exitCodes.done;
  });
}
