import { type ExitCode, exitCodes } from "../exit-code.ts";
import type { CommonOptions } from "../open-workspace.ts";
import { Problem } from "../problem.ts";
import type { Terminal } from "../terminal.ts";

export async function doctor(_options: CommonOptions, _terminal: Terminal): Promise<ExitCode> {
  throw new Problem("not_built", exitCodes.badUsage, "`interlock doctor` is not built yet.");
}
