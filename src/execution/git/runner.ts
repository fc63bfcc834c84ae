import { execa } from "execa";
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
  const args = [...pinnedConfig(place), ...placeArguments(place), ...command.args];
  const result = await execa(executable, args, {
    cwd: place.workTree ?? place.gitDir ?? process.cwd(),
    env: gitEnvironment({ indexFile: place.indexFile, extra: place.env }),
    extendEnv: false,
    encoding: "buffer",
    stripFinalNewline: false,
    reject: false,
    maxBuffer: 2 ** 30,
    ...(place.stdin === undefined ? { stdin: "ignore" as const } : { input: place.stdin }),
    ...(place.signal === undefined ? {} : { cancelSignal: place.signal }),
  });
  const stderr = Buffer.from(result.stderr).toString("utf8");
  const exitCode = result.exitCode;
  if (exitCode === undefined || !(command.okCodes ?? [0]).includes(exitCode)) {
    throw new GitFault(command.args, exitCode, stderr || result.message || "", result.cause);
  }
  return command.parse({ stdout: Buffer.from(result.stdout), stderr, exitCode });
}

function placeArguments(place: GitPlace): string[] {
  const args: string[] = [];
  if (place.gitDir !== undefined) args.push(`--git-dir=${place.gitDir}`);
  if (place.workTree !== undefined && place.gitDir !== undefined) args.push(`--work-tree=${place.workTree}`);
  return args;
}
