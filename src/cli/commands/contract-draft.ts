import { readFile } from "node:fs/promises";
import { draftContract as draftFrom } from "../../execution/contracts/contracts.ts";
import { publishContract } from "../../tools/publish-contract.ts";
import { callTool } from "../call-tool.ts";
import { type ExitCode, exitCodes } from "../exit-code.ts";
import { type CommonOptions, withWorkspace } from "../open-workspace.ts";
import { Problem } from "../problem.ts";
import { showRefusal } from "../show-refusal.ts";
import type { Terminal } from "../terminal.ts";

export interface DraftOptions extends CommonOptions {
  readonly kind: "json_schema" | "typescript";
  readonly publish?: boolean;
  readonly version?: string;
}

/** Whom the log names as the one who published what a person did at the terminal. */
const person = "operator";

/** Drafts a contract from sample payloads and prints it; with `--publish` it is kept in the workspace, as a draft. */
export async function draftContract(
  name: string,
  files: readonly string[],
  options: DraftOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const samples = await Promise.all(files.map(textOf));
  const draft = await draftFrom(options.kind, name, samples);
  if ("problem" in draft)
    return showRefusal(
      { refused: "invalid_input", problems: [{ path: "samples", problem: draft.problem }] },
      terminal,
      options,
    );
  const { kind, version } = options;
  const { text } = draft;
  if (!options.publish) {
    if (options.json) terminal.printJson({ kind, specification: text });
    else terminal.print(text.trimEnd());
    return exitCodes.done;
  }
  return withWorkspace(options, terminal, async ({ execution }) => {
    const named = version === undefined ? {} : { version };
    const input = { agent: person, name, kind, specification: text, action: "draft", ...named };
    const reply = await callTool(execution, publishContract, input, { terminal });
    if (reply.refused !== undefined) return showRefusal(reply, terminal, options);
    if (options.json) terminal.printJson({ ...reply, specification: text });
    else {
      terminal.print(text.trimEnd());
      terminal.complain(`Published as ${String(reply["contract_id"])} ${String(reply["version"])}. ${reply.say}`);
    }
    return exitCodes.done;
  });
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Problem("bad_usage", exitCodes.badUsage, `${file} cannot be read: ${why}`, { cause });
  }
}
