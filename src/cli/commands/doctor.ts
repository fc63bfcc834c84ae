import { checkPrograms } from "../doctor/check-programs.ts";
import { type Finding, fail } from "../doctor/finding.ts";
import { type ExitCode, exitCodes } from "../exit-code.ts";
import { type CommonOptions, findRepository, type OpenWorkspace, withWorkspace } from "../open-workspace.ts";
import { Problem } from "../problem.ts";
import { tableLines } from "../table.ts";
import { oneLine, type Terminal } from "../terminal.ts";

/** Looks at all that has to be right, one line each, and says what to do where it is not. */
export async function doctor(options: CommonOptions, terminal: Terminal): Promise<ExitCode> {
  const findings: Finding[] = [];
  let exitCode: ExitCode = exitCodes.done;
  try {
    findings.push(...(await checkPrograms()));
    const repository = await findRepository(options);
    const { checkRepository } = await import("../doctor/check-repository.ts");
    const { checkStorePlace } = await import("../doctor/check-store.ts");
    findings.push(...(await checkRepository(repository)), ...checkStorePlace(repository));
    findings.push(...(await checkInside(options, terminal)));
  } catch (fault) {
    if (!(fault instanceof Problem)) throw fault;
    findings.push(fail("repository", fault.message, "Nothing else can be looked at before."));
    exitCode = fault.exitCode;
  }
  if (options.json) terminal.printJson({ findings });
  else for (const line of lines(findings, terminal)) terminal.print(line);
  if (exitCode !== exitCodes.done) return exitCode;
  return findings.some(({ state }) => state === "fail") ? exitCodes.failed : exitCodes.done;
}

/** What can only be seen with the store open; that it cannot be opened is a finding too. */
async function checkInside(options: CommonOptions, terminal: Terminal): Promise<readonly Finding[]> {
  const { checkWorkspace } = await import("../doctor/check-workspace.ts");
  let opened = false;
  try {
    return await withWorkspace(options, terminal, (open: OpenWorkspace) => {
      opened = true;
      return checkWorkspace(open);
    });
  } catch (fault) {
    if (opened) throw fault;
    const why = fault instanceof Error ? fault.message : String(fault);
    if (fault instanceof Error && fault.name === "ConfigUnusable")
      return [fail("config", why, "Nothing can start before.")];
    return [
      fail(
        "store",
        `the store cannot be used: ${why}`,
        "Do what it says; interlock backup makes copies in good times.",
      ),
    ];
  }
}

function lines(findings: readonly Finding[], { colours }: Terminal): readonly string[] {
  const paint = { ok: colours.green, warn: colours.yellow, fail: colours.red };
  const rows = tableLines(findings.map(({ check, state, say }) => [paint[state](state), check, oneLine(say)]));
  const withAdvice = rows.flatMap((row, i) => {
    const advice = findings[i]?.advice;
    return advice === undefined ? [row] : [row, colours.dim(`      → ${advice}`)];
  });
  const failed = findings.filter(({ state }) => state === "fail").length;
  const warned = findings.filter(({ state }) => state === "warn").length;
  const sum = failed > 0 ? `${failed} to mend` : warned > 0 ? `Nothing is broken; ${warned} to look at` : "All is well";
  return [...withAdvice, "", `${sum}.`];
}
