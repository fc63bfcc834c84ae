import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { type ExitCode, exitCodes } from "../exit-code.ts";
import { type CommonOptions, withWorkspace } from "../open-workspace.ts";
import { Problem } from "../problem.ts";
import type { Terminal } from "../terminal.ts";

/** Writes a copy of the store to a new file while everybody goes on using it. */
export async function backup(file: string, options: CommonOptions, terminal: Terminal): Promise<ExitCode> {
  const destination = resolve(file);
  if (existsSync(destination))
    throw new Problem("file_exists", exitCodes.badUsage, `${destination} exists already. Name a file that does not.`);
  return withWorkspace(options, terminal, async ({ execution }) => {
    await execution.backup(destination);
    if (options.json) terminal.printJson({ status: "written", file: destination });
    else terminal.print(`The store was copied to ${destination}`);
    return exitCodes.done;
  });
}
