import { readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { discoverRepository } from "../../execution/git/discover.ts";
import { createGit } from "../../execution/git/runner.ts";
import { resolutionChain } from "../../execution/landing/resolution/chain.ts";
import { driveMerge } from "../../execution/landing/resolution/drive-merge.ts";
import { type ExitCode, exitCodes } from "../exit-code.ts";
import { Problem } from "../problem.ts";
import { oneLine, type Terminal } from "../terminal.ts";

/** What git tells a merge driver: `-- %O %A %B %L %P`; the dashes are for paths that begin with one. */
interface DriverFiles {
  readonly base: string;
  readonly ours: string;
  readonly theirs: string;
  readonly markerSize?: string;
  readonly path?: string;
}

/**
 * Merges one file for git, in its own merges, rebases and cherry-picks. The result replaces `ours`; where stretches are left,
 * git's markers stand around them and the exit code says so.
 */
export async function mergeDriver(files: DriverFiles, terminal: Terminal): Promise<ExitCode> {
  const read = (file: string) =>
    readFile(file).catch((cause) => {
      throw new Problem("unreadable_file", exitCodes.badUsage, `${file} cannot be read.`, { cause });
    });
  const [base, ours, theirs] = await Promise.all([read(files.base), read(files.ours), read(files.theirs)]);
  const repository = await discoverRepository(process.cwd()).catch(() => undefined);
  const gitDir = repository?.commonDir;
  const git = createGit({ gitDir: gitDir ?? tmpdir() });
  const path = files.path ?? files.ours;
  const markerSize = Number(files.markerSize) || 7;
  const result = await driveMerge(git, { path, base, ours, theirs, markerSize }, resolutionChain(gitDir));
  git.close();
  if (result.merged !== undefined) await writeFile(files.ours, result.merged);
  if (result.by.length > 0) terminal.complain(`interlock: ${oneLine(path)} was resolved by ${result.by.join(" + ")}`);
  return result.clean ? exitCodes.done : exitCodes.failed;
}
