import { spawn } from "node:child_process";
import { Conversations, type GitQuestion } from "./conversations.ts";
import { gitEnvironment, pinnedConfig } from "./environment.ts";
import { findGit } from "./executable.ts";
import { GitFault } from "./git-fault.ts";

/** What one run of git gave back. */
export interface GitOutput {
  readonly stdout: Buffer;
  readonly stderr: string;
  readonly exitCode: number;
}

/** A git command is its arguments and a pure parser; exit codes other than 0 that are answers are named. */
export interface GitCommand<T> {
  readonly args: readonly string[];
  readonly parse: (output: GitOutput) => T;
  /** Exit codes that `parse` understands; 0 when absent. */
  readonly okCodes?: readonly number[];
}

/** Where and with what a command runs; nothing of it is ever found by discovery. */
export interface GitPlace {
  /** Absolute; the repository's common dir when absent. */
  readonly gitDir?: string;
  /** Absolute; also the working directory of the process. */
  readonly workTree?: string;
  readonly indexFile?: string;
  readonly stdin?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  /** Further `key=value` pairs for `-c`; they win over the pinned ones. */
  readonly config?: readonly string[];
  /** The work tree is the user's: what the user chose for it (sparse checkouts, stat rules) stays. */
  readonly usersCheckout?: boolean;
  readonly signal?: AbortSignal;
}

/** The one runner of git plumbing for a repository. */
export interface Git {
  /** The repository's common dir, absolute. */
  readonly gitDir: string;
  /** Runs a command and parses its answer; throws GitFault for any exit code that the command does not name. */
  run<T>(command: GitCommand<T>, place?: GitPlace): Promise<T>;
  /** Asks a command that answers many questions; throws GitFault when it ends instead of answering. */
  ask<T>(question: GitQuestion<T>): Promise<T>;
  /** Ends the processes that wait for questions. */
  close(): void;
}

/** Makes the runner for the repository whose common dir is `gitDir`. */
export function createGit(options: { readonly gitDir: string; readonly executable?: string }): Git {
  const { gitDir } = options;
  const executable = () => options.executable ?? findGit();
  const conversations = new Conversations({ gitDir, executable });
  return {
    gitDir,
    run: (command, place = {}) => run(executable(), command, { gitDir, ...place }),
    ask: (question) => conversations.ask(question),
    close: () => conversations.close(),
  };
}

/** Runs a command with an executable in a place; without `gitDir` git looks for a repository from `workTree` on. */
export async function run<T>(executable: string, command: GitCommand<T>, place: GitPlace): Promise<T> {
  const { stdout, stderr, exitCode } = await runProcess(executable, command.args, place);
  if (exitCode === undefined || !(command.okCodes ?? [0]).includes(exitCode))
    throw new GitFault(command.args, exitCode, stderr);
  return command.parse({ stdout, stderr, exitCode });
}

/** Node's own `spawn`: a library around it costs as much again as git itself, and a node takes several commands. */
function runProcess(
  executable: string,
  args: readonly string[],
  place: GitPlace,
): Promise<Omit<GitOutput, "exitCode"> & { readonly exitCode: number | undefined }> {
  return new Promise((resolve, reject) => {
    const failed = (cause: Error) => reject(new GitFault(args, undefined, cause.message, cause));
    const { signal } = place;
    if (signal?.aborted) return failed(new Error("not started any more"));
    const child = spawn(executable, [...pinnedConfig(place), ...placeArguments(place), ...args], {
      cwd: place.workTree ?? place.gitDir ?? process.cwd(),
      env: gitEnvironment({ indexFile: place.indexFile, extra: place.env }),
      stdio: [place.stdin === undefined ? "ignore" : "pipe", "pipe", "pipe"],
      windowsHide: true,
    });
    const stop = () => child.kill();
    signal?.addEventListener("abort", stop);
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout?.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr?.on("data", (chunk: Buffer) => stderr.push(chunk));
    child.once("error", failed);
    // Not before: until then it may still write what its caller is about to remove.
    child.once("close", (code) => {
      signal?.removeEventListener("abort", stop);
      const said = Buffer.concat(stderr).toString("utf8");
      resolve({ stdout: Buffer.concat(stdout), stderr: said, exitCode: code ?? undefined });
    });
    // Git may end before it has read everything; why is told when it has closed.
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(place.stdin);
  });
}

function placeArguments(place: GitPlace): string[] {
  const args: string[] = [];
  if (place.gitDir !== undefined) args.push(`--git-dir=${place.gitDir}`);
  if (place.workTree !== undefined && place.gitDir !== undefined) args.push(`--work-tree=${place.workTree}`);
  return args;
}
