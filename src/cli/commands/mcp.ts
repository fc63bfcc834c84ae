import { readSurroundings } from "../../config/surroundings.ts";
import { serveOverStdio } from "../../mcp/serve.ts";
import { type ExitCode, exitCodes } from "../exit-code.ts";
import { Problem } from "../problem.ts";
import { stderrLogger } from "../stderr-logger.ts";
import { ownVersion } from "../version.ts";
import { WorkspacePool } from "../workspace-pool.ts";

/** Serves one client on stdin and stdout until it goes or the process is asked to end; works without a repository too. */
export async function mcp(options: { readonly root?: string; readonly profile?: string }): Promise<ExitCode> {
  const read = readSurroundings(process.env, options);
  if ("problems" in read) {
    const what = read.problems.map(({ path, problem }) => `${path} ${problem}`).join("; ");
    throw new Problem("bad_usage", exitCodes.badUsage, `${what}.`);
  }
  const { profile, root, store, claudeProjectDir } = read.surroundings;
  const ending = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.once(signal, () => ending.abort());
  const logger = stderrLogger();
  const workspaces = new WorkspacePool(logger, store);
  const place = {
    workingDirectory: process.cwd(),
    ...(root === undefined ? {} : { root }),
    ...(claudeProjectDir === undefined ? {} : { claudeProjectDir }),
  };
  const open = (candidates: readonly string[]) => workspaces.openFirst(candidates);
  try {
    await serveOverStdio({ profile, version: ownVersion(), place, open, logger }, ending.signal);
  } finally {
    await workspaces.close();
  }
  return exitCodes.done;
}
