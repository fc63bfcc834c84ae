import { resolve } from "node:path";
import { readSurroundings, type Surroundings } from "../config/surroundings.ts";
import type { Execution } from "../execution/execution.ts";
import { discoverRepository, type Repository } from "../execution/git/discover.ts";
import { openExecution } from "../execution/open.ts";
import { exitCodes } from "./exit-code.ts";
import { Problem } from "./problem.ts";
import type { Terminal } from "./terminal.ts";

/** What every command can be told. */
export interface CommonOptions {
  readonly root?: string;
  readonly json?: boolean;
}

export interface OpenWorkspace {
  readonly execution: Execution;
  readonly repository: Repository;
}

/** Opens the workspace of the repository that is meant, lets `act` use it, and closes it whatever happens. */
export async function withWorkspace<T>(
  options: CommonOptions,
  terminal: Terminal,
  act: (open: OpenWorkspace) => Promise<T>,
): Promise<T> {
  const repository = await findRepository(options);
  const { store } = surroundingsFor(options);
  const report = (fault: unknown, doing: string) => reportFault(terminal, fault, doing);
  const execution = await openExecution({ repository, store, report });
  try {
    return await act({ execution, repository });
  } finally {
    await execution.close();
  }
}

/** The repository that `--root`, `INTERLOCK_ROOT` or else the working directory is in. */
export async function findRepository(options: CommonOptions): Promise<Repository> {
  const folder = resolve(surroundingsFor(options).root ?? ".");
  const found = await lookForRepository(folder);
  if (found) return found;
  throw new Problem(
    "no_repository",
    exitCodes.cannotStart,
    `There is no git repository at ${folder}. Go into one, or name it with --root or INTERLOCK_ROOT.`,
  );
}

/** A fault beside the command itself: it goes on, and the person is told. */
export function reportFault(terminal: Terminal, fault: unknown, doing: string): void {
  const why = fault instanceof Error ? fault.message.trim() : String(fault);
  terminal.complain(`interlock: ${doing} failed and will be tried again: ${why}`);
  if (process.env["INTERLOCK_DEBUG"] && fault instanceof Error) terminal.complain(fault.stack ?? "");
}

function surroundingsFor({ root }: CommonOptions): Surroundings {
  const read = readSurroundings(process.env, { root });
  if ("surroundings" in read) return read.surroundings;
  const what = read.problems.map(({ path, problem }) => `${path} ${problem}`).join("; ");
  throw new Problem("bad_config", exitCodes.badUsage, `${what}.`);
}

async function lookForRepository(folder: string): Promise<Repository | undefined> {
  try {
    return await discoverRepository(folder);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Problem("no_repository", exitCodes.cannotStart, `The repository at ${folder} cannot be read: ${why}`, {
      cause,
    });
  }
}
