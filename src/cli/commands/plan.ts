import { readFile } from "node:fs/promises";
import { planReply } from "../../tools/plan-reply.ts";
import { submitPlan } from "../../tools/submit-plan.ts";
import { callTool } from "../call-tool.ts";
import { type ExitCode, exitCodes } from "../exit-code.ts";
import { type CommonOptions, withWorkspace } from "../open-workspace.ts";
import { drawPlan } from "../plan/draw-plan.ts";
import { Problem } from "../problem.ts";
import { showRefusal } from "../show-refusal.ts";
import type { Terminal } from "../terminal.ts";

/** Submits a plan from a file, or only checks it, and shows what it will be. */
export async function plan(
  file: string,
  options: CommonOptions & { readonly dryRun?: boolean },
  terminal: Terminal,
): Promise<ExitCode> {
  const text = await readPlanFile(file);
  return withWorkspace(options, terminal, async ({ execution }) => {
    const input = { plan_yaml: text, dry_run: options.dryRun ?? false };
    const reply = await callTool(execution, submitPlan, input, { terminal });
    if (reply.refused !== undefined) return showRefusal(reply, terminal, options);
    if (options.json) terminal.printJson(reply);
    else terminal.print(drawPlan(planReply.parse(reply), terminal));
    return exitCodes.done;
  });
}

/** The text of a plan; `-` is stdin. JSON is YAML too. */
export async function readPlanFile(file: string): Promise<string> {
  if (file === "-") {
    const chunks: Buffer[] = [];
    for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
    return Buffer.concat(chunks).toString("utf8");
  }
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Problem("no_plan_file", exitCodes.badUsage, `The plan ${file} cannot be read: ${why}`, { cause });
  }
}
