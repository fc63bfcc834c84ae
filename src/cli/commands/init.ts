import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { configFile, parseConfig } from "../../config/config.ts";
import { type ExitCode, exitCodes } from "../exit-code.ts";
import { clientGuides, isOnPath } from "../init/clients.ts";
import { committedConfig } from "../init/committed-config.ts";
import { configText } from "../init/config-text.ts";
import { detectGates } from "../init/detect-gates.ts";
import { detectSetup } from "../init/detect-setup.ts";
import { drawInit, type InitReport } from "../init/draw-init.ts";
import { ownCommand } from "../init/own-command.ts";
import { topFolderAt } from "../init/top-folder.ts";
import { type CommonOptions, findRepository } from "../open-workspace.ts";
import { Problem } from "../problem.ts";
import type { Terminal } from "../terminal.ts";

/** Writes an interlock.yaml that fits the repository, unless there is one, and says how to go on. */
export async function init(
  options: CommonOptions & { readonly dryRun?: boolean },
  terminal: Terminal,
): Promise<ExitCode> {
  const repository = await findRepository(options);
  if (repository.bare)
    throw new Problem(
      "bare_repository",
      exitCodes.cannotStart,
      "This repository is bare. Run init in a checkout of it.",
    );
  const { root } = repository;
  const folder = topFolderAt(root);
  const gates = detectGates(folder);
  const setup = detectSetup(folder);
  const text = configText(gates, setup);
  const existing = readExisting(join(root, configFile));
  const known = existing === undefined ? undefined : gateNamesIn(existing);
  const wanted = options.dryRun !== true && existing === undefined;
  const written = wanted && writeNew(join(root, configFile), text);
  const report: InitReport = {
    root,
    file: configFile,
    existed: existing !== undefined,
    written,
    text,
    gates,
    missing: known ? gates.filter(({ name, run }) => !known.names.has(name) && !known.commands.has(run)) : [],
    ...(setup ? { setup } : {}),
    committed: await committedConfig(repository, existing),
    branch: repository.headBranch?.replace("refs/heads/", "") ?? "the target branch",
    excludeLine: "/.interlock/",
    clients: clientGuides(ownCommand(process.argv[1] ?? "", root), isOnPath),
  };
  if (options.json) terminal.printJson(report);
  else terminal.print(drawInit(report, terminal));
  return exitCodes.done;
}

function readExisting(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (fault) {
    if (fault instanceof Error && "code" in fault && fault.code === "ENOENT") return undefined;
    throw fault;
  }
}

/** Never over a file that appeared meanwhile. */
function writeNew(file: string, text: string): boolean {
  try {
    writeFileSync(file, text, { flag: "wx" });
    return true;
  } catch (fault) {
    if (fault instanceof Error && "code" in fault && fault.code === "EEXIST") return false;
    throw fault;
  }
}

function gateNamesIn(text: string): { readonly names: ReadonlySet<string>; readonly commands: ReadonlySet<string> } {
  const parsed = parseConfig(text);
  if ("problems" in parsed) {
    const what = parsed.problems.map(({ path, problem }) => `${path} ${problem}`).join("; ");
    throw new Problem(
      "bad_config",
      exitCodes.badUsage,
      `${configFile} is there but cannot be used: ${what}. Mend it first.`,
    );
  }
  const { list } = parsed.config.gates;
  return { names: new Set(list.map(({ name }) => name)), commands: new Set(list.map(({ run }) => run)) };
}
