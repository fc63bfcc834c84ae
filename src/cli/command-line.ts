/** Reads the arguments, runs the command and turns whatever goes wrong into a sentence and an exit code. */
import { CommanderError } from "commander";
import { sayDiskFault } from "../execution/disk-fault.ts";
import { type ExitCode, exitCodes } from "./exit-code.ts";
import { Problem } from "./problem.ts";
import { buildProgram } from "./program.ts";
import { processTerminal, type Terminal } from "./terminal.ts";

/** Never throws; a stack trace is shown only to who asks for it with INTERLOCK_DEBUG. */
export async function runCommandLine(args: readonly string[]): Promise<ExitCode> {
  const terminal = processTerminal();
  let exitCode: ExitCode = exitCodes.done;
  const program = buildProgram(terminal, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(args, { from: "user" });
    return exitCode;
  } catch (fault) {
    // Help and the version come as an error too, and commander has said by itself what was wrong with the arguments.
    if (fault instanceof CommanderError) return fault.exitCode === 0 ? exitCodes.done : exitCodes.badUsage;
    return explain(fault, terminal, args.includes("--json"));
  }
}

function explain(fault: unknown, terminal: Terminal, json: boolean): ExitCode {
  const { code, exitCode, say } = problemIn(fault);
  if (json) terminal.printJson({ refused: code, say });
  else terminal.complain(`interlock: ${say}`);
  if (process.env["INTERLOCK_DEBUG"] && fault instanceof Error) terminal.complain(fault.stack ?? "");
  return exitCode;
}

/** The faults of other layers are known by name, so that their modules need not be loaded to tell them. */
function problemIn(fault: unknown): { readonly code: string; readonly exitCode: ExitCode; readonly say: string } {
  if (fault instanceof Problem) return { code: fault.code, exitCode: fault.exitCode, say: fault.message };
  const say = fault instanceof Error ? fault.message : String(fault);
  switch (fault instanceof Error ? fault.name : "") {
    case "ConfigUnusable":
      return { code: "bad_config", exitCode: exitCodes.badUsage, say };
    case "StoreUnusable":
      return { code: "store_unusable", exitCode: exitCodes.cannotStart, say };
    case "StoreBusy":
      return { code: "store_busy", exitCode: exitCodes.cannotStart, say: `${say} Try again in a moment.` };
  }
  const disk = sayDiskFault(fault);
  if (disk !== undefined) return { code: "disk_unusable", exitCode: exitCodes.cannotStart, say: disk };
  const hint = "If it happens again, `interlock doctor` may know why; INTERLOCK_DEBUG=1 shows where it happened.";
  return { code: "internal_error", exitCode: exitCodes.failed, say: `Something went wrong: ${say.trim()}\n${hint}` };
}
