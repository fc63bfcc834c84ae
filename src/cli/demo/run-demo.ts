import { type ExitCode, exitCodes } from "../exit-code.ts";
import { Problem } from "../problem.ts";
import type { Terminal } from "../terminal.ts";

/** Makes a repository in a temporary folder and lets played agents work a small plan in it. */
export async function runDemo(_options: { readonly json?: boolean }, _terminal: Terminal): Promise<ExitCode> {
  throw new Problem("not_built", exitCodes.badUsage, "`interlock demo` is not built yet.");
}
